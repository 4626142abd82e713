/** Failures of the engine itself, and what its end does to jobs. Each says what failed, on what, and what to do next. */
export const ENGINE_ERRORS = {
  LocalEngineStopped: {
    httpStatus: 500,
    title: 'Engine stopped',
    message: 'The engine stopped at {percent} %.',
    recommendation: 'Retry reuses what was stored.',
  },
  LocalJobCancelled: {
    httpStatus: 409,
    title: 'Cancelled',
    message: 'The job was cancelled at {percent} %.',
    recommendation: 'No recovery point was made or changed. Start it again when you want.',
  },
  EngineUnfit: {
    httpStatus: 500,
    title: 'Node.js does not fit',
    message: 'The engine cannot run on {file}: {reason}',
    recommendation: 'Install Node.js 22.15 or later, or name one in the setting vmbackup.local.nodePath.',
  },
  EngineFolderNotWritable: {
    httpStatus: 500,
    title: 'Data folder not writable',
    message: 'The data folder {folder} cannot be written: {reason}',
    recommendation: 'Give your user the right to write there, or choose another folder in vmbackup.local.dataPath.',
  },
  EngineGroupUnusable: {
    httpStatus: 500,
    title: 'Group cannot be let in',
    message: 'The group {group} cannot be let in by the folder {folder}: {reason}',
    recommendation: 'Name a group that exists and that you belong to, or run the engine as root.',
  },
  EngineAlreadyRunning: {
    httpStatus: 409,
    title: 'Engine already running',
    message: 'An engine already runs for the data folder {folder}.',
    recommendation: 'Use the running engine, or choose another data folder.',
  },
  EngineUnreachable: {
    httpStatus: 503,
    title: 'Engine not reachable',
    message: 'The engine for the data folder {folder} does not answer: {reason}',
    recommendation: 'Start it again. The log says why it stopped.',
  },
  EngineStartFailed: {
    httpStatus: 503,
    title: 'Engine did not start',
    message: 'The engine for the data folder {folder} did not start: {reason}',
    recommendation: 'The log {file} says more. Nothing in the data folder has to be deleted.',
  },
  EngineCatalogUnreadable: {
    httpStatus: 500,
    title: 'Catalog not readable',
    message: 'The catalog {file} cannot be read: {reason}',
    recommendation: 'Check the drive. Keep the data folder as it is: nothing in it has to be deleted.',
  },
  EngineBusy: {
    httpStatus: 409,
    title: 'Jobs are running',
    message: 'Jobs are running in the backup engine: {count}.',
    recommendation: 'Wait until they have ended, or cancel them, then try again.',
  },
  EngineEndpointUnreachable: {
    httpStatus: 503,
    title: 'Attached engine not reachable',
    message: 'The engine that {file} names cannot be reached: {reason}',
    recommendation:
      'Start that engine, or have whoever runs it let you read the file. Clear the setting vmbackup.local.endpoint to use an engine of your own.',
  },
  ServiceUnsupported: {
    httpStatus: 501,
    title: 'No user services here',
    message: 'User services are not known on {platform}.',
    recommendation: 'Have "vm-backup serve" started at log-in by other means.',
  },
  ServiceManagerUnavailable: {
    httpStatus: 503,
    title: 'Service manager not available',
    message: '{command} is not available here: {reason}',
    recommendation:
      'Log in to a session of your own, not by su or sudo, and try again; or have "vm-backup serve" started at log-in by other means.',
  },
  ServiceCommandFailed: {
    httpStatus: 500,
    title: 'Service not changed',
    message: '{command} failed: {reason}',
    recommendation: 'Mend what it says, then try again. Vaults and machines are as they were.',
  },
  ServiceNotStarted: {
    httpStatus: 500,
    title: 'Service did not start',
    message: 'The service of the data folder {folder} did not start, so it was removed again: {reason}',
    recommendation: 'The log {file} says more. Nothing in the data folder has to be deleted.',
  },
  ServiceFileNotWritable: {
    httpStatus: 500,
    title: 'Service file not writable',
    message: 'The file {file} of the service cannot be written: {reason}',
    recommendation: 'Give your user the right to write there, then try again.',
  },
  ServicePathUnusable: {
    httpStatus: 400,
    title: 'Path cannot be used',
    message: 'A service cannot name the path {path}: {reason}',
    recommendation: 'Choose a data folder and a Node.js whose paths have no such characters.',
  },
  EngineElsewhere: {
    httpStatus: 409,
    title: 'Engine of somebody else',
    message: 'This window uses the engine that {file} names; whoever runs it decides how it works.',
    recommendation: 'Ask them, or clear the setting vmbackup.local.endpoint to use an engine of your own.',
  },
} as const;
