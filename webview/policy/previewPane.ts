import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { type BackupPolicy, RETENTION_TAGS } from '../../src/domain/policy';
import { PolicyPreview } from '../../src/domain/policyPreview';
import { policyProblems } from '../../src/domain/policyRules';
import { windowsToIana } from '../../src/domain/timeZones';
import { PREVIEW_ID } from '../../src/messages/policy';
import type { PolicyStringKey } from '../../src/messages/policyStrings';
import { addDays, addMonths, daysBetween, momentOf, within } from '../ui/calendarModel';
import { dateName, monthName, monthTable } from '../ui/monthTable';
import type { PageContext } from '../ui/page';
import { dataTable } from '../ui/table';
import type { GridColumn } from '../ui/virtualGrid';
import '../ui/virtualGrid';
import { type EstimateBasis, estimateView } from './estimateView';
import { inputValue } from './fields';
import { type Dot, type KeptRow, type PreviewFacts, previewFacts } from './previewModel';
import { type RunRow, runRows } from './runs';

/** How long the form rests before what it keeps is worked out anew, in ms. */
const FOLLOW_AFTER = 250;
const FIRST_MONTHS = 3;

/** The words of the preview's dates, in one time zone. */
interface Formats {
  readonly day: Intl.DateTimeFormat;
  readonly point: Intl.DateTimeFormat;
  readonly list: Intl.ListFormat;
}

/** What a policy will do: its next runs, what can be gone back to on a chosen date, and the points of a year. */
export class PreviewPane {
  private policy: BackupPolicy | undefined;
  private now = 0;
  /** What the policy keeps; `undefined` while it breaks a rule. */
  private preview: PolicyPreview | undefined;
  private facts: PreviewFacts | undefined;
  private formats: Formats | undefined;
  private date = '';
  /** What storage is estimated from. */
  basis: EstimateBasis = {};
  private following: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly context: Pick<PageContext<unknown, unknown, PolicyStringKey>, 'texts' | 'lang' | 'update'>,
  ) {}

  /** Shows a policy at once. */
  show(policy: BackupPolicy, now: number): void {
    clearTimeout(this.following);
    this.policy = policy;
    this.now = now;
    this.workOut(policy);
  }

  /** Shows the next runs of a policy at once, and what it keeps when it has rested: that takes a moment. */
  follow(policy: BackupPolicy, now: number): void {
    clearTimeout(this.following);
    this.policy = policy;
    this.now = now;
    this.following = setTimeout(() => {
      this.workOut(policy);
      this.context.update();
    }, FOLLOW_AFTER);
  }

  render(): TemplateResult {
    const { t } = this.context.texts;
    return html`<aside class="card preview" aria-labelledby="preview">
      <h2 id="preview">${t('preview.heading')}</h2>
      ${this.runsView()} ${this.keptView()}
    </aside>`;
  }

  private workOut(policy: BackupPolicy): void {
    const iana = windowsToIana(policy.timeZone);
    if (iana === undefined || policyProblems(policy).length > 0) {
      this.preview = undefined;
      return;
    }
    const { lang } = this.context;
    this.preview = new PolicyPreview(policy, this.now);
    this.formats = {
      day: new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeZone: iana }),
      point: new Intl.DateTimeFormat(lang, {
        year: 'numeric',
        month: 'short',
        day: 'numeric',
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
        timeZone: iana,
      }),
      list: new Intl.ListFormat(lang, { type: 'unit', style: 'short' }),
    };
    const { first, last } = this.preview;
    this.goTo(within(this.date || addMonths(first, FIRST_MONTHS), first, last), this.preview);
  }

  private goTo(date: string, preview: PolicyPreview): void {
    this.date = date;
    this.facts = previewFacts(preview, date);
  }

  private runsView(): TemplateResult {
    const { texts, lang } = this.context;
    const { t } = texts;
    const rows = this.policy ? runRows(this.policy, this.now, lang) : [];
    return html`<h3 id="runs">${t('runs.heading')}</h3>
      ${
        rows.length === 0
          ? html`<p class="muted">${t('runs.none')}</p>`
          : dataTable<RunRow>({
              labelledBy: 'runs',
              compact: true,
              columns: [
                { header: t('runs.local'), cell: ({ local }) => local },
                { header: t('runs.utc'), cell: ({ utc }) => utc },
              ],
              rows,
            })
      }`;
  }

  private keptView(): TemplateResult {
    const { t } = this.context.texts;
    const { preview, facts, formats } = this;
    if (!preview || !facts || !formats) return html`<p class="muted incomplete">${t('preview.incomplete')}</p>`;
    const years = preview.cappedYears;
    return html`${this.sliderView(preview, facts)} ${this.pointsView(facts, formats)}
      ${this.estimateView(facts)}
      <h3 id="months">${t('months.heading')}</h3>
      ${this.legendView()}
      <div class="months">${facts.months.map((month) => this.monthView(month, facts, formats))}</div>
      <p class="hint">${t('preview.basis')}</p>
      ${years === undefined ? nothing : html`<p class="hint">${years === 1 ? t('preview.cappedOne') : t('preview.capped', years)}</p>`}`;
  }

  private sliderView(preview: PolicyPreview, { rows }: PreviewFacts): TemplateResult {
    const { t } = this.context.texts;
    const { first, last } = preview;
    const date = this.dayName(this.date);
    const onInput = (event: Event) => {
      this.goTo(addDays(first, Number(inputValue(event))), preview);
      this.context.update();
    };
    return html`<h3 id="machine">${t('machine.heading')}</h3>
      <p>${t('machine.on', date)} <strong role="status">${this.countText(rows.length)}</strong></p>
      <input
        id=${PREVIEW_ID}
        type="range"
        min="0"
        max=${daysBetween(first, last)}
        step="1"
        aria-labelledby="machine"
        aria-valuetext=${date}
        .value=${live(String(daysBetween(first, this.date)))}
        @input=${onInput}
      />
      <p class="ends muted"><span>${this.dayName(first)}</span><span>${this.dayName(last)}</span></p>`;
  }

  private estimateView({ rows }: PreviewFacts): TemplateResult | typeof nothing {
    const { basis, policy } = this;
    const { texts, lang } = this.context;
    return policy ? estimateView({ basis, policy, points: rows.length, texts, lang }) : nothing;
  }

  private countText(count: number): string {
    const { texts, lang } = this.context;
    if (count === 0) return texts.t('machine.noPoint');
    return count === 1
      ? texts.t('machine.onePoint')
      : texts.t('machine.points', new Intl.NumberFormat(lang).format(count));
  }

  private pointsView({ rows }: PreviewFacts, { day, point, list }: Formats): TemplateResult | typeof nothing {
    const { t } = this.context.texts;
    if (rows.length === 0) return nothing;
    const columns: GridColumn<KeptRow>[] = [
      { id: 'point', header: t('points.time'), cell: ({ time }) => point.format(time) },
      {
        id: 'because',
        header: t('points.because'),
        cell: ({ because }) => {
          const words = list.format(because.map((rule) => t(`rule.${rule}`)));
          return html`<span title=${words}>${words}</span>`;
        },
      },
      { id: 'deleted', header: t('points.deleted'), cell: ({ deleted }) => day.format(deleted) },
    ];
    return html`<vmb-virtual-grid
      .label=${t('points.label')}
      .columns=${columns}
      .total=${rows.length}
      .from=${0}
      .rows=${rows}
    ></vmb-virtual-grid>`;
  }

  private legendView(): TemplateResult {
    const { t } = this.context.texts;
    return html`<ul class="legend">
        ${RETENTION_TAGS.map((rule) => html`<li><span class="dot kept ${rule}" aria-hidden="true"></span>${t(`rule.${rule}`)}</li>`)}
      </ul>
      <p class="hint">${t('months.legend')}</p>`;
  }

  private monthView(month: string, { dots }: PreviewFacts, formats: Formats): TemplateResult {
    const { lang } = this.context;
    const name = monthName(month, lang);
    return html`<div>
      <p class="month-name" aria-hidden="true">${name}</p>
      ${monthTable({
        month,
        lang,
        label: name,
        role: 'table',
        cell: (date) => this.dayView(date, dots.get(date), formats),
      })}
    </div>`;
  }

  private dayView(date: string, dot: Dot | undefined, { day }: Formats): TemplateResult {
    const { texts, lang } = this.context;
    const chosen = date === this.date ? 'chosen-date' : '';
    const number = Number(date.slice(8));
    if (!dot) return html`<td role="cell" class=${chosen}>${number}<span class="dot"></span></td>`;
    const { ruleName, expiryTime } = dot.point;
    const rule = texts.t(`rule.${ruleName}`);
    const title = texts.t('months.cell', dateName(date, lang), rule, day.format(expiryTime));
    return html`<td role="cell" class=${chosen} title=${title}>
      ${number}<span class="dot ${ruleName} ${dot.kept ? 'kept' : ''}"></span><span class="visually-hidden">${rule}</span>
    </td>`;
  }

  private dayName(date: string): string {
    return new Intl.DateTimeFormat(this.context.lang, { dateStyle: 'medium', timeZone: 'UTC' }).format(momentOf(date));
  }
}
