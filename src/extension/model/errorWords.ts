import { errorEntry, isErrorCode, templateValues } from '../../domain/errorCatalogue';
import { fillTemplate } from '../../domain/errorTemplates';
import type { Job } from '../../domain/views';
import { translated } from '../text';

type Part = 'message' | 'recommendation';

/**
 * A text of an error in the user's language. Errors come over the wire in English; one that the catalogue made is
 * recognised by its code and filled into the translation. Any other text stays as the service wrote it.
 */
export function errorWords(code: string, part: Part, text: string): string {
  if (!isErrorCode(code)) return text;
  const template = errorEntry(code)[part];
  const values = templateValues(template, text);
  return values ? fillTemplate(translated(template), values) : text;
}

/** A job whose errors are told in the user's language. */
export function jobInWords(job: Job): Job {
  if (job.errors.length === 0) return job;
  const errors = job.errors.map((error) => ({
    ...error,
    message: errorWords(codeOf(error), 'message', error.message),
    recommendations: error.recommendations.map((advice) => errorWords(codeOf(error), 'recommendation', advice)),
  }));
  return { ...job, errors };
}

/** Jobs tell a number of the service, or 0 with our code as title. */
function codeOf({ title }: Job['errors'][number]): string {
  return title === 'ResourceNotFound' ? 'JobResourceNotFound' : title;
}
