declare const __VERSION__: string | undefined;

/** The product's version; bundles get it by esbuild's `define`. */
export const VERSION = typeof __VERSION__ === 'string' ? __VERSION__ : '0.0.0-dev';
