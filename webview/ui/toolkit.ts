import { provideVSCodeDesignSystem, vsCodeButton, vsCodeCheckbox } from '@vscode/webview-ui-toolkit';

/**
 * Registers the toolkit's elements that the pages use: `vscode-button` and `vscode-checkbox`.
 * Text inputs and selects are the browser's own, dressed by `styles.ts`: the toolkit keeps its inputs in shadow roots,
 * where an error message outside cannot be bound to them.
 */
export function registerToolkit(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeCheckbox());
}
