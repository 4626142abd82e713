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
} as const;
