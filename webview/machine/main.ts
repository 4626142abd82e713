import '../ui/zod';
import { html, type TemplateResult } from 'lit';
import { type MachineRequest, type MachineSnapshot, machineProtocol, type PointRow } from '../../src/messages/machine';
import type { MachineStringKey } from '../../src/messages/machineStrings';
import type { Accepted, PanelKey } from '../../src/messages/protocol';
import { type Page, type PageContext, startPage } from '../ui/page';
import { tabs } from '../ui/tabs';
import { fittingZoom, type Zoom } from '../ui/timelineModel';
import { timelineStyles } from '../ui/timelineStyles';
import { keptMachineSchema, selectedPoint, type TabName } from './machineModel';
import { disksView, failuresView, headerView, jobsView, type MachineViewContext, settingsView } from './machineView';
import { pointsView } from './pointsView';

class MachinePage implements Page<MachineSnapshot> {
  private snapshot: MachineSnapshot | undefined;
  private shownFor = '';
  private tab: TabName = 'points';
  private zoom: Zoom | undefined;
  private selected: string | undefined;
  private refreshing = false;

  constructor(private readonly context: PageContext<MachineRequest, Accepted, MachineStringKey>) {}

  accept(snapshot: MachineSnapshot, key: PanelKey): void {
    const shownFor = JSON.stringify(key);
    if (this.shownFor !== shownFor) {
      const kept = keptMachineSchema.safeParse(this.context.pageState());
      this.shownFor = shownFor;
      this.tab = kept.success ? kept.data.tab : 'points';
      this.zoom = kept.success ? kept.data.zoom : undefined;
      this.selected = kept.success ? kept.data.selected : snapshot.openedPoint;
    }
    this.snapshot = snapshot;
  }

  render(): TemplateResult {
    const { snapshot } = this;
    if (!snapshot) {
      return html``;
    }
    const { texts, times, lang } = this.context;
    const { t } = texts;
    const points = snapshot.points ?? [];
    const context: MachineViewContext = {
      snapshot,
      texts,
      times,
      lang,
      refreshing: this.refreshing,
      send: (request) => void this.send(request),
    };
    const selected = selectedPoint(points, this.selected);
    const view = {
      ...context,
      selected,
      zoom: this.zoom ?? fittingZoom(points, snapshot.now),
      select: (id: string) => this.keep({ selected: id }),
      setZoom: (zoom: Zoom) => this.keep({ zoom }),
    };
    return html`<main>
      ${headerView(context)} ${failuresView(context)}
      ${tabs<TabName>({
        label: t('tabs.label'),
        chosen: this.tab,
        choose: (tab) => this.keep({ tab }),
        tabs: [
          { name: 'points', label: t('tab.points'), content: () => pointsView(view) },
          { name: 'jobs', label: t('tab.jobs'), content: () => jobsView(context) },
          { name: 'disks', label: t('tab.disks'), content: () => disksView(context) },
          { name: 'settings', label: t('tab.settings'), content: () => settingsView(context) },
        ],
      })}
      <p class="visually-hidden" role="status">${this.refreshing ? t('action.refreshing') : ''}</p>
    </main>`;
  }

  private keep(changes: { tab?: TabName; zoom?: Zoom; selected?: PointRow['id'] }): void {
    this.tab = changes.tab ?? this.tab;
    this.zoom = changes.zoom ?? this.zoom;
    this.selected = changes.selected ?? this.selected;
    this.context.keep({ tab: this.tab, zoom: this.zoom, selected: this.selected });
    this.context.update();
  }

  private async send(request: MachineRequest): Promise<void> {
    const refreshing = request.action === 'refresh';
    if (refreshing) {
      this.refreshing = true;
      this.context.update();
    }
    await this.context.request(request);
    if (refreshing) {
      this.refreshing = false;
      this.context.update();
    }
  }
}

startPage(
  machineProtocol,
  (context: PageContext<MachineRequest, Accepted, MachineStringKey>) => new MachinePage(context),
  timelineStyles,
);
