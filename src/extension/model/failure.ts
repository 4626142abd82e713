import { AppError } from '../../domain/errors';
import { t } from '../text';
import { errorWords } from './errorWords';

/** A failure as the user is told it: what failed, and what to do next. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  /** What it is about, as the service names it. */
  readonly target?: string;
  readonly recommendation?: string;
}

/** Thrown when the user called something off. Nothing is shown for it. */
export class Cancelled extends Error {
  constructor() {
    super('Cancelled');
    this.name = 'Cancelled';
  }
}

/** True if the user, or the end of what asked, called the work off. */
export function isCancelled(error: unknown): boolean {
  return error instanceof Cancelled || (error instanceof Error && error.name === 'AbortError');
}

/** By shape, not by class: the client is a bundle of its own and has its own class. */
function isAppError(error: unknown): error is AppError {
  return error instanceof Error && error.name === 'AppError' && 'code' in error && typeof error.code === 'string';
}

const ENGINE_CODES = [
  'EngineUnfit',
  'EngineFolderNotWritable',
  'EngineStartFailed',
  'EngineUnreachable',
  'EngineEndpointUnreachable',
];

/** True if the engine itself is the trouble, not what it was asked for. */
export function isEngineFailure(error: unknown): boolean {
  const isObject = typeof error === 'object' && error !== null;
  return isObject && 'code' in error && typeof error.code === 'string' && ENGINE_CODES.includes(error.code);
}

/** What says nothing about what was begun in Azure: it could not be asked, or not by this person now. */
const UNANSWERED = [
  'AzureOutcomeUnknown',
  'AzureSignInNeeded',
  'AzureThrottled',
  'AzureUnavailable',
  'AzureUnreachable',
  'AuthorizationFailed',
];

/** True if Azure itself told that what it began has failed, or is gone. */
export function isAnswer(error: unknown): boolean {
  return isAppError(error) && !UNANSWERED.includes(error.code);
}

/** True if something long has begun in Azure and nobody knows yet how it ends. */
export function isNotKnownYet(error: unknown): boolean {
  return isAppError(error) && error.code === 'AzureOutcomeUnknown';
}

/** Turns anything that was thrown into one sentence and the next step. */
export function failureOf(error: unknown): Failure {
  if (!isAppError(error)) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      code: 'Unexpected',
      message: withFullStop(message),
      recommendation: t('Open the log for details, then try again.'),
    };
  }
  const details = (error.details?.details ?? []).map(({ code, message }) => errorWords(code, 'message', message));
  const parts = [errorWords(error.code, 'message', error.message), ...details];
  // Azure writes a sentence a line in some messages.
  const sentences = parts.flatMap((part) => part.split(/\s*[\r\n]+\s*/)).filter((part) => part !== '');
  const message = Array.from(new Set(sentences.map(withFullStop))).join(' ');
  const advice = error.details?.recommendation;
  const recommendation =
    advice === undefined ? engineAdvice(error.code) : errorWords(error.code, 'recommendation', advice);
  const target = error.details?.target;
  return {
    code: error.code,
    message,
    ...(target === undefined ? {} : { target }),
    ...(recommendation ? { recommendation } : {}),
  };
}

/** A failure that was kept, to be thrown where it stops something. */
export function thrownAgain({ code, message, recommendation }: Failure): AppError {
  return new AppError(code, message, { details: recommendation === undefined ? {} : { recommendation } });
}

/** The failure as text of a message: the sentence, then what to do. */
export function failureText(failure: Failure): string {
  return failure.recommendation ? `${failure.message} ${withFullStop(failure.recommendation)}` : failure.message;
}

/** Everything known about an error, for the log only. */
export function errorForLog(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const details = isAppError(error) ? ` [${error.code}] ${JSON.stringify(error.details)}` : '';
  const cause = error.cause === undefined ? '' : `\ncaused by ${errorForLog(error.cause)}`;
  return `${error.stack ?? error.message}${details}${cause}`;
}

function engineAdvice(code: string): string | undefined {
  switch (code) {
    case 'EngineUnfit':
      return t('Install Node.js 22.15 or newer, or set "vmbackup.local.nodePath" to one.');
    case 'EngineFolderNotWritable':
      return t('Make the folder writable for you, or choose another one in the setting "vmbackup.local.dataPath".');
    case 'EngineStartFailed':
      return t('Open the log to see why, then run "VM Backup: Restart Engine".');
    case 'EngineUnreachable':
      return t('Run "VM Backup: Restart Engine" to start it again.');
    default:
      return undefined;
  }
}

function withFullStop(sentence: string): string {
  const text = sentence.trim();
  return /[.!?:。]$/.test(text) ? text : `${text}.`;
}
