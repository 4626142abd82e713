import { type DressAnswer, refusal } from './exchange';

/** Stands for the tenant that a session without a named one is of. */
const HOME = 'home';
const AUTHORITY = 'https://login.dress.example';

interface Challenge {
  readonly code: string;
  readonly message: string;
  readonly error: 'invalid_token' | 'insufficient_claims';
  /** JSON. */
  readonly claims?: string;
}

/** Checks the tokens of tests, `token-for-<tenant>-<n>`, as Azure Resource Manager checks its own. */
export class SignIn {
  /** How long a token is good after its first use, in ms. */
  tokenLife = Number.MAX_SAFE_INTEGER;
  readonly #tenants: readonly string[];
  readonly #now: () => number;
  readonly #firstUsed = new Map<string, number>();
  readonly #ended = new Set<string>();
  readonly #weak = new Set<string>();
  #demanded: string | undefined;

  /** @param tenants ids; the first is home */
  constructor(tenants: readonly string[], now: () => number) {
    this.#tenants = tenants;
    this.#now = now;
  }

  /** Every token that came with a request so far. */
  get usedTokens(): readonly string[] {
    return Array.from(this.#firstUsed.keys());
  }

  /** The tokens that were used so far are good no more. */
  expireTokens(): void {
    for (const token of this.#firstUsed.keys()) this.#ended.add(token);
  }

  /** The token of the next request is not enough any more: a step-up asks for one with these claims (JSON). */
  demandClaims(claims: string): void {
    this.#demanded = claims;
  }

  /** @returns the tenant that the token is of, or what the request is refused with */
  check(authorization: string | undefined, wanted?: string): string | DressAnswer {
    const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
    if (token === undefined) {
      return this.#refuse(wanted, {
        code: 'AuthenticationFailed',
        message: "Authentication failed. The 'Authorization' header is missing.",
        error: 'invalid_token',
      });
    }
    const tenant = this.#tenantOf(token);
    if (tenant === undefined) {
      const message = 'The access token is invalid.';
      return this.#refuse(wanted, { code: 'InvalidAuthenticationToken', message, error: 'invalid_token' });
    }
    if (this.#isOver(token)) {
      const message = `The access token expiry UTC time is earlier than current UTC time '${new Date(this.#now()).toISOString()}'.`;
      return this.#refuse(tenant, { code: 'ExpiredAuthenticationToken', message, error: 'invalid_token' });
    }
    if (wanted !== undefined && tenant !== wanted) {
      const message = `The access token is from the wrong issuer '${AUTHORITY}/${tenant}/'. It must match the tenant '${AUTHORITY}/${wanted}/' associated with this subscription.`;
      return this.#refuse(wanted, { code: 'InvalidAuthenticationTokenTenant', message, error: 'invalid_token' });
    }
    return this.#stepUp(token, tenant) ?? tenant;
  }

  #stepUp(token: string, tenant: string): DressAnswer | undefined {
    const claims = this.#demanded;
    if (claims === undefined) return undefined;
    if (this.#weak.size > 0 && !this.#weak.has(token)) {
      this.#demanded = undefined;
      this.#weak.clear();
      return undefined;
    }
    this.#weak.add(token);
    const message = 'More claims are needed.';
    return this.#refuse(tenant, { code: 'InvalidAuthenticationToken', message, error: 'insufficient_claims', claims });
  }

  #tenantOf(token: string): string | undefined {
    const name = /^token-for-(.+)-\d+$/.exec(token)?.[1];
    return name === HOME ? this.#tenants[0] : this.#tenants.find((tenant) => tenant === name);
  }

  #isOver(token: string): boolean {
    const first = this.#firstUsed.get(token) ?? this.#now();
    this.#firstUsed.set(token, first);
    return this.#ended.has(token) || this.#now() - first >= this.tokenLife;
  }

  #refuse(tenant = 'common', { code, message, error, claims }: Challenge): DressAnswer {
    const asked = claims === undefined ? '' : `, claims="${Buffer.from(claims).toString('base64')}"`;
    return refusal(
      401,
      { code, message },
      { 'WWW-Authenticate': `Bearer authorization_uri="${AUTHORITY}/${tenant}", error="${error}"${asked}` },
    );
  }
}
