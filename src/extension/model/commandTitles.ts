/** A text of the manifest as VS Code gives it: in other languages than English it comes with the English one beside it. */
type ManifestText = string | { readonly value: string; readonly original: string };

/** What of an extension's manifest names its commands. */
export interface CommandManifest {
  readonly contributes?: { readonly commands?: readonly { readonly command: string; readonly title: ManifestText }[] };
}

/** Titles of the commands by id, in the user's language, without the ellipsis that says that something is asked first. */
export function commandTitles({ contributes }: CommandManifest): Map<string, string> {
  return new Map(
    (contributes?.commands ?? []).map(({ command, title }) => {
      const text = typeof title === 'string' ? title : title.value;
      return [command, text.replace(/…$/, '')];
    }),
  );
}
