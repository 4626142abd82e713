type Argument = string | number;

/** How the extension's texts become the user's language; `vscode.l10n.t` has this shape. */
export type Translator = (message: string, ...args: Argument[]) => string;

/** Fills the placeholders and leaves the words: what texts are without another language. */
export const english: Translator = (message, ...args) =>
  args.length === 0
    ? message
    : message.replaceAll(/\{(\d+)\}/g, (match, index: string) => String(args[Number(index)] ?? match));

let translator = english;
let language = 'en';

/** Sets the language of every text from now on. Without it texts are English, as tests want them. */
export function useLanguage(options: { translator: Translator; language: string }): void {
  translator = options.translator;
  language = options.language;
}

/** A visible text in the user's language. `{0}`, `{1}`… are filled with `args`. Pass the text as one plain literal. */
export function t(message: string, ...args: Argument[]): string {
  return translator(message, ...args);
}

/** A text that another layer owns (the error catalogue, a page) in the user's language, its placeholders unfilled. */
export function translated(message: string): string {
  return translator(message);
}

/** The display language, for `Intl` and for `lang` of web pages. */
export function displayLanguage(): string {
  return language;
}
