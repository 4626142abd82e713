/** Failures between this computer and Azure. Each says what failed, on what, and what to do next. */
export const AZURE_ERRORS = {
  AzureSignInNeeded: {
    httpStatus: 401,
    title: 'Sign-in needed',
    message: 'Azure asks you to sign in again to see {name}.',
    recommendation: 'Run "VM Backup: Sign In to Azure".',
  },
  AzureThrottled: {
    httpStatus: 429,
    title: 'Azure asks to wait',
    message: 'Azure asks to wait until {until}: it had too many requests in a short time.',
    recommendation: 'Try again after {until}. What was read before stays as it is.',
  },
  AzureUnavailable: {
    httpStatus: 503,
    title: 'Azure does not answer',
    message: 'Azure could not answer several times in a row (HTTP {status}).',
    recommendation: 'Try again in a few minutes. Backups that Azure has planned go on by themselves.',
  },
  AzureUnreachable: {
    httpStatus: 503,
    title: 'Azure not reachable',
    message: 'Azure cannot be reached: {reason}',
    recommendation: 'Check the network, and the proxy in the settings of VS Code. Local vaults keep working.',
  },
  AzureOutcomeUnknown: {
    httpStatus: 503,
    title: 'Not known yet',
    message: 'Azure has begun this. It is not known yet how it ends.',
    recommendation: 'Run "VM Backup: Refresh" later to see what came of it, before you do it again.',
  },
  // A refusal of Azure's own, told with what is missing and who can give it.
  AuthorizationFailed: {
    httpStatus: 403,
    title: 'Not permitted',
    message: 'You are not permitted to do {action} on {scope}.',
    recommendation:
      'Ask an Owner or User Access Administrator of {scope} for the role {role}, then try again. A new role can take some minutes to count.',
  },
} as const;
