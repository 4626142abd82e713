import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { PolicyImpact } from '../../src/messages/policy';
import type { PolicyStringKey } from '../../src/messages/policyStrings';
import type { Texts } from '../ui/texts';

export interface ImpactContext {
  /** `undefined` while it is counted. */
  readonly impact: PolicyImpact | undefined;
  readonly agreed: boolean;
  readonly texts: Texts<PolicyStringKey>;
  readonly lang: string;
  readonly timeZone: string | undefined;
  readonly agree: (agreed: boolean) => void;
}

/** What saving deletes, machine by machine, and the tick without which it is not saved. Nothing if it deletes nothing. */
export function impactView({
  impact,
  agreed,
  texts,
  lang,
  timeZone,
  agree,
}: ImpactContext): TemplateResult | typeof nothing {
  if (!impact) {
    return html`<p class="muted counting" role="status">${texts.t('impact.counting')}</p>`;
  }
  if (!mayDelete(impact)) {
    return nothing;
  }
  const onAgree = ({ target }: Event) =>
    agree(target instanceof HTMLElement && 'checked' in target && target.checked === true);
  return html`<section class="banner error impact" aria-labelledby="impact" aria-live="polite">
    <h2 id="impact">${impactHeading(impact, texts)}</h2>
    <ul>
      ${impactLines(impact, texts, lang, timeZone).map((line) => html`<li>${line}</li>`)}
    </ul>
    <p>${texts.t('impact.forGood')}</p>
    <vscode-checkbox id="agree" .checked=${live(agreed)} @change=${onAgree}>${texts.t('impact.agree')}</vscode-checkbox>
  </section>`;
}

/** Whether saving deletes points, or might: then the person has to agree. */
export function mayDelete({ removed, uncounted }: PolicyImpact): boolean {
  return removed > 0 || uncounted > 0;
}

/** `Saving deletes 16 existing recovery points of 4 machines now`. */
export function impactHeading({ removed, machines }: PolicyImpact, { t }: Texts<PolicyStringKey>): string {
  if (removed === 0) {
    return t('impact.unknown');
  }
  if (machines.length > 1) {
    return t('impact.many', removed, machines.length);
  }
  return removed === 1 ? t('impact.one') : t('impact.oneMachine', removed);
}

/** One line for each machine that loses points, and one for all that were not counted. */
export function impactLines(
  { machines, uncounted }: PolicyImpact,
  { t }: Texts<PolicyStringKey>,
  lang: string,
  timeZone?: string,
): string[] {
  const day = new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeZone });
  const dayOf = (time: number | undefined) => (time === undefined ? '–' : day.format(time));
  const lines = machines.map(({ name, removed, points, oldest, newOldest }) =>
    newOldest === undefined
      ? t('impact.lineAll', name, removed, points, dayOf(oldest))
      : t('impact.line', name, removed, points, dayOf(oldest), dayOf(newOldest)),
  );
  if (uncounted === 0) return lines;
  return [...lines, uncounted === 1 ? t('impact.uncountedOne') : t('impact.uncounted', uncounted)];
}
