/**
 * Failures of jobs and of an item's health, in the service's own words: title, text and recommendation (SPEC §9.2). The
 * key is the title, except where a title is also the code of a request's failure.
 */
export const JOB_ERRORS = {
  JobResourceNotFound: {
    httpStatus: 404,
    jobErrorCode: 320001,
    title: 'ResourceNotFound',
    message: 'Could not perform the operation as VM no longer exists.',
    recommendation:
      'Stop protecting virtual machine without deleting backup data. More details at http://go.microsoft.com/fwlink/?LinkId=808124',
  },
  UserErrorVmNotFoundV2: {
    httpStatus: 404,
    jobErrorCode: 400136,
    title: 'UserErrorVmNotFoundV2',
    message: "Virtual machine doesn't exist.",
    recommendation:
      'Please make sure that virtual machine exists or select a different virtual machine. For more details, please refer to http://aka.ms/UserErrorVmNotFoundV2',
  },
  UserErrorGuestAgentVersionUnsupported: {
    httpStatus: 409,
    jobErrorCode: 380016,
    title: 'UserErrorGuestAgentVersionUnsupported',
    message: 'Does not have the latest agent installed.',
    recommendation: 'Update the agent to the latest version.',
  },
  UserErrorCrpReportedUserError: {
    httpStatus: 409,
    jobErrorCode: 400349,
    title: 'UserErrorCrpReportedUserError',
    message: 'Backup failed due to an error. For details, see Job Error Message Details.',
    recommendation: 'For more information, refer https://aka.ms/AB-AzureVM',
  },
  ExtensionSnapshotFailedNoNetwork: {
    httpStatus: 409,
    jobErrorCode: 400206,
    title: 'ExtensionSnapshotFailedNoNetwork',
    message: 'Snapshot operation failed due to no network connectivity on the virtual machine.',
    recommendation:
      'Ensure that VM has network access. For snapshot to succeed, either whitelist Azure datacenter IP ranges or setup a proxy server for network access. For more details, refer to  https://aka.ms/extension-snapshot-failed-nonetwork. If you are already using proxy server, make sure that proxy server settings are configured correctly.',
  },
  UserErrorVmNotInDesirableState: {
    httpStatus: 409,
    title: 'UserErrorVmNotInDesirableState',
    message: 'VM is not in a state that allows backups.',
    recommendation:
      'VM state must be Running, Stopped or Stopped (deallocated); wait out transient states; SELinux: exclude /var/lib/waagent.',
  },
  UserErrorFsFreezeFailed: {
    httpStatus: 409,
    title: 'UserErrorFsFreezeFailed',
    message: 'Failed to freeze one or more mount-points of the VM to take a file-system consistent snapshot.',
    recommendation:
      'Unmount/fsck/remount the devices, or MountsToSkip in vmbackup.conf; remove duplicate mount points.',
  },
  ExtensionFailedVssWriterInBadState: {
    httpStatus: 409,
    title: 'ExtensionFailedVssWriterInBadState',
    message: 'Snapshot operation failed because VSS writers were in a bad state.',
    recommendation:
      'Restart VSS writers not in [1] Stable; set SnapshotWithoutThreads registry value; reduce disk load.',
  },
  ExtensionFailedVssServiceInBadState: {
    httpStatus: 409,
    title: 'ExtensionFailedVssServiceInBadState',
    message: 'Snapshot operation failed due to VSS (Volume Shadow Copy) service in bad state.',
    recommendation: 'Restart the Volume Shadow Copy service; then the VM.',
  },
  UserErrorGuestAgentStatusUnavailable: {
    httpStatus: 409,
    title: 'UserErrorGuestAgentStatusUnavailable',
    message: 'VM Agent unable to communicate with Azure Backup',
    recommendation:
      'Ensure VM status is Running and Agent status is Ready; restart the guest agent; all extensions in provisioning succeeded state.',
  },
  GuestAgentSnapshotTaskStatusError: {
    httpStatus: 409,
    title: 'GuestAgentSnapshotTaskStatusError',
    message: 'Could not communicate with the VM agent for snapshot status',
    recommendation:
      'Agent unresponsive (Windows) or out of date (Linux); snapshot status unavailable; extension fails to update or load; check /etc/waagent.conf.',
  },
  UserErrorVmProvisioningStateFailed: {
    httpStatus: 409,
    title: 'UserErrorVmProvisioningStateFailed',
    message: 'The VM is in failed provisioning state',
    recommendation: 'Remove the failed VMSnapshot extension and run an on-demand backup; fix other failed extensions.',
  },
  UserErrorRpCollectionLimitReached: {
    httpStatus: 409,
    title: 'UserErrorRpCollectionLimitReached',
    message: 'The Restore Point collection max limit has reached.',
    recommendation:
      'Remove the lock on the AzureBackupRG_<Geo>_<number> resource group and retry; at most 18 instant restore points per VM.',
  },
  UserErrorInstantRpNotFound: {
    httpStatus: 404,
    title: 'UserErrorInstantRpNotFound',
    message:
      'Restore failed because the snapshot of the VM was not found. The snapshot could have been deleted, please check.',
    recommendation: 'Restore from a different restore point.',
  },
  UserErrorUnsupportedDiskSize: {
    httpStatus: 409,
    title: 'UserErrorUnsupportedDiskSize',
    message: 'The configured disk size(s) is currently not supported by Azure Backup.',
    recommendation: 'Disks <= 32 TB (encrypted <= 4 TB): split the disk.',
  },
  CopyingVHDsFromBackUpVaultTakingLongTime: {
    httpStatus: 500,
    title: 'CopyingVHDsFromBackUpVaultTakingLongTime',
    message: 'Copying backed up data from vault timed out',
    recommendation: 'Follow the best practices and retry.',
  },
  BackUpOperationFailed: {
    httpStatus: 500,
    title: 'BackUpOperationFailed',
    message: 'Backup failed with an internal error - Please retry the operation in a few minutes',
    recommendation: 'Check agent, extension, resource group lock.',
  },
} as const;
