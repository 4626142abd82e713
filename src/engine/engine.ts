import { randomBytes, randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { availableParallelism, hostname } from 'node:os';
import { join } from 'node:path';
import { appError } from '../domain/errorCatalogue';
import { isAppError } from '../domain/errors';
import { Catalog } from './catalog/catalog';
import { type Clock, systemClock } from './clock';
import type { Engine, EngineContext } from './engineContext';
import { computeRoutes } from './http/routes/compute';
import { containerRoutes } from './http/routes/containers';
import { crossRegionRoutes } from './http/routes/crossRegion';
import { deletedVaultRoutes } from './http/routes/deletedVaults';
import { holdRoutes } from './http/routes/holds';
import { itemRoutes } from './http/routes/items';
import { jobExportRoutes } from './http/routes/jobExports';
import { jobRoutes } from './http/routes/jobs';
import { localRoutes } from './http/routes/local';
import { locationRoutes } from './http/routes/locations';
import { policyRoutes } from './http/routes/policies';
import { protectionRoutes } from './http/routes/protection';
import { protectionIntentRoutes } from './http/routes/protectionIntents';
import { recoveryRoutes } from './http/routes/recovery';
import { replicationRoutes } from './http/routes/replication';
import { resourceGuardRoutes } from './http/routes/resourceGuards';
import { restoreRoutes } from './http/routes/restores';
import { siteRoutes } from './http/routes/sites';
import { guardSubscription, subscriptionRoutes } from './http/routes/subscriptions';
import { withRefusals } from './http/routes/unsupported';
import { vaultConfigRoutes } from './http/routes/vaultConfigs';
import { vaultExtraRoutes } from './http/routes/vaultExtras';
import { vaultRoutes } from './http/routes/vaults';
import { vaultUsageRoutes } from './http/routes/vaultUsages';
import { type Ids, randomIds } from './ids';
import { imageProvider, type MachineProvider } from './machines/provider';
import { Scheduler } from './scheduler/scheduler';
import { AttachService } from './services/attach';
import { BackupChecks } from './services/backupChecks';
import { BackupService } from './services/backups';
import { ComputeService } from './services/compute';
import { CrossRegionService } from './services/crossRegion';
import { DiscoveryService } from './services/discovery';
import { EngineSettingsService } from './services/engineSettings';
import { FollowedPolicies } from './services/followedPolicies';
import { Gate } from './services/gate';
import { GroupService } from './services/groups';
import { Housekeeping } from './services/housekeeping';
import { EnableService } from './services/items/enable';
import { ItemWork } from './services/items/itemWork';
import { RemovalService } from './services/items/removal';
import { StopService } from './services/items/stop';
import { JobExports } from './services/jobExports';
import { JobService } from './services/jobs';
import { LabService } from './services/lab';
import { MachineFolders } from './services/machineFolders';
import { MaintenanceService } from './services/maintenance';
import { OperationService } from './services/operations';
import { PointService } from './services/points';
import { PolicyService } from './services/policies';
import { PolicyChangeService } from './services/policyChanges';
import { ProtectionService } from './services/protection';
import { ProtectionIntents } from './services/protectionIntents';
import { reconcile } from './services/reconcile';
import { ReplicationService } from './services/replication';
import { ResourceGuards } from './services/resourceGuards';
import { RestorePlanner } from './services/restore/plan';
import { RestoreService } from './services/restores';
import { RetentionService } from './services/retention';
import { SchedulePause } from './services/schedulePause';
import { Sites } from './services/sites';
import { SnapshotTier } from './services/snapshotTier';
import { StorageAccountService } from './services/storageAccounts';
import { Upkeep } from './services/upkeep';
import { VaultDeletion } from './services/vaultDeletion';
import { VaultOperations } from './services/vaultOperations';
import { VaultStores } from './services/vaultStores';
import { VaultService } from './services/vaults';
import { VaultUsages } from './services/vaultUsages';
import { loadSqlite } from './sqlite';
import { Bandwidth } from './store/bandwidth';
import { MIB } from './store/format';
import { LEASE_MS } from './store/replica/lease';
import { WorkerPool } from './store/workerPool';
import type { Pool } from './store/workerProtocol';

/** What tests put in place of the real thing. */
export interface EngineOverrides {
  readonly clock?: Clock;
  readonly ids?: Ids;
  readonly pool?: Pool;
  readonly provider?: MachineProvider;
}

/** Puts the engine together: catalog, services, routes and scheduler of one data folder. */
export async function buildEngine(context: EngineContext, overrides: EngineOverrides = {}): Promise<Engine> {
  const { clock = systemClock, ids = randomIds, provider = imageProvider } = overrides;
  const pool =
    overrides.pool ??
    new WorkerPool({ script: join(__dirname, 'engine-worker.js'), size: Math.min(availableParallelism(), 8) });
  const { dataFolder, log } = context;
  const now = () => clock.now();
  const uuid = () => ids.uuid();
  const decimal = () => ids.decimal();

  const catalogFile = join(dataFolder, 'catalog.db');
  const endedWell = !existsSync(`${catalogFile}-wal`); // SQLite removes it at the end
  const catalog = await openCatalog(catalogFile);
  if (!endedWell) for (const problem of catalog.quickCheck()) log.error(`catalog: ${problem}`);
  const subscriptionId = catalog.setting('subscriptionId', uuid);
  const tenantId = catalog.setting('tenantId', uuid);

  const sites = new Sites(catalog, dataFolder);
  await sites.prepare();
  const settings = new EngineSettingsService({ catalog, changed: () => gate.look() });
  const gate: Gate = new Gate(() => settings.current.maxParallelJobs);
  const stores = new VaultStores({
    sites,
    keyFile: context.key,
    environment: {
      now,
      randomBytes,
      pool,
      bandwidth: new Bandwidth(clock, () => settings.current.bandwidthLimitMBps * MIB),
      toolVersion: context.version,
      owner: { id: subscriptionId, name: hostname() },
    },
  });
  const base = { catalog, now, uuid, decimal };

  const operations = new OperationService(base);
  const jobs = new JobService(base);
  const groups = new GroupService(catalog);
  const warn = (text: string) => log.warn(text);
  const snapshots = new SnapshotTier({ catalog, folder: join(dataFolder, 'snapshots'), now, warn });
  const points = new PointService({ catalog, snapshots, stores });
  const changes = new PolicyChangeService({ ...base, stores, applied: () => retention.wake() });
  const guards = new ResourceGuards(base);
  const policies = new PolicyService({ ...base, changes, guards, jobs, operations });
  const retention = new RetentionService({ catalog, changes, jobs, points, snapshots, now, log });
  const compute = new ComputeService({ ...base, provider, sites });
  const storageAccounts = new StorageAccountService({ ...base, sites });
  const discovery = new DiscoveryService(base);
  const machineFolders = new MachineFolders({
    catalog,
    compute,
    groups,
    folders: () => settings.current.machineFolders,
    subscriptionId,
  });
  const vaultOperations = new VaultOperations({ operations, uuid });
  const vaults = new VaultService({ ...base, sites, stores, operations: vaultOperations, guards });
  const deletion = new VaultDeletion({ ...base, stores, operations: vaultOperations, warn });
  const checks = new BackupChecks({ catalog, compute, provider, stores });
  const protection = new ProtectionService(catalog);
  const work = new ItemWork({ catalog, jobs, operations });
  const enabling = new EnableService({ ...base, compute, discovery, policies, vaults, work });
  const stopping = new StopService({ guards, work });
  const removals = new RemovalService({ ...base, guards, jobs, points, work, warn });
  const intents = new ProtectionIntents({
    catalog,
    checks,
    discovery,
    enable: (vault, input) => enabling.start(vault, input),
  });
  const replication = new ReplicationService({ ...base, sites, stores, warn });
  const backups = new BackupService({
    ...base,
    changes,
    replication,
    snapshots,
    compute,
    provider,
    jobs,
    operations,
    policies,
    stores,
    gate,
  });
  const planner = new RestorePlanner({ compute, groups, storageAccounts });
  const restores = new RestoreService({ catalog, compute, jobs, operations, planner, stores, gate });
  const crossRegion = new CrossRegionService({ ...base, sites, stores, points, restores, key: context.key });
  const lab = new LabService({ ...base, compute, groups, dataFolder, subscriptionId, random: Math.random });

  const attach = new AttachService({ ...base, sites, stores, subscriptionId });
  const maintenance = new MaintenanceService({ ...base, jobs, sites, stores, subscriptionId });

  await restores.finishInterrupted(warn);
  await reconcile({ catalog, jobs, operations, points, removals, stores, warn });

  await snapshots.removeLeftovers();
  changes.forgetDone(); // no backup is under way yet

  const followed = new FollowedPolicies({ catalog, policies });
  const housekeeping = new Housekeeping({
    catalog,
    stores,
    folder: join(dataFolder, 'cache'),
    now,
    isBusy: () => jobs.runningCount > 0,
    log,
  });
  const pause = new SchedulePause(base);
  const scheduler = new Scheduler({
    clock,
    paused: () => pause.since !== undefined,
    runMissed: () => settings.current.runMissedSchedules,
    policies: () => followed.list(),
    start: (key, run) => backups.startScheduled(protection.get(key), run),
    chores: [
      () => retention.look(),
      () => operations.prune(),
      () => removals.purgeDue(),
      () => housekeeping.look(),
      () => deletion.startPurge(),
    ],
    warn,
  });
  scheduler.run();
  const leases = new Upkeep({
    clock,
    everyMs: LEASE_MS / 3,
    work: async () => {
      for (const problem of await stores.renewLeases()) log.warn(problem);
      replication.nudgeAll();
    },
    warn,
  });
  leases.start();
  replication.nudgeAll();

  return {
    subscriptionId,
    tenantId,
    operations: guardSubscription(
      subscriptionId,
      withRefusals([
        ...subscriptionRoutes({ subscriptionId, tenantId, sites, groups }),
        ...computeRoutes({ compute, storageAccounts, now }),
        ...vaultRoutes({ vaults, deletion, groups, operations, tenantId }),
        ...vaultConfigRoutes(vaults),
        ...vaultExtraRoutes(vaults),
        ...vaultUsageRoutes(vaults, new VaultUsages({ ...base, stores })),
        ...deletedVaultRoutes({ deletion, operations, sites }),
        ...resourceGuardRoutes({ vaults, guards, random: randomInt, now }),
        ...locationRoutes({ checks, sites, vaults }),
        ...protectionIntentRoutes(vaults, intents),
        ...policyRoutes({ vaults, policies, operations }),
        ...protectionRoutes({
          compute,
          crossRegion,
          discovery,
          machineFolders,
          operations,
          points,
          policies,
          protection,
          vaults,
          now,
        }),
        ...itemRoutes({
          backups,
          compute,
          enabling,
          operations,
          points,
          policies,
          protection,
          removals,
          stopping,
          vaults,
          now,
        }),
        ...containerRoutes({ operations, protection, vaults }),
        ...jobExportRoutes({
          exports: new JobExports({ folder: join(dataFolder, 'exports'), now }),
          jobs,
          operations,
          vaults,
          now,
        }),
        ...jobRoutes({ crossRegion, jobs, operations, points, protection, vaults, now }),
        ...restoreRoutes({ operations, planner, points, protection, restores, vaults }),
        ...crossRegionRoutes({ crossRegion, jobs, operations, points, protection, vaults, tenantId, now }),
        ...siteRoutes(sites),
        ...recoveryRoutes({ attach, vaults }),
        ...replicationRoutes({ replication, vaults }),
        ...holdRoutes({ points, protection, vaults }),
        ...localRoutes({ jobs, lab, machineFolders, maintenance, pause, settings, vaults }),
      ]),
    ),
    health: () => ({
      runningJobs: jobs.runningCount,
      protectedItems: followed.itemCount(),
      nextRun: scheduler.nextRun(),
      madeUp: scheduler.madeUp,
      pausedSince: pause.since,
    }),
    mustStay: () => jobs.runningCount > 0 || followed.needEngine(),
    async close() {
      scheduler.stop();
      await operations.settled(); // one may be about to start its job
      await jobs.interruptAll();
      await Promise.all([
        backups.settled(),
        policies.settled(),
        retention.settled(),
        restores.settled(),
        removals.settled(),
        housekeeping.close(),
        deletion.settled(),
      ]);
      await Promise.all([leases.stop(), replication.close()]);
      await stores.closeAll();
      await pool.close();
      catalog.close();
    },
  };
}

/** @throws AppError `LocalCatalogTooNew`, or `EngineCatalogUnreadable` for a file that is no catalog */
async function openCatalog(file: string): Promise<Catalog> {
  const { DatabaseSync } = await loadSqlite();
  try {
    const database = new DatabaseSync(file);
    try {
      return new Catalog(database);
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    if (isAppError(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw appError('EngineCatalogUnreadable', { file, reason }, { cause: error, target: file });
  }
}
