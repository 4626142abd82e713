import * as vscode from 'vscode';
import { Cancelled } from '../model/failure';
import { t } from '../text';
import type {
  AcceptWork,
  Answer,
  DialogOptions,
  InputPrompt,
  ManyPrompt,
  PickItem,
  PickPrompt,
  PromptFrame,
  Prompts,
} from './prompts';

interface Line<T> extends vscode.QuickPickItem {
  readonly item?: PickItem<T>;
}

/** Asks with VS Code's quick inputs. */
export class QuickInputs implements Prompts {
  async pick<T>(prompt: PickPrompt<T> & AcceptWork<T>): Promise<Answer<T>> {
    const picker = framed(vscode.window.createQuickPick<Line<T>>(), prompt);
    return this.askList(picker, prompt, (lines, fill) => {
      const chosen = lines.find(({ item }) => item && prompt.preset?.(item.value));
      fill(lines);
      if (chosen) picker.activeItems = [chosen];
      return () => {
        const [line] = picker.selectedItems;
        return line?.item && !line.item.disabled ? line.item.value : undefined;
      };
    });
  }

  async pickMany<T>(prompt: ManyPrompt<T>): Promise<Answer<readonly T[]>> {
    const picker = framed(vscode.window.createQuickPick<Line<T>>(), prompt);
    picker.canSelectMany = true;
    picker.onDidChangeSelection((selected) => {
      // VS Code has no lines that cannot be ticked, so a tick on one of them is taken back.
      const allowed = selected.filter(({ item }) => !item?.disabled);
      if (allowed.length < selected.length) picker.selectedItems = allowed;
    });
    return this.askList(picker, prompt, (lines, fill) => {
      fill(lines);
      picker.selectedItems = lines.filter(({ item }) => item && !item.disabled && prompt.preset?.(item.value));
      return () => {
        const values = picker.selectedItems.flatMap(({ item }) => (item && !item.disabled ? [item.value] : []));
        if (values.length > 0) return values;
        picker.title = `${frameTitle(prompt)} — ${prompt.noneChosen}`;
        return undefined;
      };
    });
  }

  input(prompt: InputPrompt): Promise<Answer<string>> {
    const box = framed(vscode.window.createInputBox(), prompt);
    box.prompt = prompt.prompt;
    box.placeholder = prompt.placeholder;
    box.password = prompt.password ?? false;
    box.value = prompt.value;
    const check = () => {
      const problem = prompt.problem(box.value.trim());
      box.validationMessage = problem;
      return problem === undefined;
    };
    // An empty box is not wrong yet; it is once it is sent.
    if (box.value !== '') check();
    box.onDidChangeValue(check);
    return settled(box, (answer) => {
      box.onDidAccept(() => {
        if (check()) answer({ kind: 'value', value: box.value.trim() });
      });
    });
  }

  async openDialog(options: DialogOptions): Promise<readonly string[]> {
    const uris = await vscode.window.showOpenDialog({
      title: options.title,
      openLabel: options.button,
      canSelectMany: options.many,
      canSelectFiles: !options.folders,
      canSelectFolders: options.folders,
      ...(options.filter ? { filters: { [options.filter.name]: [...options.filter.extensions] } } : {}),
    });
    return (uris ?? []).map((uri) => uri.fsPath);
  }

  private askList<T, A>(
    picker: vscode.QuickPick<Line<T>>,
    prompt: PickPrompt<T> & AcceptWork<A>,
    ready: (lines: Line<T>[], fill: (lines: Line<T>[]) => void) => () => A | undefined,
  ): Promise<Answer<A>> {
    picker.placeholder = prompt.placeholder;
    picker.matchOnDescription = true;
    picker.matchOnDetail = true;
    const loading = new AbortController();
    return settled<A>(picker, (answer, fail) => {
      let chosen: (() => A | undefined) | undefined;
      const show = (items: readonly PickItem<T>[]) => {
        chosen = ready(linesOf(items), (lines) => {
          picker.items = lines;
        });
      };
      const load = async (read: (signal: AbortSignal) => Promise<readonly PickItem<T>[]>) => {
        picker.busy = true;
        try {
          const items = await read(loading.signal);
          if (loading.signal.aborted) return;
          picker.busy = false;
          show(items);
        } catch (error) {
          if (!loading.signal.aborted) fail(error);
        }
      };
      if (typeof prompt.items === 'function') void load(prompt.items);
      else show(prompt.items);
      const work = async (value: A) => {
        picker.busy = true;
        await prompt.onAccept?.(value, {
          signal: loading.signal,
          report: (text) => {
            picker.title = `${frameTitle(prompt)} — ${text}`;
          },
        });
        answer({ kind: 'value', value });
      };
      picker.onDidAccept(() => {
        const value = picker.busy ? undefined : chosen?.();
        if (value !== undefined) work(value).catch(fail);
      });
    }).finally(() => loading.abort());
  }
}

function frameTitle(frame: PromptFrame): string {
  return frame.totalSteps > 1 ? t('{0} ({1}/{2})', frame.title, frame.step, frame.totalSteps) : frame.title;
}

function framed<B extends vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox>(box: B, frame: PromptFrame): B {
  box.title = frameTitle(frame);
  box.ignoreFocusOut = true;
  box.buttons = frame.canGoBack ? [vscode.QuickInputButtons.Back] : [];
  return box;
}

function settled<A>(
  box: vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox,
  begin: (answer: (answer: Answer<A>) => void, fail: (error: unknown) => void) => void,
): Promise<Answer<A>> {
  return new Promise<Answer<A>>((resolve, reject) => {
    box.onDidTriggerButton(() => resolve({ kind: 'back' }));
    // Comes last when the box is closed after an answer, and is then without effect.
    box.onDidHide(() => reject(new Cancelled()));
    begin(resolve, reject);
    box.show();
  }).finally(() => box.dispose());
}

function linesOf<T>(items: readonly PickItem<T>[]): Line<T>[] {
  let section: string | undefined;
  return items.flatMap((item): Line<T>[] => {
    const separator: Line<T>[] =
      item.section !== undefined && item.section !== section
        ? [{ label: item.section, kind: vscode.QuickPickItemKind.Separator }]
        : [];
    section = item.section;
    return [...separator, { label: item.label, ...texts(item), item }];
  });
}

function texts<T>({ description, detail }: PickItem<T>): { description?: string; detail?: string } {
  return { ...(description === undefined ? {} : { description }), ...(detail === undefined ? {} : { detail }) };
}
