import { answerOf, type DressAnswer, type DressRequest, refusal } from './exchange';

type Ask = (request: DressRequest) => Promise<DressAnswer>;

interface Move {
  /** Lower-cased id. */
  readonly point: string;
  readonly vault: string;
  readonly machine: string;
  /** ms UTC. */
  readonly started: number;
}

interface Point {
  readonly id: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

const DAY = 24 * 3_600_000;
/** How long a move takes, in ms. */
export const MOVE_MS = 10 * 60_000;
/** The service's own words for a point that it has not looked at yet (recorded). */
const NOT_YET = "We're still determining if this Recovery Point can be moved.. Please check again after some time.";
const PRIORITIES = ['Standard', 'High'];

/**
 * The archive tier, which the engines behind the dress do not have: points that can be moved, their jobs, and points that are
 * restored only by a request that rehydrates them. Codes are those of the service's documentation.
 */
export class ArchiveTier {
  readonly #ready = new Set<string>();
  readonly #moves = new Map<string, Move>();
  /** Until when (ms UTC) points are rehydrated. */
  readonly #rehydrated = new Map<string, number>();

  /** @param now ms UTC */
  constructor(private readonly now: () => number) {}

  /** From now on the point can be moved. */
  makeReady(pointId: string): void {
    this.#ready.add(keyOf(pointId));
  }

  /** Answers what is of the archive; everything else is asked of the engine, and told with what the archive knows of it. */
  async answer(request: DressRequest, ask: Ask): Promise<DressAnswer> {
    const { method, url } = request;
    const path = decodeURIComponent(url.pathname).replace(/\/$/, '');
    const [, point = '', action] = /^(.*\/recoveryPoints\/[^/]+)(?:\/(move|restore))?$/i.exec(path) ?? [];
    if (method === 'POST' && action === 'move') return this.#move(point, request);
    if (method === 'POST' && action === 'restore') return this.#restore(point, request, ask);
    if (method === 'POST' && /\/recoveryPointsRecommendedForMove$/i.test(path)) return this.#recommended(request, ask);
    if (method !== 'GET') return ask(request);
    const [, vault = '', kind = '', name = ''] =
      /^(.*\/vaults\/[^/]+)\/(backupJobs|backupOperations)(?:\/([^/]+))?$/i.exec(path) ?? [];
    const move = this.#moves.get(name);
    if (move) return answerOf(200, /jobs/i.test(kind) ? this.#job(name, move) : this.#operation(name, path));
    const answer = await ask(request);
    if (answer.status !== 200) return answer;
    if (/jobs/i.test(kind) && name === '') return this.#withMoves(vault, answer);
    return /\/recoveryPoints(\/[^/]+)?$/i.test(path) ? this.#withTiers(answer) : answer;
  }

  #isArchived(point: string): boolean {
    return Array.from(this.#moves.values()).some((move) => move.point === point && this.#hasEnded(move));
  }

  #hasEnded({ started }: Move): boolean {
    return started + MOVE_MS <= this.now();
  }

  #move(pointId: string, { url, body }: DressRequest): DressAnswer {
    const point = keyOf(pointId);
    const { objectType, sourceTierType, targetTierType } = JSON.parse(body ?? '{}');
    const asked = [objectType, sourceTierType, targetTierType].join(' ');
    if (asked !== 'MoveRPAcrossTiersRequest HardenedRP ArchivedRP') {
      return refusal(400, { code: 'BMSUserErrorInvalidInput', message: `This cannot be moved: ${asked}.` });
    }
    if (!this.#ready.has(point)) {
      const message = 'Recovery-Point is not eligible for Archive Move.';
      return refusal(400, { code: 'UserErrorRecoveryPointIsNotEligibleForArchiveMove', message });
    }
    this.#ready.delete(point);
    const [, vault = ''] = /^(.*\/vaults\/[^/]+)/i.exec(pointId) ?? [];
    const [, machine = ''] = /;([^;/]+)\/recoveryPoints\//i.exec(pointId) ?? [];
    const name = `move-${this.#moves.size + 1}`;
    this.#moves.set(name, { point, vault, machine, started: this.now() });
    const link = `${url.origin}${vault}/backupOperations/${name}?api-version=2024-04-01`;
    return { status: 202, headers: { 'azure-asyncoperation': link }, body: '' };
  }

  async #restore(pointId: string, request: DressRequest, ask: Ask): Promise<DressAnswer> {
    const point = keyOf(pointId);
    const { properties } = JSON.parse(request.body ?? '{}');
    const rehydrates = properties?.objectType === 'IaasVMRestoreWithRehydrationRequest';
    const until = this.#rehydrated.get(point) ?? 0;
    if (!this.#isArchived(point) || until > this.now()) {
      const message = 'Rehydration is only supported for Archive Recovery Points.';
      return rehydrates ? refusal(400, { code: 'UserErrorRecoveryPointRehydrationNotAllowed', message }) : ask(request);
    }
    const { rehydrationRetentionDuration = '', rehydrationPriority } = properties?.recoveryPointRehydrationInfo ?? {};
    const days = Number(/^P(\d+)D$/.exec(rehydrationRetentionDuration)?.[1] ?? 0);
    if (!rehydrates || days < 10 || days > 30 || !PRIORITIES.includes(rehydrationPriority)) {
      const message =
        'Archive Recovery Point is not rehydrated. Retry Restore after rehydration completed on Archive RP.';
      return refusal(400, { code: 'UserErrorRecoveryPointNotRehydrated', message });
    }
    const answer = await ask(request);
    if (answer.status === 202) this.#rehydrated.set(point, this.now() + days * DAY);
    return answer;
  }

  async #recommended({ url, authorization }: DressRequest, ask: Ask): Promise<DressAnswer> {
    const list = new URL(url.href.replace(/\/recoveryPointsRecommendedForMove/i, '/recoveryPoints'));
    const answer = await ask({ method: 'GET', url: list, authorization, body: undefined });
    if (answer.status !== 200) return answer;
    const { value }: { value: Point[] } = JSON.parse(this.#withTiers(answer).body);
    return answerOf(200, { value: value.filter(({ id }) => this.#ready.has(keyOf(id))) });
  }

  #withTiers(answer: DressAnswer): DressAnswer {
    const told = JSON.parse(answer.body);
    const body = Array.isArray(told.value)
      ? { ...told, value: told.value.map((point: Point) => this.#tiered(point)) }
      : this.#tiered(told);
    return { ...answer, body: JSON.stringify(body) };
  }

  #tiered(point: Point): Point {
    const key = keyOf(point.id);
    if (!this.#isArchived(key)) {
      const isReadyForMove = this.#ready.has(key);
      const readiness = { ArchivedRP: { isReadyForMove, ...(!isReadyForMove && { additionalInfo: NOT_YET }) } };
      return { ...point, properties: { ...point.properties, recoveryPointMoveReadinessInfo: readiness } };
    }
    const until = this.#rehydrated.get(key) ?? 0;
    const archived =
      until > this.now()
        ? { status: 'Rehydrated', extendedInfo: { RehydratedRPExpiryTime: new Date(until).toISOString() } }
        : { status: 'Valid' };
    const additionalInfo =
      'Recovery-Point Type is not eligible for archive move as it is already moved to archive tier';
    return {
      ...point,
      properties: {
        ...point.properties,
        recoveryPointTierDetails: [
          { type: 'HardenedRP', status: 'Deleted' },
          { type: 'ArchivedRP', ...archived },
        ],
        recoveryPointMoveReadinessInfo: { ArchivedRP: { isReadyForMove: false, additionalInfo } },
      },
    };
  }

  #withMoves(vault: string, answer: DressAnswer): DressAnswer {
    const told = JSON.parse(answer.body);
    const moves = Array.from(this.#moves).filter(([, move]) => keyOf(move.vault) === keyOf(vault));
    const value = [...told.value, ...moves.map(([name, move]) => this.#job(name, move))];
    return { ...answer, body: JSON.stringify({ ...told, value }) };
  }

  #operation(name: string, path: string): object {
    const properties = { objectType: 'OperationStatusJobExtendedInfo', jobId: name };
    return { id: path, name, status: 'Succeeded', properties };
  }

  #job(name: string, move: Move): object {
    const { vault, machine, started } = move;
    const ended = this.#hasEnded(move) ? new Date(started + MOVE_MS).toISOString() : undefined;
    return {
      id: `${vault}/backupJobs/${name}`,
      name,
      type: 'Microsoft.RecoveryServices/vaults/backupJobs',
      properties: {
        jobType: 'AzureIaaSVMJob',
        entityFriendlyName: machine,
        backupManagementType: 'AzureIaasVM',
        operation: 'MoveRecoveryPoint', // what Azure calls it is not known
        status: ended === undefined ? 'InProgress' : 'Completed',
        startTime: new Date(started).toISOString(),
        ...(ended !== undefined && { endTime: ended }),
      },
    };
  }
}

function keyOf(id: string): string {
  return id.toLowerCase();
}
