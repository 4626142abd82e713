/** What the fake host of a page does. */
export interface FakeHostPlan {
  readonly bodyClass: string;
  readonly variables: Readonly<Record<string, string>>;
  /** The key and the data of the first snapshot, sent on `ready`. */
  readonly key: Readonly<Record<string, string>>;
  readonly snapshot: unknown;
  /** Result or error of a request, by its action; without one the request stays open. */
  readonly replies: Readonly<Record<string, { readonly result: unknown } | { readonly error: unknown }>>;
  readonly savedState?: unknown;
}

/** What a test reads from the page. */
export interface FakeHostRecord {
  readonly sent: { type: string; id?: number; request?: { action: string; [name: string]: unknown } }[];
  readonly violations: string[];
  state: unknown;
  /** Whether the page said that it keeps something that was entered. */
  kept: boolean;
  /** Sends the next snapshot. */
  show(snapshot: unknown): void;
  /** Sends anything. */
  post(message: unknown): void;
}

declare global {
  interface Window {
    fakeHost: FakeHostRecord;
  }
}

/** Runs in the page before its scripts: stands for VS Code and for the extension. Uses nothing from outside. */
export function installFakeHost(plan: FakeHostPlan): void {
  let version = 0;
  // oxlint-disable-next-line unicorn/consistent-function-scoping -- the function goes into the page alone
  const post = (message: unknown) => setTimeout(() => window.postMessage(message, '*'));
  const show = (data: unknown) => post({ type: 'snapshot', version: ++version, key: plan.key, data });
  const record: FakeHostRecord = { sent: [], violations: [], state: plan.savedState, kept: false, show, post };
  window.fakeHost = record;

  document.addEventListener('securitypolicyviolation', (event) =>
    record.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`),
  );
  document.addEventListener('readystatechange', () => {
    for (const [name, value] of Object.entries(plan.variables)) {
      document.documentElement.style.setProperty(`--vscode-${name}`, value);
    }
    document.body.classList.add(plan.bodyClass);
  });

  const answer = (id: number, action: string) => {
    const reply = plan.replies[action];
    if (reply) {
      post('result' in reply ? { type: 'reply', id, result: reply.result } : { type: 'error', id, error: reply.error });
    }
  };
  Object.assign(window, {
    acquireVsCodeApi: () => ({
      getState: () => record.state,
      setState: (state: unknown) => {
        record.state = structuredClone(state);
      },
      postMessage: (message: { type: string; id: number; request: { action: string } }) => {
        if (message.type === 'kept') {
          record.kept = true;
          return;
        }
        record.sent.push(structuredClone(message));
        if (message.type === 'ready') {
          show(plan.snapshot);
        } else {
          answer(message.id, message.request.action);
        }
      },
    }),
  });
}
