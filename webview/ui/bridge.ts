import * as z from 'zod/mini';
import type {
  HostMessage,
  PageMessage,
  PanelKey,
  PanelProtocol,
  RequestError,
  SnapshotMessage,
} from '../../src/messages/protocol';
import { sameKey, savedStateSchema } from '../../src/messages/protocol';

/** Tells a broken message of the host from what others post to the window, which is nothing to us. */
const hasHostType = z.object({ type: z.enum(['snapshot', 'reply', 'error']) });

/** What VS Code gives to a page. */
export interface WebviewApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): WebviewApi;

/** The API of VS Code; it can be taken once per page. */
export function webviewApi(): WebviewApi {
  return acquireVsCodeApi();
}

/** A request that the host refused; its message is a sentence for people. */
export class RequestFailed extends Error {
  readonly code: string;
  readonly recommendation: string | undefined;

  constructor(error: RequestError) {
    super(error.message);
    this.name = 'RequestFailed';
    this.code = error.code;
    this.recommendation = error.recommendation;
  }
}

export interface BridgeListeners<Snapshot> {
  /**
   * @param shown.focus id of the element that is to have the keyboard
   * @param shown.timeZone IANA name of the zone that times are shown in; without it the window's own
   */
  snapshot(data: Snapshot, key: PanelKey, shown: Pick<SnapshotMessage<Snapshot>, 'focus' | 'timeZone'>): void;
  /** The host sent something of another shape. */
  unreadable(): void;
}

interface Pending<Result> {
  resolve(result: Result): void;
  reject(error: RequestFailed): void;
}

/** A page's end of its panel's protocol. */
export class HostBridge<Snapshot, Request, Result> {
  private readonly pending = new Map<number, Pending<Result>>();
  private lastId = 0;
  private version = 0;
  private key: PanelKey = {};
  private toldKept = false;

  constructor(
    private readonly protocol: PanelProtocol<Snapshot, Request, Result>,
    private readonly api: WebviewApi,
    private readonly listeners: BridgeListeners<Snapshot>,
  ) {}

  /** Starts to listen to `source` (the page's window), then tells the host that the page is ready. */
  start(source: EventTarget): void {
    source.addEventListener('message', (event) => {
      if (event instanceof MessageEvent) {
        this.receive(event.data);
      }
    });
    this.send({ type: 'ready' });
  }

  /** @throws RequestFailed if the host refuses */
  request(request: Request): Promise<Result> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      this.send({ type: 'request', id, request });
    });
  }

  /** What this page kept for the shown thing, `undefined` if nothing or for another thing. */
  pageState(): unknown {
    const saved = savedStateSchema.safeParse(this.api.getState());
    return saved.success && sameKey(saved.data.key, this.key) ? saved.data.page : undefined;
  }

  /** Keeps `page` over a reload of the window, for as long as the panel shows the same thing. */
  keep(page: unknown): void {
    this.api.setState({ key: this.key, page });
    if (page === undefined || this.toldKept) return;
    this.toldKept = true;
    this.send({ type: 'kept' });
  }

  private send(message: PageMessage<Request>): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- not a window: VS Code's API has no origin
    this.api.postMessage(message);
  }

  private receive(data: unknown): void {
    const message = this.protocol.hostMessage.safeParse(data);
    if (message.success) {
      this.accept(message.data);
    } else if (hasHostType.safeParse(data).success) {
      this.listeners.unreadable();
    }
  }

  private accept(message: HostMessage<Snapshot, Result>): void {
    switch (message.type) {
      case 'snapshot':
        this.show(message);
        break;
      case 'reply':
        this.settle(message.id)?.resolve(message.result);
        break;
      case 'error':
        this.settle(message.id)?.reject(new RequestFailed(message.error));
        break;
    }
  }

  private show({ version, key, focus, timeZone, data }: SnapshotMessage<Snapshot>): void {
    if (version <= this.version) {
      return;
    }
    this.version = version;
    if (!sameKey(this.key, key)) this.toldKept = false;
    this.key = key;
    // Also where there is nothing to keep: the host restores the panel by the key.
    this.keep(this.pageState());
    this.listeners.snapshot(data, key, { focus, timeZone });
  }

  private settle(id: number): Pending<Result> | undefined {
    const pending = this.pending.get(id);
    this.pending.delete(id);
    return pending;
  }
}
