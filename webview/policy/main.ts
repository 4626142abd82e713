import '../ui/zod';
import { html, nothing, type TemplateResult } from 'lit';
import { type PolicyRequest, type PolicyResult, type PolicySnapshot, policyProtocol } from '../../src/messages/policy';
import type { PolicyStringKey } from '../../src/messages/policyStrings';
import type { PanelKey } from '../../src/messages/protocol';
import { type Page, type PageContext, startPage } from '../ui/page';
import { dataTable } from '../ui/table';
import type { FormContext } from './fields';
import { type PolicyForm, toForm, toPolicy } from './formModel';
import { type FieldId, type FieldProblem, formProblems, foundProblems } from './formProblems';
import { retentionView } from './retentionView';
import { type RunRow, runRows } from './runs';
import { policyFormSchema } from './savedForm';
import { instantRestoreView, nameView, scheduleView, zoneSearch } from './scheduleView';

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

  constructor(private readonly context: PageContext<PolicyRequest, PolicyResult, PolicyStringKey>) {}

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
    return html`<main>
      <header class="page">
        <div class="titles">
          <h1>${t('title.create')}</h1>
          <p class="muted">${t('header.vault', snapshot.vaultName)}</p>
        </div>
      </header>
      ${this.summaryView(problems)}
      <form novalidate @submit=${this.onSubmit}>
        <div class="columns">
          <div class="primary">
            <div class="lead">${nameView(context)}</div>
            ${scheduleView(context)} ${retentionView(context)} ${instantRestoreView(context)}
          </div>
          <aside aria-labelledby="runs" class="card">${this.runsView(this.open)}</aside>
        </div>
        <!-- For Enter in a field. The toolkit's buttons stay outside: in a form, Enter on each of them would submit. -->
        <button type="submit" hidden></button>
      </form>
      <div class="form-actions">
        <vscode-button ?disabled=${this.saving} @click=${this.onSave}>${t(this.saving ? 'action.saving' : 'action.save')}</vscode-button>
        <vscode-button appearance="secondary" @click=${this.onCancel}>${t('action.cancel')}</vscode-button>
      </div>
    </main>`;
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

  private runsView({ form, snapshot }: Open): TemplateResult {
    const { t } = this.context.texts;
    const rows = runRows(toPolicy(form), snapshot.now, this.context.lang);
    return html`<h2 id="runs">${t('runs.heading')}</h2>
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
    this.context.update();
  };

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
    if (!this.open || this.saving) {
      return;
    }
    this.touched = true;
    const problems = this.problems(this.open);
    if (problems.length === 0) {
      const { form } = this.open;
      this.saving = true;
      this.context.update();
      const draft = { name: form.name, policy: toPolicy(form) };
      const result = await this.context.request({ action: 'save', draft });
      this.saving = false;
      this.refused = result?.outcome === 'problems' ? foundProblems(result.problems, this.context.texts) : [];
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
);
