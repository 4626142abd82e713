import { html, type TemplateResult } from 'lit';

export interface Tab<Name extends string> {
  readonly name: Name;
  readonly label: string;
  content(): TemplateResult;
}

/** Tabs with the content of the chosen one. Arrows, Home and End choose; one tab stop. */
export function tabs<Name extends string>(options: {
  readonly label: string;
  readonly tabs: readonly Tab<Name>[];
  readonly chosen: Name;
  readonly choose: (name: Name) => void;
}): TemplateResult {
  const { label, tabs: all, chosen, choose } = options;
  const at = Math.max(
    0,
    all.findIndex(({ name }) => name === chosen),
  );
  const shown = all[at];
  const onKey = (event: KeyboardEvent) => {
    const last = all.length - 1;
    const moves: Record<string, number> = {
      ArrowLeft: at === 0 ? last : at - 1,
      ArrowRight: at === last ? 0 : at + 1,
      Home: 0,
      End: last,
    };
    const to = all[moves[event.key] ?? -1];
    if (!to) return;
    event.preventDefault();
    choose(to.name);
    document.getElementById(`tab-${to.name}`)?.focus();
  };
  return html`<div role="tablist" aria-label=${label} @keydown=${onKey}>
      ${all.map(
        ({ name, label: text }) => html`<button
          type="button"
          role="tab"
          id="tab-${name}"
          aria-selected=${name === shown?.name ? 'true' : 'false'}
          aria-controls="panel"
          tabindex=${name === shown?.name ? 0 : -1}
          @click=${() => choose(name)}
        >${text}</button>`,
      )}
    </div>
    <div role="tabpanel" id="panel" aria-labelledby="tab-${shown?.name ?? ''}">${shown?.content()}</div>`;
}
