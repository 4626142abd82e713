import '../ui/zod';
import { html, nothing, type TemplateResult } from 'lit';
import {
  JOB_COLUMNS,
  type JobListRow,
  type JobsFilter,
  type JobsListRequest,
  type JobsListResult,
  type JobsListSnapshot,
  type JobsSort,
  jobsListProtocol,
} from '../../src/messages/jobsList';
import type { JobsListStringKey } from '../../src/messages/jobsListStrings';
import type { PanelKey } from '../../src/messages/protocol';
import { duration } from '../ui/duration';
import { stateLabel } from '../ui/icons';
import { type Page, type PageContext, startPage } from '../ui/page';
import { type GridColumn, type GridSort, type GridWindow, VirtualGrid } from '../ui/virtualGrid';
import { filterView } from './filterView';
import { blockAround, isNarrowed, keptListSchema, NEWEST_FIRST } from './listModel';

/** Rows are asked for in blocks of this many. */
const BLOCK = 100;
/** How long typing rests before the jobs are asked for, in ms. */
const TYPING_MS = 150;

class JobsListPage implements Page<JobsListSnapshot> {
  private snapshot: JobsListSnapshot | undefined;
  private shownFor = '';
  private filter: JobsFilter = {};
  private sort = NEWEST_FIRST;
  private rows: readonly JobListRow[] = [];
  private from = 0;
  /** `undefined` until the first rows came. */
  private matching: number | undefined;
  private window: GridWindow = { from: 0, count: BLOCK };
  /** Number of the newest question for rows: answers to older ones come too late. */
  private asked = 0;
  private typing: ReturnType<typeof setTimeout> | undefined;
  private refreshing = false;
  private note = '';

  constructor(private readonly context: PageContext<JobsListRequest, JobsListResult, JobsListStringKey>) {}

  accept(snapshot: JobsListSnapshot, key: PanelKey): void {
    const shownFor = JSON.stringify(key);
    if (this.shownFor !== shownFor) {
      const kept = keptListSchema.safeParse(this.context.pageState());
      this.shownFor = shownFor;
      this.filter = kept.success ? kept.data.filter : snapshot.filter;
      this.sort = kept.success ? kept.data.sort : NEWEST_FIRST;
      this.matching = undefined;
      this.note = '';
    }
    this.snapshot = snapshot;
    void this.ask();
  }

  render(): TemplateResult {
    const { snapshot } = this;
    if (!snapshot) {
      return html``;
    }
    const { t } = this.context.texts;
    return html`<main class="wide">
      <header class="page">
        <div class="titles">
          <h1>${t('title')}</h1>
          <p class="muted">${this.headerText(snapshot)}</p>
        </div>
        <div class="actions">
          <vscode-button ?disabled=${!this.matching} @click=${this.onExport}>${t('action.export')}</vscode-button>
          <vscode-button appearance="secondary" ?disabled=${this.refreshing} @click=${this.onRefresh}
            >${t(this.refreshing ? 'action.refreshing' : 'action.refresh')}</vscode-button
          >
        </div>
      </header>
      ${
        snapshot.failure === undefined
          ? nothing
          : html`<section class="banner warning summary" aria-labelledby="failed">
              <h2 id="failed">${t('failed.heading')}</h2>
              <p>${t('failed.text', snapshot.failure)}</p>
            </section>`
      }
      ${filterView({ filter: this.filter, snapshot, texts: this.context.texts, change: this.narrow })}
      <p class="list-head"><span role="status">${this.countText()}</span></p>
      ${this.matching === 0 ? nothing : this.gridView()}
      <p class="note" role="status">${this.note}</p>
    </main>`;
  }

  private gridView(): TemplateResult {
    return html`<vmb-virtual-grid
      .label=${this.context.texts.t('list.label')}
      .columns=${this.columns}
      .total=${this.matching ?? 0}
      .from=${this.from}
      .rows=${this.rows}
      .sort=${this.sort}
      @window=${({ detail }: CustomEvent<GridWindow>) => this.onWindow(detail)}
      @open=${({ detail }: CustomEvent<JobListRow>) => this.onOpen(detail)}
      @sort=${({ detail }: CustomEvent<GridSort>) => this.onSort(detail)}
    ></vmb-virtual-grid>`;
  }

  private readonly columns = this.columnsOf();

  private columnsOf(): GridColumn<JobListRow>[] {
    const { texts, times } = this.context;
    const cells: { readonly [C in (typeof JOB_COLUMNS)[number]]: GridColumn<JobListRow>['cell'] } = {
      machine: ({ machine }) => html`<span title=${machine}>${machine}</span>`,
      operation: ({ operationText }) => operationText,
      status: ({ stateKind, stateText, cause }) =>
        cause === undefined
          ? stateLabel(stateKind, stateText)
          : html`<span class="state" title=${cause}>${stateLabel(stateKind, stateText)}<span class="cause">${cause}</span></span>`,
      vault: ({ vaultName }) => html`<span title=${vaultName}>${vaultName}</span>`,
      started: ({ startTime }) =>
        html`<time datetime=${new Date(startTime).toISOString()} title=${times.withZone(startTime)}>${times.dateTime(startTime)}</time>`,
      duration: ({ durationMs }) => duration(durationMs, texts),
    };
    return JOB_COLUMNS.map((id) => ({
      id,
      header: texts.t(`column.${id}`),
      numeric: id === 'duration',
      cell: cells[id],
    }));
  }

  private headerText({ total, asOf }: JobsListSnapshot): string {
    const { texts, times, lang } = this.context;
    const count = texts.t('header.count', new Intl.NumberFormat(lang).format(total));
    return asOf === undefined ? count : `${count} · ${texts.t('header.asOf', times.withZone(asOf))}`;
  }

  private countText(): string {
    const { texts, lang } = this.context;
    if (this.matching === undefined) return texts.t('list.reading');
    if (this.matching === 0) return texts.t(isNarrowed(this.filter) ? 'list.noneMatching' : 'list.none');
    return this.matching === 1
      ? texts.t('list.matchingOne')
      : texts.t('list.matching', new Intl.NumberFormat(lang).format(this.matching));
  }

  /** Asks for the rows in sight and shows them, unless the question has changed meanwhile. */
  private async ask(): Promise<void> {
    const number = ++this.asked;
    const { filter, sort } = this;
    const result = await this.context.request({ action: 'rows', filter, sort, ...blockAround(this.window, BLOCK) });
    if (number !== this.asked || result?.outcome !== 'rows') return;
    this.matching = result.matching;
    this.from = result.from;
    this.rows = result.rows;
    this.context.update();
  }

  private askAnew(changes: { filter?: JobsFilter; sort?: JobsSort }): void {
    this.filter = changes.filter ?? this.filter;
    this.sort = changes.sort ?? this.sort;
    this.note = '';
    this.window = { from: 0, count: BLOCK };
    this.context.keep({ filter: this.filter, sort: this.sort });
    document.querySelector<VirtualGrid<JobListRow>>('vmb-virtual-grid')?.toTop();
    clearTimeout(this.typing);
    this.typing = setTimeout(() => void this.ask(), changes.filter?.text === undefined ? 0 : TYPING_MS);
    this.context.update();
  }

  private readonly narrow = (filter: JobsFilter): void => this.askAnew({ filter });

  private onSort({ column, descending }: GridSort): void {
    const known = JOB_COLUMNS.find((name) => name === column);
    if (known) this.askAnew({ sort: { column: known, descending } });
  }

  private onWindow(wanted: GridWindow): void {
    this.window = wanted;
    void this.ask();
  }

  private onOpen({ id }: JobListRow): void {
    void this.context.request({ action: 'open', jobId: id });
  }

  private readonly onExport = async (): Promise<void> => {
    const { texts, lang } = this.context;
    const result = await this.context.request({ action: 'export', filter: this.filter, sort: this.sort });
    if (result?.outcome !== 'exported') return;
    this.note = texts.t('export.done', new Intl.NumberFormat(lang).format(result.rows), result.path);
    this.context.update();
  };

  private readonly onRefresh = async (): Promise<void> => {
    this.refreshing = true;
    this.context.update();
    await this.context.request({ action: 'refresh' });
    this.refreshing = false;
    void this.ask();
    this.context.update();
  };
}

startPage(
  jobsListProtocol,
  (context: PageContext<JobsListRequest, JobsListResult, JobsListStringKey>) => new JobsListPage(context),
);
