import * as z from 'zod/mini';
import { PANELS, type PanelName } from './panelNames';

/** All visible text of a page by key; `{0}`, `{1}`… are filled in by the page. */
export type PageStrings = Readonly<Record<string, string>>;

/** What a page finds embedded in its HTML. */
export const pageDataSchema = z.object({
  panel: z.enum(PANELS),
  lang: z.string(),
  strings: z.record(z.string(), z.string()),
});
export type PageData = z.infer<typeof pageDataSchema>;

/** Id of the element that holds the {@link PageData}. */
export const PAGE_DATA_ID = 'page-data';
/** Id of the element that the page renders into; until then it holds the sentence for blocked scripts. */
export const PAGE_ROOT_ID = 'page';

export interface PageHtmlOptions {
  /** Fresh and random for every page that is built. */
  readonly nonce: string;
  /** The page's bundle as a webview URI. */
  readonly scriptUri: string;
  readonly title: string;
  readonly panel: PanelName;
  /** The panel's strings, translated; `page.fallback` is shown where scripts do not run. */
  readonly strings: PageStrings;
  /** The display language, for example `zh-tw`. */
  readonly lang: string;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

/**
 * The HTML of a panel. Nothing but the one script with the nonce runs or loads: styles are adopted style sheets, data
 * is inert JSON.
 */
export function pageHtml(options: PageHtmlOptions): string {
  const nonce = escapeHtml(options.nonce);
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'`;
  const data: PageData = { panel: options.panel, lang: options.lang, strings: { ...options.strings } };
  const json = JSON.stringify(data).replaceAll('<', '\\u003c');
  return `<!DOCTYPE html>
<html lang="${escapeHtml(options.lang)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta property="csp-nonce" content="${nonce}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(options.title)}</title>
</head>
<body>
<div id="${PAGE_ROOT_ID}"><main><h1>${escapeHtml(options.title)}</h1><p>${escapeHtml(options.strings['page.fallback'] ?? '')}</p></main></div>
<script type="application/json" id="${PAGE_DATA_ID}">${json}</script>
<script nonce="${nonce}" src="${escapeHtml(options.scriptUri)}"></script>
</body>
</html>
`;
}
