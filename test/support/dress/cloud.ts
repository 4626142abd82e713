import type { Method } from '../../../src/engine/http/operation';
import { EngineWorld, FakeClock } from '../engineWorld';
import { ArchiveTier } from './archiveTier';
import { answerOf, type DressAnswer, type DressRequest, refusal } from './exchange';
import { type Fault, Faults } from './faults';
import { GRAPH_PATH, Graph } from './graph';
import { actionOf, RequestLog, vaultBelow } from './requestLog';
import { SignIn } from './signIn';

/** Reads that Azure lets through per hour, vault and action (SPEC §0). */
const READS_PER_HOUR = 150;
const HOUR = 3_600_000;
/** What an engine in this process calls itself in links. */
const ENGINE_ORIGIN = /^http:\/\/localhost(:\d+)?/;
const LINKS = ['location', 'azure-asyncoperation'];

export const CONTOSO = 't-contoso';
export const FABRIKAM = 't-fabrikam';
/** The tenant all of whose calls fail, if there is one. */
export const BROKEN = 't-broken';

/** A virtual network as ARM lists it: the engine has none. */
export interface DressNetwork {
  readonly id: string;
  readonly name: string;
  readonly location: string;
  readonly properties: { readonly subnets: readonly { readonly id: string; readonly name: string }[] };
}

/** A subscription of the dressed Azure: an engine behind it. */
export interface DressSubscription {
  readonly id: string;
  readonly name: string;
  readonly tenant: string;
  readonly world: EngineWorld;
}

const SUBSCRIPTIONS = [
  { name: 'Contoso Production', tenant: CONTOSO },
  { name: 'Contoso Test', tenant: CONTOSO },
  { name: 'Fabrikam', tenant: FABRIKAM },
];
/** Sites of every subscription, with their pairs. */
const REGIONS = [
  { name: 'eastus', pair: 'westus' },
  { name: 'westus', pair: 'eastus' },
  { name: 'westeurope', pair: undefined },
];

export interface DressOptions {
  /** One whose time goes on by itself, for clients of other processes. */
  readonly clock?: FakeClock;
  /** `https://host[:port]` that every link begins with. */
  readonly origin?: string;
  /** Adds {@link BROKEN}. */
  readonly brokenTenant?: boolean;
}

/**
 * An Azure for tests: engines dressed as three subscriptions of two tenants, behind one door that checks tokens, throttles as
 * Azure does and fails on demand. What it answers is the engines' own, stored and restored for real.
 */
export class DressedCloud {
  readonly log = new RequestLog();
  readonly faults = new Faults();
  /** The virtual networks of all subscriptions. */
  readonly networks: DressNetwork[] = [];
  readonly signIn: SignIn;
  origin: string;
  /** Requests that wait for their answer. */
  pending = 0;
  readonly #tenants: readonly string[];
  readonly graph: Graph;
  readonly archive: ArchiveTier;

  private constructor(
    readonly clock: FakeClock,
    readonly subscriptions: readonly DressSubscription[],
    options: DressOptions,
  ) {
    this.origin = options.origin ?? 'https://management.dress.example';
    this.#tenants = [CONTOSO, FABRIKAM, ...(options.brokenTenant === true ? [BROKEN] : [])];
    this.signIn = new SignIn(this.#tenants, () => clock.time);
    this.graph = new Graph();
    this.archive = new ArchiveTier(() => clock.time);
  }

  static async create(options: DressOptions = {}): Promise<DressedCloud> {
    const clock = options.clock ?? new FakeClock();
    const subscriptions: DressSubscription[] = [];
    for (const [i, { name, tenant }] of SUBSCRIPTIONS.entries()) {
      const world = await EngineWorld.create({ other: i + 1, clock });
      subscriptions.push({ id: world.engine.subscriptionId, name, tenant, world });
      await makeRegions(world);
    }
    return new DressedCloud(clock, subscriptions, options);
  }

  async close(): Promise<void> {
    for (const { world } of this.subscriptions) await world.close();
  }

  /** Answers one request and writes it down. */
  async answer(request: DressRequest): Promise<DressAnswer> {
    const { method, url } = request;
    this.pending++;
    const answer = await this.#faulty(request).finally(() => this.pending--);
    const headers = { ...answer.headers };
    for (const name of LINKS) {
      const link = headers[name];
      if (link !== undefined) headers[name] = link.replace(ENGINE_ORIGIN, this.origin);
    }
    this.log.add({
      time: this.clock.time,
      method,
      action: actionOf(method, url.pathname),
      subscription: subscriptionIn(url),
      vault: vaultBelow(url.pathname),
      status: answer.status,
    });
    return { ...answer, headers };
  }

  async #faulty(request: DressRequest): Promise<DressAnswer> {
    const fault = this.faults.take(request.method, request.url);
    if (fault?.kind === 'refuse') return refusalOf(fault);
    if (fault?.kind === 'slow') {
      await new Promise<void>((resolve) => void this.clock.after(fault.delay, resolve));
    }
    const answer = await this.#signedIn(request);
    return fault?.kind === 'operationFails' ? answerOf(200, failedOperation(answer, fault)) : answer;
  }

  async #signedIn(request: DressRequest): Promise<DressAnswer> {
    const { url, authorization } = request;
    const asked = subscriptionIn(url);
    const subscription = this.subscriptions.find(({ id }) => id === asked);
    const tenant = this.signIn.check(authorization, subscription?.tenant);
    if (typeof tenant !== 'string') return tenant;
    const path = url.pathname.toLowerCase().replace(/\/$/, '');
    if (path === '/tenants') return answerOf(200, { value: this.#tenants.map(tenantOf) });
    if (tenant === BROKEN) {
      return refusal(403, { code: 'DisallowedOperation', message: 'Nothing may be done in this tenant.' });
    }
    const own = this.subscriptions.filter((one) => one.tenant === tenant);
    if (path === '/subscriptions') return answerOf(200, { value: own.map(presentSubscription) });
    if (path === GRAPH_PATH.toLowerCase()) return this.graph.answer(request, own);
    if (!subscription) {
      const message = `The subscription '${asked ?? ''}' could not be found.`;
      return refusal(404, { code: 'SubscriptionNotFound', message });
    }
    if (path === `/subscriptions/${subscription.id}/providers/microsoft.network/virtualnetworks`) {
      return answerOf(200, {
        value: this.networks.filter(({ id }) => id.startsWith(`/subscriptions/${subscription.id}/`)),
      });
    }
    if (path === `/subscriptions/${subscription.id}`) return answerOf(200, presentSubscription(subscription));
    const ask = async (one: DressRequest) => this.#ask(subscription, one);
    return this.#throttled(request) ?? this.archive.answer(request, ask);
  }

  #throttled({ method, url }: DressRequest): DressAnswer | undefined {
    const vault = vaultBelow(url.pathname);
    if (vault === undefined || method !== 'GET') return undefined;
    const action = actionOf(method, url.pathname);
    const reads = this.log.readsSince(this.clock.time - HOUR, { vault, action });
    const [oldest] = reads;
    if (!oldest || reads.length < READS_PER_HOUR) return undefined;
    const seconds = Math.max(1, Math.ceil((oldest.time + HOUR - this.clock.time) / 1000));
    const message = `Number of requests for action '${action}' exceeded the limit of '${READS_PER_HOUR}' for time interval '01:00:00'. Please try again after '${seconds}' seconds.`;
    return refusal(429, { code: 'ResourceRequestsThrottled', message }, { 'retry-after': String(seconds) });
  }

  async #ask({ world }: DressSubscription, { method, url, body: raw }: DressRequest): Promise<DressAnswer> {
    // Azure has none of what only the engine of a computer can do.
    if (/\/providers\/VmBackup\.Local/i.test(url.pathname)) {
      return refusal(404, { code: 'NotFound', message: `There is no operation at ${url.pathname}.` });
    }
    const { status, headers, body } = await world.arm(method as Method, `${url.pathname}${url.search}`, undefined, {
      raw,
    });
    const texts = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    delete texts['content-length'];
    if (body === undefined) return { status, headers: texts, body: '' };
    if (typeof body.nextLink === 'string') body.nextLink = body.nextLink.replace(ENGINE_ORIGIN, this.origin);
    if (/\/locations$/i.test(url.pathname)) body.value = body.value.filter(isRegion);
    if (/\/backupJobs$/i.test(url.pathname)) body.value = body.value.filter(isOfOwnRegion);
    return { status, headers: texts, body: JSON.stringify(body) };
  }
}

async function makeRegions(world: EngineWorld): Promise<void> {
  const sites = '/providers/VmBackup.Local/sites';
  const put = async (name: string, properties: object) => {
    const { status, body } = await world.arm('PUT', `${sites}/${name}`, { properties });
    if (status >= 400) throw new Error(`The site ${name}: ${JSON.stringify(body)}`);
  };
  for (const { name } of REGIONS) await put(name, { folder: `${world.folder}/regions/${name}` });
  for (const { name, pair } of REGIONS) if (pair !== undefined) await put(name, { pairedSite: pair });
}

function isRegion({ name }: { name: string }): boolean {
  return REGIONS.some((region) => region.name === name);
}

/** Azure lists a job of a vault's second region only there. */
function isOfOwnRegion({ properties }: { properties: { operation?: string } }): boolean {
  return properties.operation !== 'CrossRegionRestore';
}

function subscriptionIn(url: URL): string | undefined {
  return /^\/subscriptions\/([^/]+)/i.exec(url.pathname)?.[1];
}

function tenantOf(tenantId: string) {
  return {
    id: `/tenants/${tenantId}`,
    tenantId,
    displayName: tenantId.replace(/^t-(.)/, (_, first: string) => first.toUpperCase()),
    tenantCategory: tenantId === CONTOSO ? 'Home' : 'ManagedBy',
  };
}

function presentSubscription({ id, name, tenant }: DressSubscription) {
  return {
    id: `/subscriptions/${id}`,
    subscriptionId: id,
    tenantId: tenant,
    displayName: name,
    state: 'Enabled',
    authorizationSource: 'RoleBased',
  };
}

function refusalOf({ status, code, retryAfter }: Fault & { kind: 'refuse' }): DressAnswer {
  const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  return refusal(status, { code, message: `Injected: ${code}.` }, headers);
}

function failedOperation({ body }: DressAnswer, { code, message }: Fault & { kind: 'operationFails' }): object {
  return { ...JSON.parse(body === '' ? '{}' : body), status: 'Failed', error: { code, message } };
}
