/** Failures between this computer and Azure. Each says what failed, on what, and what to do next. */
export const AZURE_ERRORS = {
  AzureSignInNeeded: {
    httpStatus: 401,
    title: 'Sign-in needed',
    message: 'Azure asks you to sign in again to see {name}.',
    recommendation: 'Run "VM Backup: Sign In to Azure".',
  },
} as const;
