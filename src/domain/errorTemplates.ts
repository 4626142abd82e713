import { AppError, type AppErrorDetails } from './errors';

/** One failure of the product. `{name}` in a text is a placeholder; `ERROR_PLACEHOLDERS` says what each means. */
export interface ErrorEntry {
  /** HTTP status when the failure answers a request; most job failures reach the caller only inside a job. */
  readonly httpStatus: number;
  /** `errorCode` in a job's error details where the service's number is known (SPEC §9.2). */
  readonly jobErrorCode?: number;
  /** A short name: `errorTitle` of the service for job errors, else words for people. */
  readonly title: string;
  /** What failed, on what. For codes of the service its exact text (SPEC §9). */
  readonly message: string;
  /** What to do next. */
  readonly recommendation: string;
}

type PlaceholderInText<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PlaceholderInText<Rest>
  : never;

/** The placeholders in the texts of an entry. */
export type PlaceholderIn<Entry extends ErrorEntry> = PlaceholderInText<Entry['message' | 'recommendation']>;

/** A value for each placeholder in the texts of an entry; `{}` if they have none. */
export type EntryValues<Entry extends ErrorEntry> = Readonly<Record<PlaceholderIn<Entry>, string | number>>;

/** What a failure is told with: the cause, the field or resource it is about, and further failures of the request. */
export type FailureOptions = { readonly cause?: unknown } & Omit<AppErrorDetails, 'recommendation'>;

/** The failure of an entry, its message and recommendation with the placeholders filled. */
export function failureOf(
  code: string,
  entry: ErrorEntry,
  values: Readonly<Record<string, string | number>>,
  options: FailureOptions = {},
): AppError {
  const { cause, ...details } = options;
  const recommendation = fillTemplate(entry.recommendation, values);
  return new AppError(code, fillTemplate(entry.message, values), { cause, details: { ...details, recommendation } });
}

/**
 * A template of the catalogue, or its translation, with `{name}` placeholders filled; those without a value stay. One
 * pass, so that a brace inside a value (a path may have one) is never taken for a placeholder.
 */
export function fillTemplate(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (placeholder, name: string) => String(values[name] ?? placeholder));
}
