import type { PageStrings } from '../../messages/page';
import type { PanelName } from '../../messages/panelNames';
import type { PanelKey, PanelProtocol } from '../../messages/protocol';
import type { Life } from '../model/life';

/** What a panel shows now, or one sentence with the next step where there is nothing to show. */
export type PanelContent<Snapshot> =
  | { readonly kind: 'snapshot'; readonly data: Snapshot }
  | { readonly kind: 'notice'; readonly sentence: string };

/** One open thing in a panel: reads its facts and answers its page. Free of VS Code. */
export interface PanelController<Snapshot, Request, Result> extends Life {
  readonly title: string;
  content(): PanelContent<Snapshot>;
  /** Windows id of the time zone of the one policy that its times have to do with, if there is one. */
  policyZone?(): string | undefined;
  /** Reads what is missing; the result comes by {@link onDidChange}. */
  load(): Promise<void>;
  handle(request: Request): Promise<Result>;
  /** True if the panel is to be closed after this answer was sent. */
  closesAfter(result: Result): boolean;
  onDidChange(listener: () => void): Life;
}

/** A kind of panel. */
export interface PanelKind<Snapshot, Request, Result> {
  readonly name: PanelName;
  readonly protocol: PanelProtocol<Snapshot, Request, Result>;
  /** English texts by key; the host translates them. */
  readonly strings: PageStrings;
  /** @returns `undefined` if the key does not name a thing of this kind */
  control(key: PanelKey): PanelController<Snapshot, Request, Result> | undefined;
}
