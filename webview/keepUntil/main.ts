import '../ui/zod';
import { html, type TemplateResult } from 'lit';
import { type KeepUntilRequest, type KeepUntilSnapshot, keepUntilProtocol } from '../../src/messages/keepUntil';
import type { KeepUntilStringKey } from '../../src/messages/keepUntilStrings';
import type { Accepted, PanelKey } from '../../src/messages/protocol';
import { Calendar } from '../ui/calendar';
import { daysBetween, within } from '../ui/calendarModel';
import { dateName } from '../ui/monthTable';
import { type Page, type PageContext, startPage } from '../ui/page';

class KeepUntilPage implements Page<KeepUntilSnapshot> {
  private snapshot: KeepUntilSnapshot | undefined;
  private shownFor = '';
  private date = '';
  private starting = false;

  constructor(private readonly context: PageContext<KeepUntilRequest, Accepted, KeepUntilStringKey>) {
    window.addEventListener('focus', goToDay);
  }

  accept(snapshot: KeepUntilSnapshot, key: PanelKey): void {
    const shownFor = JSON.stringify(key);
    if (this.shownFor !== shownFor) {
      const kept = this.context.pageState();
      this.shownFor = shownFor;
      this.date = typeof kept === 'string' ? kept : snapshot.suggested;
      queueMicrotask(goToDay); // once it is rendered
    }
    this.snapshot = snapshot;
    // Midnight may have passed since.
    this.date = within(this.date, snapshot.earliest, snapshot.latest);
  }

  render(): TemplateResult {
    const { snapshot } = this;
    if (!snapshot) {
      return html``;
    }
    const { texts, lang } = this.context;
    const { t } = texts;
    return html`<main>
      <header class="page">
        <div class="titles">
          <h1>${t('title')}</h1>
          <p class="muted">${this.headerText(snapshot)}</p>
        </div>
      </header>
      <section aria-labelledby="keep">
        <h2 id="keep">${t('calendar.heading')}</h2>
        <vmb-calendar
          .texts=${texts}
          .lang=${lang}
          .today=${snapshot.today}
          .earliest=${snapshot.earliest}
          .latest=${snapshot.latest}
          .selected=${this.date}
          @change=${this.onChange}
        ></vmb-calendar>
        <p class="chosen" role="status">${this.chosenText(snapshot)}</p>
        <p class="hint note">${t('calendar.hint')}</p>
      </section>
      <div class="form-actions">
        <vscode-button ?disabled=${this.starting} @click=${this.onBackUp}
          >${t(this.starting ? 'action.starting' : 'action.backUp')}</vscode-button
        >
        <vscode-button appearance="secondary" @click=${() => void this.context.request({ action: 'cancel' })}
          >${t('action.cancel')}</vscode-button
        >
      </div>
    </main>`;
  }

  private headerText({ machines }: KeepUntilSnapshot): string {
    const { t } = this.context.texts;
    const [first = ''] = machines;
    return machines.length === 1 ? t('header.one', first) : t('header.many', first, machines.length - 1);
  }

  private chosenText({ today }: KeepUntilSnapshot): string {
    const { texts, lang } = this.context;
    const days = daysBetween(today, this.date);
    const name = dateName(this.date, lang);
    return days === 1 ? texts.t('chosen.one', name) : texts.t('chosen', name, new Intl.NumberFormat(lang).format(days));
  }

  private readonly onChange = ({ target }: Event): void => {
    if (!(target instanceof Calendar)) return;
    this.date = target.selected;
    this.context.keep(this.date);
    this.context.update();
  };

  private readonly onBackUp = async (): Promise<void> => {
    if (this.starting) return;
    this.starting = true;
    this.context.update();
    await this.context.request({ action: 'backUp', date: this.date });
    this.starting = false;
    this.context.update();
  };
}

/** The day is what the page asks for: the keyboard, once it is on the page and nowhere else there, begins with it. */
function goToDay(): void {
  if (!document.hasFocus() || document.activeElement !== document.body) return;
  document.querySelector<Calendar>('vmb-calendar')?.focus();
}

startPage(
  keepUntilProtocol,
  (context: PageContext<KeepUntilRequest, Accepted, KeepUntilStringKey>) => new KeepUntilPage(context),
);
