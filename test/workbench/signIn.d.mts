/** Packages the stand-in for the accounts of a custom cloud. @returns the path of its .vsix */
export function packageSignIn(): Promise<string>;

/** User settings for a cloud whose Resource Manager is at `origin`. */
export function cloudSettings(origin: string): Record<string, unknown>;
