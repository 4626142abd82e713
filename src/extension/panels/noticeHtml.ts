const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
}

/** A page that runs nothing and says one thing: for a panel whose facts are gone or not there yet. */
export function noticeHtml(notice: { title: string; sentence: string; lang: string }): string {
  const title = escapeHtml(notice.title);
  return `<!DOCTYPE html>
<html lang="${escapeHtml(notice.lang)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<title>${title}</title>
</head>
<body><main><h1>${title}</h1><p role="status">${escapeHtml(notice.sentence)}</p></main></body>
</html>
`;
}
