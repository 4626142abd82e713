import type { CommandId } from '../commands/ids';
import type { Target } from '../model/target';
import type { Prompts } from './prompts';

/** A button of a message that runs a command. */
export interface MessageAction {
  readonly title: string;
  readonly command: CommandId;
  readonly targets?: readonly Target[];
}

/** A button of a message about the message itself, such as muting its kind. */
export interface OwnAction {
  readonly title: string;
  readonly run: () => void;
}

export interface Toast {
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
  readonly actions?: readonly MessageAction[];
  /** Shown after `actions`. */
  readonly own?: readonly OwnAction[];
}

export interface ModalQuestion {
  readonly text: string;
  readonly detail: string;
  readonly actions: readonly string[];
  /** The action that closing the dialog means, if it is one of `actions`. */
  readonly closing?: string;
}

export interface SaveFileOptions {
  readonly title: string;
  readonly fileName: string;
  readonly content: string | Uint8Array;
  /** What the file is; plain text if not said. */
  readonly kind?: { readonly name: string; readonly extension: string };
  /** Its owner may run it. */
  readonly runnable?: boolean;
}

/** Everything that is told outside of a prompt. */
export interface Messages {
  /** Shows a message and returns at once; a chosen button runs its command. */
  toast(toast: Toast): void;
  /** Asks in a modal dialog. @returns the chosen action, `undefined` if it was closed */
  modal(question: ModalQuestion): Promise<string | undefined>;
  /** Runs `work` with its progress shown; the person may call it off. */
  progress<T>(title: string, work: (report: (text: string) => void, signal: AbortSignal) => Promise<T>): Promise<T>;
  copy(text: string): Promise<void>;
  /** Shows a file or folder of this computer where the person can use it. */
  reveal(path: string): Promise<void>;
  /** Asks where to and writes a file that only its owner may read. @returns its path, `undefined` if closed */
  saveFile(options: SaveFileOptions): Promise<string | undefined>;
}

/** How commands and wizards talk to the person. */
export interface Ui extends Messages {
  readonly prompts: Prompts;
}
