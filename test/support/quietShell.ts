import type { Shell } from '../../src/extension/commands/commandContext';

/** A shell that shows nothing and notes in `opened` what it was asked for. */
export function quietShell(opened: string[] = []): Shell {
  return {
    showLog: () => void opened.push('log'),
    showView: async (view) => void opened.push(view),
    openWalkthrough: async () => void opened.push('walkthrough'),
    openJobLog: async (id) => void opened.push(`log of ${id}`),
    openHelp: async (page) => void opened.push(`help: ${page.kind === 'job' ? page.jobId : page.kind}`),
    openJob: async (id) => void opened.push(id),
    openJobsList: async (filter) => void opened.push(`jobs ${JSON.stringify(filter)}`),
    openKeepUntil: async (ids) => void opened.push(`calendar for ${ids.length}`),
    openMachine: async ({ machineId, pointId }) => void opened.push(pointId ?? machineId),
    openRestore: async ({ machineId, pointId }) => void opened.push(`restore ${pointId ?? machineId}`),
    openVault: async (id) => void opened.push(id ?? 'all vaults'),
    createPolicy: async () => undefined,
    editPolicy: async ({ policyId }, at) => {
      opened.push(`${at} of ${policyId}`);
      return undefined;
    },
    loadMore: (itemId) => void opened.push(itemId === undefined ? 'more' : `more of ${itemId}`),
    setLogLevel: async () => void opened.push('log level'),
    openExternal: async (url) => void opened.push(url),
    openText: async (text) => void opened.push(text),
    environment: () => ['VM Backup 0.1.0'],
    labChanged: () => void opened.push('lab changed'),
  };
}
