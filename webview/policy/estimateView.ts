import { html, nothing, type TemplateResult } from 'lit';
import type { BackupPolicy } from '../../src/domain/policy';
import { formatBytes } from '../../src/domain/sizes';
import { estimateStorage, monthlyCost } from '../../src/domain/storageEstimate';
import type { PolicySnapshot } from '../../src/messages/policy';
import type { PolicyStringKey } from '../../src/messages/policyStrings';
import type { Texts } from '../ui/texts';

/** What an estimate is made from. */
export type EstimateBasis = Pick<PolicySnapshot, 'growth' | 'prices'>;

export interface EstimateContext {
  readonly basis: EstimateBasis;
  readonly policy: BackupPolicy;
  /** Points that can be gone back to on the chosen date. */
  readonly points: number;
  readonly texts: Texts<PolicyStringKey>;
  readonly lang: string;
}

/** The estimate as sentences; none where nothing is known of how the machines change. */
export function estimateLines({ basis, policy, points, texts, lang }: EstimateContext): string[] {
  const { growth, prices = {} } = basis;
  const { t } = texts;
  if (!growth) return [];
  const { baseBytes, changedBytes } = estimateStorage(growth, policy.schedule, points);
  const bytes = baseBytes + changedBytes;
  const cost = monthlyCost({ bytes, instances: growth.known }, prices);
  const money = new Intl.NumberFormat(lang, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return [
    t('estimate.bytes', formatBytes(bytes), formatBytes(baseBytes), formatBytes(changedBytes)),
    ...(cost.storage === undefined ? [] : [t('estimate.storageCost', money.format(cost.storage))]),
    ...(cost.instances === undefined ? [] : [t('estimate.instanceCost', money.format(cost.instances))]),
    t('estimate.basis', growth.known, growth.machines, formatBytes(growth.bytesPerDay)),
  ];
}

/** What the kept points are estimated to take and to cost. */
export function estimateView(context: EstimateContext): TemplateResult | typeof nothing {
  const lines = estimateLines(context);
  if (lines.length === 0) return nothing;
  return html`<h3 id="estimate">${context.texts.t('estimate.heading')}</h3>
    ${lines.map((line, index) => html`<p class=${index === lines.length - 1 ? 'hint' : ''}>${line}</p>`)}`;
}
