import '../ui/zod';
import { html, nothing, type TemplateResult } from 'lit';
import type { PanelKey } from '../../src/messages/protocol';
import {
  type RestoreForm,
  type RestoreRequest,
  type RestoreResult,
  type RestoreSnapshot,
  restoreFormSchema,
  restoreProtocol,
} from '../../src/messages/restore';
import type { RestoreStringKey } from '../../src/messages/restoreStrings';
import { type Page, type PageContext, startPage } from '../ui/page';
import { fittingZoom, type Zoom } from '../ui/timelineModel';
import { timelineStyles } from '../ui/timelineStyles';
import { checksView } from './checksView';
import { checksSentence, isArchived, isConfirmed, type ShownChecks, shownChecks } from './formModel';
import { type PointContext, pointPart } from './pointPart';
import { REHYDRATION_DAYS_ID, rehydrationPart } from './rehydrationPart';
import { restoreStyles } from './restoreStyles';
import { disksPart, targetPart } from './targetPart';

/** How long the form rests before it is checked, in ms. */
const CHECK_AFTER = 300;

class RestorePage implements Page<RestoreSnapshot> {
  private snapshot: RestoreSnapshot | undefined;
  private form: RestoreForm | undefined;
  private shownFor = '';
  private zoom: Zoom | undefined;
  private noneBefore = false;
  private starting = false;
  private checking: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly context: PageContext<RestoreRequest, RestoreResult, RestoreStringKey>) {}

  accept(snapshot: RestoreSnapshot, key: PanelKey): void {
    const shownFor = JSON.stringify(key);
    this.snapshot = snapshot;
    if (this.shownFor === shownFor) return;
    this.shownFor = shownFor;
    this.zoom = undefined;
    this.noneBefore = false;
    const kept = restoreFormSchema.safeParse(this.context.pageState());
    const isThere = kept.success && snapshot.points.some(({ id }) => id === kept.data.pointId);
    this.form = isThere ? kept.data : snapshot.draft;
    this.checkAfter(0);
    // A point that was opened from the archive is asked about at once: how it is rehydrated.
    const { pointId } = this.form;
    if (key['pointId'] === pointId && isArchived(snapshot, pointId)) {
      requestAnimationFrame(() => document.getElementById(REHYDRATION_DAYS_ID)?.focus());
    }
  }

  render(): TemplateResult {
    const { snapshot, form } = this;
    if (!snapshot || !form) {
      return html``;
    }
    const { texts, times, lang } = this.context;
    const { t } = texts;
    const context: PointContext = {
      snapshot,
      form,
      texts,
      times,
      lang,
      edit: this.edit,
      zoom: this.zoom ?? fittingZoom(snapshot.points, snapshot.now),
      setZoom: (zoom) => {
        this.zoom = zoom;
        this.context.update();
      },
      noneBefore: this.noneBefore,
      setNoneBefore: (none) => {
        this.noneBefore = none;
        this.context.update();
      },
    };
    const shown = shownChecks(snapshot, form);
    return html`<main class="restore">
      <header class="page">
        <div class="titles">
          <h1>${t('title', snapshot.machineName)}</h1>
          <p class="muted">${t(snapshot.place.kind === 'folder' ? 'intro' : 'introAccount')}</p>
        </div>
      </header>
      <div class="columns">
        <div class="primary">
          ${pointPart(context)} ${isArchived(snapshot, form.pointId) ? rehydrationPart(context) : nothing}
          ${disksPart(context)} ${targetPart({ ...context, browse: () => void this.browse() })}
        </div>
        <aside aria-labelledby="checks" class="card">
          ${checksView({ shown, texts, again: () => this.checkAfter(0) })}
          ${
            snapshot.notes.length === 0
              ? nothing
              : html`<div class="note-list">${snapshot.notes.map((note) => html`<p class="hint">${note}</p>`)}</div>`
          }
        </aside>
      </div>
      ${this.actionsView(form, snapshot, shown)}
    </main>`;
  }

  private actionsView(form: RestoreForm, { machineName }: RestoreSnapshot, shown: ShownChecks): TemplateResult {
    const { t } = this.context.texts;
    const { ready } = shown;
    const confirmed = isConfirmed(form, machineName);
    const name = form.target === 'replaceDisks' ? 'action.replace' : 'action.restore';
    const why = ready ? (confirmed ? '' : t('action.typeFirst')) : t('action.notReady');
    return html`<div class="form-actions">
      <vscode-button ?disabled=${!ready || !confirmed || this.starting} title=${why} @click=${() => void this.restore(form)}
        >${t(this.starting ? 'action.starting' : name)}</vscode-button
      >
      ${
        shown.canCopy
          ? html`<vscode-button appearance="secondary" @click=${() => void this.context.request({ action: 'copyCommand', form })}
              >${t('action.copy')}</vscode-button
            >`
          : nothing
      }
      <vscode-button appearance="secondary" @click=${() => void this.context.request({ action: 'cancel' })}
        >${t('action.cancel')}</vscode-button
      >
      <button type="button" class="link to-checks" @click=${() => document.getElementById('checks')?.scrollIntoView()}>
        ${checksSentence(shown, this.context.texts)}
      </button>
    </div>`;
  }

  /** Changes the form as it is now: an element may tell of a change while the page is being drawn. */
  private readonly edit = (change: (form: RestoreForm) => RestoreForm): void => {
    if (!this.form) return;
    const form = change(this.form);
    if (form === this.form) return;
    this.form = form;
    this.context.keep(form);
    this.context.update();
    this.checkAfter(CHECK_AFTER);
  };

  /** Has the form checked once it rests. What is found comes with the next snapshots. */
  private checkAfter(ms: number): void {
    clearTimeout(this.checking);
    this.checking = setTimeout(() => {
      if (this.form) void this.context.request({ action: 'check', form: this.form });
    }, ms);
  }

  private async browse(): Promise<void> {
    const result = await this.context.request({ action: 'browse' });
    if (result?.outcome === 'folder') this.edit((form) => ({ ...form, folder: result.folder }));
  }

  private async restore(form: RestoreForm): Promise<void> {
    if (this.starting) return;
    this.starting = true;
    this.context.update();
    await this.context.request({ action: 'restore', form });
    this.starting = false;
    this.context.update();
  }
}

startPage(
  restoreProtocol,
  (context: PageContext<RestoreRequest, RestoreResult, RestoreStringKey>) => new RestorePage(context),
  timelineStyles,
  restoreStyles,
);
