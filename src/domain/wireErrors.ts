/**
 * Failures that answer a request or an operation. Texts of codes that Azure uses are Azure's own (SPEC §9.1, §9.3);
 * where SPEC knows no text for a code (marked "our text") the sentence is ours.
 */
export const WIRE_ERRORS = {
  ResourceNotFound: {
    httpStatus: 404,
    title: 'Not found',
    message:
      "The Resource '{resource}' under resource group '{resourceGroup}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
    recommendation: 'Refresh the view. It may have been deleted or have another name.',
  },
  ResourceGroupNotFound: {
    httpStatus: 404,
    title: 'Resource group not found',
    message: "Resource group '{resourceGroup}' could not be found.",
    recommendation: 'Choose an existing resource group or create this one.',
  },
  SubscriptionNotFound: {
    httpStatus: 404,
    title: 'Subscription not found',
    message: "The subscription '{subscriptionId}' could not be found.",
    recommendation: 'Use the subscription that GET /subscriptions lists.',
  },
  MissingApiVersionParameter: {
    httpStatus: 400,
    title: 'No api-version',
    message: 'The api-version query parameter (?api-version=) is required for all requests.',
    recommendation: 'Add ?api-version= with a date to the address.',
  },
  InvalidApiVersionParameter: {
    httpStatus: 400,
    title: 'Bad api-version',
    message: "The api-version '{apiVersion}' is invalid. The supported versions are '{supported}'.",
    recommendation: 'Write the api-version as a date, for example 2024-04-01.',
  },
  InvalidRequestContent: {
    httpStatus: 400,
    title: 'Bad request content',
    message: 'The request content was invalid and could not be deserialized: {reason}',
    recommendation: 'Correct the request body.',
  },
  RequestEntityTooLarge: {
    httpStatus: 413,
    title: 'Request too large',
    message: 'The request is larger than {limit}.',
    recommendation: 'Send a smaller request.',
  },
  InvalidAuthenticationToken: {
    httpStatus: 401,
    title: 'Not signed in',
    message: 'The access token is missing or invalid.',
    recommendation: 'Send "Authorization: Bearer" with the token from the token file of the data folder.',
  },
  HostNotAllowed: {
    httpStatus: 403,
    title: 'Host not allowed',
    message: "The engine does not answer requests for the host '{host}'.",
    recommendation: 'Use the endpoint exactly as the endpoint file names it.',
  },
  MethodNotAllowed: {
    httpStatus: 405,
    title: 'Method not allowed',
    message: "The requested resource does not support http method '{method}'.",
    recommendation: 'Use a method that the resource supports.',
  },
  NotImplemented: {
    httpStatus: 501,
    title: 'Not supported here',
    message: 'The local engine does not support {feature}.',
    recommendation: 'LIMITATIONS.md lists what the Local connection can do.',
  },
  InternalServerError: {
    httpStatus: 500,
    title: 'Internal error',
    message:
      "Encountered internal server error. Diagnostic information: timestamp '{timestamp}', subscription id '{subscriptionId}', tracking id '{trackingId}', request correlation id '{correlationId}'.",
    recommendation: 'Try again. If it happens again, the log shows the cause under the tracking id.',
  },
  ResourceRequestsThrottled: {
    httpStatus: 429,
    title: 'Too many requests',
    message:
      "Number of requests for action '{action}' exceeded the limit of '{limit}' for time interval '01:00:00'. Please try again after '{retryAfter}' seconds.",
    recommendation: 'Wait, then try again.',
  },
  InvalidResourceName: {
    httpStatus: 400,
    title: 'Name not allowed',
    message: "The resource name '{name}' is not allowed. {reason}",
    recommendation: 'Choose another name.',
  },
  InvalidResourceLocation: {
    httpStatus: 409,
    title: 'Exists in another location',
    message:
      "The resource '{name}' already exists in location '{existingLocation}' in resource group '{resourceGroup}'. A resource with the same name cannot be created in location '{location}'. Please select a new resource name.",
    recommendation: 'Choose another name, or the location that the resource has.',
  },
  LocationNotAvailableForResourceType: {
    httpStatus: 400,
    title: 'Location not available',
    message:
      "The provided location '{location}' is not available for resource type '{resourceType}'. List of available regions for the resource type is '{locations}'.",
    recommendation: 'Choose one of the listed locations.',
  },
  // Our text: SPEC knows no message for a resource that another one uses.
  ResourceInUse: {
    httpStatus: 409,
    title: 'In use',
    message: '{resource} is in use by {resources}.',
    recommendation: 'Remove what uses it first.',
  },
  ResourceGroupDeletionBlocked: {
    httpStatus: 409,
    title: 'Resource group not empty',
    message:
      "Deletion of resource group '{resourceGroup}' failed as resources with identifiers '{resources}' could not be deleted.",
    recommendation: 'Delete or empty the named resources first.',
  },
  BMSUserErrorInvalidPolicyInput: {
    httpStatus: 400,
    title: 'Policy not valid',
    message:
      'Input for create or update policy is not in proper format\r\nPlease check format of parameters like schedule time, schedule days, retention time and retention days',
    recommendation: 'Correct the fields that the details name.',
  },
  BMSUserErrorInvalidPolicyForGivenProvider: {
    httpStatus: 400,
    title: 'Policy of another kind',
    message: 'Policy is not valid for given provider type. Please choose valid policy for given provider.',
    recommendation: 'Choose a policy for virtual machines.',
  },
  // Code and text assumed (SPEC §2.10).
  BMSUserErrorPolicyInUse: {
    httpStatus: 400,
    title: 'Policy in use',
    message: "The policy '{policy}' cannot be deleted while backup items use it.",
    recommendation: 'Give the backup items another policy first.',
  },
  BMSUserErrorInvalidConfigureProtectionRequest: {
    httpStatus: 400,
    title: 'Machine not found by the vault',
    message:
      'Input for configure protection is not in proper format\r\nPlease ensure that container exists and other parameters are in valid format',
    recommendation: 'Discover the machines again, then enable backup.',
  },
  // Our text: SPEC only assumes the code.
  BMSUserErrorInvalidFilter: {
    httpStatus: 400,
    title: 'Bad filter',
    message: 'The filter could not be read: {reason}',
    recommendation: "Write a filter as key eq 'value', joined with and.",
  },
  BMSUserErrorObjectLocked: {
    httpStatus: 409,
    title: 'Another operation is running',
    message: 'Another operation is in progress on the selected item.',
    recommendation: 'Wait until the running job has ended, then try again.',
  },
  BMSUserErrorConflictingProtectionOperation: {
    httpStatus: 409,
    title: 'Another change is running',
    message: 'Another configure protection operation is in progress for this item.',
    recommendation: 'Wait until the running job has ended, then try again.',
  },
  BMSUserErrorResourceGuard: {
    httpStatus: 403,
    title: 'Approval needed',
    message: 'ResourceGuard Operation requestid is either null or empty',
    recommendation: 'Send the approving request of the resource guard in resourceGuardOperationRequests.',
  },
  // Our text: SPEC knows no message for a deleted vault that is not there.
  DeletedVaultNotFound: {
    httpStatus: 404,
    title: 'Deleted vault not found',
    message: "There is no deleted vault '{vault}' in the location '{location}'.",
    recommendation: 'List the deleted vaults of the location; after its days a vault is gone for good.',
  },
  ServiceResourceNotEmptyWithBackendMessage: {
    httpStatus: 400,
    title: 'Vault has soft-deleted items',
    message:
      'Recovery Services vault cannot be deleted as there are backup items still present in soft delete state. Visit the following link for the steps to permanently delete soft deleted items: https://aka.ms/undeletesoftdeleteditems.',
    recommendation: 'Delete the soft-deleted items for good, or wait until their days are over.',
  },
  ServiceResourceNotEmptyWithContainerDetails: {
    httpStatus: 400,
    title: 'Vault not empty',
    message:
      'Vault cannot be deleted as there are existing resources within the vault. Please ensure there are no backup items, protected servers or backup management servers associated with this vault. Unregister the following containers associated with this vault before proceeding for deletion : {vm}',
    recommendation: 'Stop protection of the named machines and delete their backup data first.',
  },
  VirtualMachineAlreadyProtected: {
    httpStatus: 409,
    title: 'Already protected',
    message:
      "Virtual machine with a same name and same resource group is already protected. Please select `Disable' choice above for backup and go to backup item corresponding to this VM in the vault",
    recommendation: 'Please do not enable protection again.',
  },
  UserErrorVmRegisteredWithAnotherVault: {
    httpStatus: 400,
    title: 'Protected by another vault',
    message:
      'Virtual machine is already registered\\registering with another recovery services vault Please select a different virtual machine for registration.',
    recommendation: 'Stop protection in the other vault and delete its backup data first.',
  },
  UserErrorBackupOperationInProgress: {
    httpStatus: 409,
    title: 'Backup already running',
    message: 'Unable to initiate backup as another backup operation is currently in progress',
    recommendation: 'Wait until the running backup has ended, then try again.',
  },
  UserErrorOperationDeniedOnImmutableItem: {
    httpStatus: 400,
    title: 'Immutable',
    message:
      'The Vault and Bakcup Item is in Immutable state where destructive operations are not supported. The Vault and Backup Item is immutable, hence operation is denied. Refer to the documentation to learn more: https://aka.ms/AB-ImmutableVaults-States',
    recommendation: 'Choose an operation that removes no backup data.',
  },
  CancellationNotSupported: {
    httpStatus: 400,
    title: 'Cannot be cancelled',
    message: "Cancellation isn't supported for this job type: Wait until the job finishes.",
    recommendation: 'Wait until the job finishes.',
  },
  JobNotCancellable: {
    httpStatus: 400,
    title: 'Cannot be cancelled now',
    message: "The job isn't in a cancelable state: Wait until the job finishes.",
    recommendation: "It's likely that the job is almost finished.",
  },
  JobNotInProgress: {
    httpStatus: 400,
    title: 'Job is not running',
    message:
      "Backup can't cancel the job because it isn't in progress: Cancellation is supported only for jobs in progress. Try to cancel an in-progress job.",
    recommendation: 'Transitory state; wait a minute and retry.',
  },
  JobCancellationFailed: {
    httpStatus: 500,
    title: 'Cancellation failed',
    message: 'Backup failed to cancel the job: Wait until the job finishes.',
    recommendation: 'Wait until the job finishes.',
  },
} as const;
