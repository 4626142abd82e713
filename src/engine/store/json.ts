import * as z from 'zod';

/** A value that survives JSON unchanged. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** Accepts any JSON value. */
export const jsonValue: z.ZodType<JsonValue> = z.json();
