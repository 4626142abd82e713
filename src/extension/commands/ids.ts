/** Every command of the extension. The manifest declares exactly these (a unit test compares them). */
export const COMMANDS = {
  openDashboard: 'vmbackup.openDashboard',
  open: 'vmbackup.open',
  showStatus: 'vmbackup.showStatus',
  getStarted: 'vmbackup.getStarted',
  labCreate: 'vmbackup.lab.create',
  labChangeFiles: 'vmbackup.lab.changeFiles',
  labRemove: 'vmbackup.lab.remove',
  vaultCreate: 'vmbackup.vault.create',
  vaultOpenDashboard: 'vmbackup.vault.openDashboard',
  vaultAttach: 'vmbackup.vault.attach',
  vaultRotateKey: 'vmbackup.vault.rotateKey',
  vaultSetRedundancy: 'vmbackup.vault.setRedundancy',
  discover: 'vmbackup.discover',
  machineAddImage: 'vmbackup.machine.addImage',
  machineRemove: 'vmbackup.machine.remove',
  diskReveal: 'vmbackup.disk.reveal',
  protect: 'vmbackup.protect',
  whyNotProtected: 'vmbackup.whyNotProtected',
  backupNow: 'vmbackup.backupNow',
  restore: 'vmbackup.restore',
  stopProtection: 'vmbackup.stopProtection',
  resumeProtection: 'vmbackup.resumeProtection',
  deleteBackupData: 'vmbackup.deleteBackupData',
  undelete: 'vmbackup.undelete',
  policyDuplicate: 'vmbackup.policy.duplicate',
  policyDelete: 'vmbackup.policy.delete',
  vaultDelete: 'vmbackup.vault.delete',
  policyAssign: 'vmbackup.policy.assign',
  siteAdd: 'vmbackup.site.add',
  policyCreate: 'vmbackup.policy.create',
  policyEdit: 'vmbackup.policy.edit',
  jobOpen: 'vmbackup.job.open',
  jobCancel: 'vmbackup.job.cancel',
  jobRetry: 'vmbackup.job.retry',
  jobViewLog: 'vmbackup.job.viewLog',
  jobOpenFolder: 'vmbackup.job.openFolder',
  jobCopyDetails: 'vmbackup.job.copyDetails',
  jobsOpenList: 'vmbackup.jobs.openList',
  jobTroubleshoot: 'vmbackup.job.troubleshoot',
  machinesFilter: 'vmbackup.machines.filter',
  machinesClearFilter: 'vmbackup.machines.clearFilter',
  machinesGroupBy: 'vmbackup.machines.groupBy',
  jobsFilter: 'vmbackup.jobs.filter',
  jobsClearFilter: 'vmbackup.jobs.clearFilter',
  errorCopyDetails: 'vmbackup.error.copyDetails',
  jobsLoadMore: 'vmbackup.jobs.loadMore',
  refresh: 'vmbackup.refresh',
  copyId: 'vmbackup.copyId',
  agentHelp: 'vmbackup.agentHelp',
  showLog: 'vmbackup.showLog',
  engineRestart: 'vmbackup.engine.restart',
} as const;

export type CommandId = (typeof COMMANDS)[keyof typeof COMMANDS];

/** The views of the extension. */
export const VIEWS = {
  machines: 'vmbackup.machines',
  vaults: 'vmbackup.vaults',
  jobs: 'vmbackup.jobs',
} as const;

/** The context keys that `when` clauses of the manifest may use. */
export const CONTEXT_KEYS = {
  engineReady: 'vmbackup.engine.ready',
  hasVaults: 'vmbackup.hasVaults',
  hasMachines: 'vmbackup.hasMachines',
  jobsRunning: 'vmbackup.jobs.running',
  machinesFiltered: 'vmbackup.machines.filtered',
  jobsFiltered: 'vmbackup.jobs.filtered',
  labPresent: 'vmbackup.lab.present',
  backedUp: 'vmbackup.story.backedUp',
  changedAndBackedUp: 'vmbackup.story.changedAndBackedUp',
  restored: 'vmbackup.story.restored',
} as const;

export type ContextKey = (typeof CONTEXT_KEYS)[keyof typeof CONTEXT_KEYS];
