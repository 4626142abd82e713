/** The panels that are web pages; each has a folder of this name below `webview`. */
export const PANELS = ['job', 'jobsList', 'keepUntil', 'machine', 'policy', 'restore', 'vault'] as const;
export type PanelName = (typeof PANELS)[number];
