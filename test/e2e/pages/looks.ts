import type { Look } from './openPage';

export const WIDE: Look = { theme: 'dark', width: 1280 };

/** What differs most from each other: the usual look, and the narrowest one in the other language. */
const FEW: Record<string, Look> = {
  dark: WIDE,
  'narrow-zh': { theme: 'light', width: 320, lang: 'zh-tw' },
};

/** Two languages in four themes, at 320 px and at twice the size. */
const ALL: Record<string, Look> = Object.fromEntries(
  ([undefined, 'zh-tw'] as const).flatMap((lang) => {
    const language = lang ? { lang } : {};
    const looks: Record<string, Look> = {
      dark: WIDE,
      light: { theme: 'light', width: 1280 },
      'high-contrast': { theme: 'high-contrast', width: 1280 },
      'forced-colors': { theme: 'high-contrast', width: 1280, forcedColors: true },
      narrow: { theme: 'dark', width: 320 },
      'zoom-200': { theme: 'light', width: 1280, zoom: 2 },
    };
    return Object.entries(looks).map(([name, look]) => [lang ? `${name}-zh` : name, { ...look, ...language }] as const);
  }),
);

/** The looks that every page is tested in: all of them in `npm run test:all`. */
export const LOOKS: Record<string, Look> = process.env['VMBACKUP_TEST_ALL'] ? ALL : FEW;
