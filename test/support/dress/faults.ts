/** What the dressed Azure does instead of what it was asked. */
export type Fault =
  /** Refuses. `retryAfter` in seconds. */
  | { readonly kind: 'refuse'; readonly status: number; readonly code: string; readonly retryAfter?: number }
  /** Answers after this time (ms) of the world's clock. */
  | { readonly kind: 'slow'; readonly delay: number }
  /** The answers about long-running operations say that they failed. */
  | { readonly kind: 'operationFails'; readonly code: string; readonly message: string };

/** Which requests a fault hits. */
export interface FaultRule {
  readonly fault: Fault;
  /** Any, without one. */
  readonly method?: string;
  /** Of the path and query. */
  readonly path?: RegExp;
  /** Id; any, without one. */
  readonly subscription?: string;
  /** How many requests are hit; all, without a number. */
  readonly times?: number;
}

/** The faults of a dressed Azure, which a test adds and takes away. */
export class Faults {
  readonly #rules: { readonly rule: FaultRule; left: number }[] = [];

  add(rule: FaultRule): void {
    this.#rules.push({ rule, left: rule.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#rules.length = 0;
  }

  /** The fault of the first rule that a request falls under; counts it. */
  take(method: string, url: URL): Fault | undefined {
    const path = `${url.pathname}${url.search}`;
    const hit = this.#rules.find(({ rule, left }) => {
      if (left === 0 || (rule.method !== undefined && rule.method !== method)) return false;
      if (rule.subscription !== undefined && !path.startsWith(`/subscriptions/${rule.subscription}`)) return false;
      return rule.path?.test(path) ?? true;
    });
    if (hit) hit.left--;
    return hit?.rule.fault;
  }
}
