const only = (from, to) => ({
  name: `${from} imports only ${to.join(', ') || 'itself'}`,
  severity: 'error',
  from: { path: `^src/${from}/` },
  to: { path: '^(src|webview)/', pathNot: [from, ...to].map((folder) => `^src/${folder}/`) },
});

/** The layers of docs/ARCHITECTURE.md: imports only go down. */
module.exports = {
  forbidden: [
    {
      name: 'domain is pure',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: ['^src/domain/', 'node_modules/(temporal-polyfill|temporal-utils|temporal-spec|windows-iana)/'] },
    },
    only('protocol', ['domain']),
    only('messages', ['domain']),
    only('engine', ['domain', 'protocol']),
    only('client', ['domain', 'protocol']),
    only('cli', ['domain', 'protocol', 'client', 'engine']),
    only('extension', ['domain', 'protocol', 'client', 'messages']),
    {
      name: 'cli reaches the engine only by its front door',
      severity: 'error',
      from: { path: '^src/cli/' },
      to: { path: '^src/engine/', pathNot: '^src/engine/main\\.ts$' },
    },
    {
      name: 'webview imports domain and messages',
      severity: 'error',
      from: { path: '^webview/' },
      to: { path: '^src/', pathNot: '^src/(domain|messages)/' },
    },
    {
      name: 'the component toolkit stays in webview/ui',
      severity: 'error',
      from: { path: '^(src|webview)/', pathNot: '^webview/ui/' },
      to: { path: 'node_modules/@(vscode/webview-ui-toolkit|microsoft/fast-)' },
    },
    {
      name: 'only engine/http knows HTTP',
      severity: 'error',
      from: { path: '^src/engine/', pathNot: '^src/engine/http/' },
      to: { path: '(^|/)(fastify|http|https)(/|$)', pathNot: '^src/' },
    },
    {
      name: 'store knows bytes, not vaults',
      severity: 'error',
      from: { path: '^src/engine/store/' },
      to: { path: '^src/engine/(http|services|catalog|scheduler|machines)/' },
    },
    {
      name: 'services do not know routes',
      severity: 'error',
      from: { path: '^src/engine/(services|catalog|machines|scheduler)/' },
      to: { path: '^src/engine/http/' },
    },
    {
      name: 'vscode only in the extension',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/extension/' },
      to: { path: '^vscode$|/@types/vscode/' },
    },
    { name: 'no cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'nothing unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^vscode$' } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
