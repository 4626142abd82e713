// Test only: an account of a custom cloud whose tokens name their tenant and count up. Nobody is signed in at first.
const { randomUUID } = require('node:crypto');
const vscode = require('vscode');

const PROVIDER = 'microsoft-sovereign-cloud';
const TENANT_SCOPE = 'VSCODE_TENANT:';
const account = { id: 'ann', label: 'ann@contoso.example' };

/** The tenant that the scopes name, or the account's own. */
function tenantOf(scopes = []) {
  return scopes.find((scope) => scope.startsWith(TENANT_SCOPE))?.slice(TENANT_SCOPE.length) ?? 'home';
}

exports.activate = (context) => {
  const changed = new vscode.EventEmitter();
  const sessions = new Map();
  let signedIn = false;
  let count = 0;
  const sessionOf = (scopes) => {
    const tenant = tenantOf(scopes);
    const known = sessions.get(tenant);
    if (known) return known;
    count += 1;
    const made = { id: randomUUID(), accessToken: `token-for-${tenant}-${count}`, account, scopes };
    sessions.set(tenant, made);
    return made;
  };
  const provider = {
    onDidChangeSessions: changed.event,
    getSessions: async (scopes) => (signedIn ? [sessionOf(scopes)] : []),
    createSession: async (scopes) => {
      signedIn = true;
      // Somebody who has to prove more gets another token.
      sessions.delete(tenantOf(scopes));
      const session = sessionOf(scopes);
      changed.fire({ added: [session], removed: [], changed: [] });
      return session;
    },
    getSessionsFromChallenges: async ({ challenges }) => provider.getSessions(challenges[0]?.scopes),
    createSessionFromChallenges: async ({ challenges }) => provider.createSession(challenges[0]?.scopes),
    removeSession: async () => {
      signedIn = false;
      const removed = Array.from(sessions.values());
      sessions.clear();
      changed.fire({ added: [], removed, changed: [] });
    },
  };
  context.subscriptions.push(
    vscode.authentication.registerAuthenticationProvider(PROVIDER, 'Test cloud', provider, {
      supportsMultipleAccounts: true,
    }),
  );
};
