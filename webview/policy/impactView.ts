import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { PolicyImpact } from '../../src/messages/policy';
import type { PolicyStringKey } from '../../src/messages/policyStrings';
import type { Texts } from '../ui/texts';

export interface ImpactContext {
  readonly impact: PolicyImpact;
  readonly agreed: boolean;
  readonly texts: Texts<PolicyStringKey>;
  readonly lang: string;
  readonly agree: (agreed: boolean) => void;
}

/** What saving deletes, machine by machine, and the tick without which it is not saved. Nothing if it deletes nothing. */
export function impactView({ impact, agreed, texts, lang, agree }: ImpactContext): TemplateResult | typeof nothing {
  if (impact.removed === 0) {
    return nothing;
  }
  const onAgree = ({ target }: Event) =>
    agree(target instanceof HTMLElement && 'checked' in target && target.checked === true);
  return html`<section class="banner error impact" aria-labelledby="impact" aria-live="polite">
    <h2 id="impact">${impactHeading(impact, texts)}</h2>
    <ul>
      ${impactLines(impact, texts, lang).map((line) => html`<li>${line}</li>`)}
    </ul>
    <p>${texts.t('impact.forGood')}</p>
    <vscode-checkbox id="agree" .checked=${live(agreed)} @change=${onAgree}>${texts.t('impact.agree')}</vscode-checkbox>
  </section>`;
}

/** `Saving deletes 16 existing recovery points of 4 machines now`. */
export function impactHeading({ removed, machines }: PolicyImpact, { t }: Texts<PolicyStringKey>): string {
  if (machines.length > 1) {
    return t('impact.many', removed, machines.length);
  }
  return removed === 1 ? t('impact.one') : t('impact.oneMachine', removed);
}

/** One line for each machine that loses points. */
export function impactLines({ machines }: PolicyImpact, { t }: Texts<PolicyStringKey>, lang: string): string[] {
  const day = new Intl.DateTimeFormat(lang, { dateStyle: 'medium' });
  const dayOf = (time: number | undefined) => (time === undefined ? '–' : day.format(time));
  return machines.map(({ name, removed, points, oldest, newOldest }) =>
    newOldest === undefined
      ? t('impact.lineAll', name, removed, points, dayOf(oldest))
      : t('impact.line', name, removed, points, dayOf(oldest), dayOf(newOldest)),
  );
}
