import { errorEntry, errorText, isErrorCode } from '../../domain/errorCatalogue';
import { type AppError, isAppError } from '../../domain/errors';
import type { Log } from '../process/log';
import type { ArmReply } from './operation';

/** Codes that the shell itself refuses with and that the catalogue does not have, being nothing to show to people. */
const SHELL_STATUS: Readonly<Record<string, number>> = { NotFound: 404 };

interface FailedRequest {
  readonly requestId: string;
  readonly url: string;
  readonly log: Log;
}

/** Any thrown value as ARM's error envelope. Only what was thrown on purpose tells the caller what went wrong inside. */
export function errorReply(error: unknown, { requestId, url, log }: FailedRequest): ArmReply {
  if (isAppError(error)) {
    const status = isErrorCode(error.code) ? errorEntry(error.code).httpStatus : (SHELL_STATUS[error.code] ?? 400);
    if (status >= 500) log.warn(`request ${requestId} failed`, error);
    return { status, body: envelope(error) };
  }
  const refused = refusedByFastify(error);
  if (refused) return refused;
  log.error(`request ${requestId} failed unexpectedly`, error);
  const [, subscriptionId = 'none'] = /^\/subscriptions\/([^/?]+)/i.exec(url) ?? [];
  const timestamp = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const values = { timestamp, subscriptionId, trackingId: requestId, correlationId: requestId };
  return plainReply(500, 'InternalServerError', errorText('InternalServerError', values));
}

function plainReply(status: number, code: string, message: string): ArmReply {
  return { status, body: { error: { code, message } } };
}

function envelope({ code, message, details }: AppError): object {
  const { target, recommendation, details: inner } = details;
  return {
    error: {
      code,
      message,
      ...(target === undefined ? {} : { target }),
      ...(inner === undefined || inner.length === 0 ? {} : { details: inner }),
      // ARM's place for members that the envelope itself does not have.
      ...(recommendation === undefined
        ? {}
        : { additionalInfo: [{ type: 'Recommendation', info: { text: recommendation } }] }),
    },
  };
}

/** Errors that fastify raises for a bad request, known by their code: a handler's error may have a status of its own. */
function refusedByFastify(error: unknown): ArmReply | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('statusCode' in error)) return undefined;
  const { code, statusCode, message } = error;
  if (typeof code !== 'string' || !code.startsWith('FST_') || typeof statusCode !== 'number' || statusCode >= 500) {
    return undefined;
  }
  return plainReply(statusCode, statusCode === 413 ? 'RequestEntityTooLarge' : 'BadRequest', message);
}
