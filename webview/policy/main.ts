import '../ui/zod';
import { html, nothing, type TemplateResult } from 'lit';
import {
  type PolicyImpact,
  type PolicyRequest,
  type PolicyResult,
  type PolicySnapshot,
  policyProtocol,
} from '../../src/messages/policy';
import type { PolicyStringKey } from '../../src/messages/policyStrings';
import type { PanelKey } from '../../src/messages/protocol';
import { type Page, type PageContext, startPage } from '../ui/page';
import type { FormContext } from './fields';
import { type PolicyForm, toForm, toPolicy } from './formModel';
import { type FieldId, type FieldProblem, formProblems, foundProblems } from './formProblems';
import { impactView, mayDelete } from './impactView';
import { PreviewPane } from './previewPane';
import { previewStyles } from './previewStyles';
import { retentionView } from './retentionView';
import { policyFormSchema } from './savedForm';
import { consistencyView, instantRestoreView, nameView, scheduleView, typeView, zoneSearch } from './scheduleView';

/** How long the form rests before it is asked what saving it deletes, in ms. */
const PREVIEW_AFTER = 250;
const NO_IMPACT: PolicyImpact = { removed: 0, uncounted: 0, machines: [] };

/** A form and what it was opened for. */
interface Open {
  readonly shownFor: string;
  readonly form: PolicyForm;
  readonly snapshot: PolicySnapshot;
  readonly searchZones: FormContext['searchZones'];
}

class PolicyPage implements Page<PolicySnapshot> {
  private open: Open | undefined;
  /** Broken rules are shown from the first change on: a page that opens is not full of errors. */
  private touched = false;
  private saving = false;
  /** What the host or the service refused, until the next change. */
  private refused: readonly FieldProblem[] = [];

  /** What saving the shown form deletes, `undefined` while that is counted, and whether the person agreed to it. */
  private impact: PolicyImpact | undefined = NO_IMPACT;
  private agreed = false;
  private previewing: ReturnType<typeof setTimeout> | undefined;
  private readonly pane: PreviewPane;

  constructor(private readonly context: PageContext<PolicyRequest, PolicyResult, PolicyStringKey>) {
    this.pane = new PreviewPane(context);
  }

  accept(snapshot: PolicySnapshot, key: PanelKey): void {
    const shownFor = JSON.stringify(key);
    const isSame = this.open?.shownFor === shownFor;
    const kept = policyFormSchema.safeParse(this.context.pageState());
    const form = isSame && this.open ? this.open.form : kept.success ? kept.data : toForm(snapshot.draft);
    if (!isSame) {
      this.touched = kept.success;
      this.refused = [];
    }
    this.open = { shownFor, form, snapshot, searchZones: zoneSearch(snapshot) };
    this.pane.basis = snapshot;
    this.pane.show(toPolicy(form), snapshot.now);
    if (!isSame) {
      this.previewSoon();
    }
  }

  render(): TemplateResult {
    if (!this.open) {
      return html``;
    }
    const { t } = this.context.texts;
    const { snapshot, form, searchZones } = this.open;
    const problems = this.touched ? this.problems(this.open) : [];
    const context: FormContext = {
      snapshot,
      form,
      problems,
      texts: this.context.texts,
      change: this.change,
      searchZones,
    };
    return html`<main class="wide">
      <header class="page">
        <div class="titles">
          <h1>${t(snapshot.mode === 'edit' ? 'title.edit' : 'title.create')}</h1>
          <p class="muted">${this.headerText(snapshot)}</p>
        </div>
      </header>
      ${this.summaryView(problems)}
      <div class="columns with-preview">
        <form novalidate @submit=${this.onSubmit}>
          <div class="lead">${nameView(context)} ${typeView(context)}</div>
          ${scheduleView(context)} ${retentionView(context)} ${instantRestoreView(context)} ${consistencyView(context)}
          <!-- For Enter in a field. The toolkit's buttons stay outside: in a form, Enter on each of them would submit. -->
          <button type="submit" hidden></button>
        </form>
        ${this.pane.render()}
      </div>
      ${impactView({ impact: this.impact, agreed: this.agreed, texts: this.context.texts, lang: this.context.lang, timeZone: this.context.times.timeZone, agree: this.agree })}
      <div class="form-actions">
        <vscode-button ?disabled=${this.saving || this.mustAgree} title=${this.mustAgree ? t('impact.agreeFirst') : ''} @click=${this.onSave}>${t(this.saving ? 'action.saving' : 'action.save')}</vscode-button>
        <vscode-button appearance="secondary" @click=${this.onCancel}>${t('action.cancel')}</vscode-button>
      </div>
    </main>`;
  }

  private get mustAgree(): boolean {
    return this.impact !== undefined && mayDelete(this.impact) && !this.agreed;
  }

  private headerText({ mode, usedBy, vaultName }: PolicySnapshot): string {
    const { t } = this.context.texts;
    if (mode === 'create') {
      return t('header.vault', vaultName);
    }
    return usedBy === 1 ? t('header.usedByOne', vaultName) : t('header.usedBy', usedBy, vaultName);
  }

  private summaryView(problems: readonly FieldProblem[]): TemplateResult | typeof nothing {
    if (problems.length === 0) {
      return nothing;
    }
    return html`<section class="banner error summary" aria-labelledby="summary">
      <h2 id="summary">${this.context.texts.t('summary.heading')}</h2>
      <ul>
        ${problems.map(
          ({ field, message }) => html`<li>
            ${
              field === undefined
                ? message
                : html`<button type="button" class="link" @click=${() => focusField(field)}>
                    ${this.fieldLabel(field)}: ${message}
                  </button>`
            }
          </li>`,
        )}
      </ul>
    </section>`;
  }

  private problems({ form, snapshot }: Open): FieldProblem[] {
    return [...formProblems(form, snapshot.existingNames, this.context.texts), ...this.refused];
  }

  private readonly change = (changes: Partial<PolicyForm>): void => {
    if (!this.open) {
      return;
    }
    const form = { ...this.open.form, ...changes };
    this.open = { ...this.open, form };
    this.touched = true;
    this.refused = [];
    this.context.keep(form);
    this.pane.follow(toPolicy(form), this.open.snapshot.now);
    this.previewSoon();
  };

  private readonly agree = (agreed: boolean): void => {
    this.agreed = agreed;
    this.context.update();
  };

  private showImpact(impact: PolicyImpact | undefined): void {
    this.impact = impact;
    this.agreed = false;
    this.context.update();
  }

  /** Asks, once the form rests, what saving it would delete. The host counts again when it saves. */
  private previewSoon(): void {
    clearTimeout(this.previewing);
    const asked = this.open;
    const isCounted = asked?.snapshot.mode === 'edit' && asked.snapshot.usedBy > 0 && this.problems(asked).length === 0;
    this.showImpact(isCounted ? undefined : NO_IMPACT);
    if (!asked || !isCounted) return;
    this.previewing = setTimeout(() => void this.preview(asked), PREVIEW_AFTER);
  }

  private async preview(asked: Open): Promise<void> {
    const draft = { name: asked.form.name, policy: toPolicy(asked.form) };
    const result = await this.context.request({ action: 'preview', draft });
    if (this.open?.form !== asked.form) return;
    // Of a count that failed, the page says why; saving counts again.
    this.showImpact(result?.outcome === 'impact' ? result.impact : NO_IMPACT);
  }

  private readonly onSubmit = (event: Event): void => {
    event.preventDefault();
    this.onSave();
  };

  private readonly onSave = (): void => {
    void this.save();
  };

  private readonly onCancel = (): void => {
    void this.context.request({ action: 'cancel' });
  };

  private async save(): Promise<void> {
    if (!this.open || this.saving || this.mustAgree) {
      return;
    }
    this.touched = true;
    const problems = this.problems(this.open);
    if (problems.length === 0) {
      const { form } = this.open;
      this.saving = true;
      this.context.update();
      const draft = { name: form.name, policy: toPolicy(form) };
      const { removed, uncounted } = this.impact ?? NO_IMPACT;
      const agreed = { removed, uncounted };
      const result = await this.context.request({ action: 'save', draft, agreed });
      this.saving = false;
      if (result?.outcome === 'impact') {
        this.showImpact(result.impact);
      }
      this.refused =
        result?.outcome === 'problems' ? foundProblems(result.problems, draft.policy, this.context.texts) : [];
      problems.push(...this.refused);
    }
    this.context.update();
    const first = problems.find(({ field }) => field !== undefined)?.field;
    if (first) {
      focusField(first);
    }
  }

  private fieldLabel(field: FieldId): string {
    const { t } = this.context.texts;
    const [group, range] = field.split('.');
    if (group === 'retention') {
      return this.context.texts.of(`retention.${range}`, field);
    }
    switch (field) {
      case 'name':
        return t('name.label');
      case 'timeZone':
        return t('schedule.timeZone');
      case 'instantRestoreDays':
        return t('instant.heading');
      default:
        return t('schedule.heading');
    }
  }
}

function focusField(field: FieldId): void {
  document.getElementById(field)?.focus();
}

startPage(
  policyProtocol,
  (context: PageContext<PolicyRequest, PolicyResult, PolicyStringKey>) => new PolicyPage(context),
  previewStyles,
);
