import * as vscode from 'vscode';
import { PANELS } from '../messages/panelNames';
import type { Life } from './model/life';
import type { Panels, PanelsOptions } from './panels/panels';

/** Loads the panels when the first one is needed, also when VS Code brings one back after a reload. */
export class PanelSlot implements Life {
  private panels: Promise<Panels> | undefined;
  private readonly serializers: vscode.Disposable[];
  private disposed = false;

  constructor(private readonly options: PanelsOptions) {
    this.serializers = PANELS.map((name) =>
      vscode.window.registerWebviewPanelSerializer(`vmbackup.${name}`, {
        deserializeWebviewPanel: async (panel, state) => (await this.get()).bringBack(name, panel, state),
      }),
    );
  }

  get(): Promise<Panels> {
    this.panels ??= this.load();
    return this.panels;
  }

  /** Shows open pages anew, for a setting that changes how. */
  repaint(): void {
    void this.panels?.then((panels) => panels.repaint());
  }

  dispose(): void {
    this.disposed = true;
    for (const serializer of this.serializers) serializer.dispose();
    void this.panels?.then((panels) => panels.dispose());
  }

  private async load(): Promise<Panels> {
    const { Panels } = await import('./panels/panels');
    const panels = new Panels(this.options);
    // The window may have been closed while the module was loading.
    if (this.disposed) panels.dispose();
    return panels;
  }
}
