/** One line of a list to pick from. */
export interface PickItem<T> {
  readonly value: T;
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  /** Heading: a separator is shown where it changes. */
  readonly section?: string;
  /** Shown, with the reason in its texts, but not to be chosen. */
  readonly disabled?: boolean;
}

/** What every prompt shows around its question. */
export interface PromptFrame {
  readonly title: string;
  readonly step: number;
  readonly totalSteps: number;
  readonly canGoBack: boolean;
}

/** The frame of a question that stands alone, but for its title. */
export const ONE_QUESTION = { step: 1, totalSteps: 1, canGoBack: false } as const;

/** Work that is done with an answer. */
export interface AnswerWork {
  /** Aborted when the list is left before the work is done. */
  readonly signal: AbortSignal;
  /** Says how far it is. */
  readonly report: (text: string) => void;
}

/** What a list does with an answer before it closes; meanwhile it stays up and shows that it is busy. */
export interface AcceptWork<A> {
  readonly onAccept?: (answer: A, work: AnswerWork) => Promise<void>;
}

export interface PickPrompt<T> extends PromptFrame {
  readonly placeholder: string;
  /** A function is called when the prompt is up: the list shows that it is loading. */
  readonly items: readonly PickItem<T>[] | ((signal: AbortSignal) => Promise<readonly PickItem<T>[]>);
  /** Whether an item is chosen beforehand: an earlier answer, or the usual one. */
  readonly preset?: (value: T) => boolean;
}

export interface ManyPrompt<T> extends PickPrompt<T>, AcceptWork<readonly T[]> {
  /** Said when nothing is ticked. */
  readonly noneChosen: string;
}

export interface InputPrompt extends PromptFrame {
  readonly prompt: string;
  readonly placeholder: string;
  readonly value: string;
  /** The text is a secret: it is shown as dots. */
  readonly password?: boolean;
  /** The broken rule in one sentence, or `undefined` for a good value. Asked on every keystroke. */
  readonly problem: (value: string) => string | undefined;
}

export type Answer<T> = { readonly kind: 'value'; readonly value: T } | { readonly kind: 'back' };

export interface DialogOptions {
  readonly title: string;
  readonly button: string;
  readonly many: boolean;
  readonly folders: boolean;
  /** Name of the filter and the extensions it lets through, for files. */
  readonly filter?: { readonly name: string; readonly extensions: readonly string[] };
}

/**
 * The questions a wizard may ask. An answer is a value or "back"; a prompt that is dismissed throws `Cancelled`. Tests
 * answer by script.
 */
export interface Prompts {
  pick<T>(prompt: PickPrompt<T> & AcceptWork<T>): Promise<Answer<T>>;
  pickMany<T>(prompt: ManyPrompt<T>): Promise<Answer<readonly T[]>>;
  input(prompt: InputPrompt): Promise<Answer<string>>;
  /** @returns absolute paths, none if the dialog was closed */
  openDialog(options: DialogOptions): Promise<readonly string[]>;
}
