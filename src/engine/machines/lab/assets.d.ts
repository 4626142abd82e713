/** esbuild's `binary` loader: the file's bytes, inside the bundle. */
declare module '*.zst' {
  const bytes: Uint8Array;
  export default bytes;
}
