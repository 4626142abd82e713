import * as z from 'zod/mini';

// zod compiles schemas with `new Function` where it may, and probing for that alone breaks the content security policy.
// The first import of every page: it must run before any schema is built.
z.config({ jitless: true });
