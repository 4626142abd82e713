import { strict as assert } from 'node:assert';
import { Cancelled } from '../../src/extension/model/failure';
import type { ModalQuestion, SaveFileOptions, Toast, Ui } from '../../src/extension/ui/messages';
import type {
  AcceptWork,
  Answer,
  InputPrompt,
  ManyPrompt,
  PickItem,
  PickPrompt,
  Prompts,
} from '../../src/extension/ui/prompts';

/** What a script says to one question. `asks` is looked for in the question; `choose` and `tick` in the lines. */
export type Line =
  | { readonly asks: string; readonly choose: string }
  | { readonly asks: string; readonly tick: readonly string[] }
  | { readonly asks: string; readonly accept: true }
  | { readonly asks: string; readonly type: string; readonly problem?: string }
  | { readonly asks: string; readonly back: true }
  | { readonly asks: string; readonly cancel: true }
  | { readonly asks: 'dialog'; readonly paths: readonly string[] }
  | { readonly asks: 'modal'; readonly press: string | undefined };

/** A user interface that follows a script. A question that the script does not expect fails the test. */
export class ScriptedUi implements Ui {
  readonly toasts: Toast[] = [];
  readonly modals: ModalQuestion[] = [];
  readonly copied: string[] = [];
  readonly revealed: string[] = [];
  readonly saved: SaveFileOptions[] = [];
  /** How far the work of lists was, as they said it. */
  readonly reports: string[] = [];
  /** Titles with positions, in the order they were asked: `Create vault (1/4)`. */
  readonly asked: string[] = [];
  /** Lines of the last list. */
  shown: readonly PickItem<unknown>[] = [];
  private readonly script: Line[];

  constructor(...script: Line[]) {
    this.script = script;
  }

  readonly prompts: Prompts = {
    pick: (prompt) => this.pick(prompt),
    pickMany: (prompt) => this.pickMany(prompt),
    input: (prompt) => this.input(prompt),
    openDialog: async () => {
      const line = this.next('dialog', 'a dialog');
      assert.ok('paths' in line, `a dialog was not expected, but ${JSON.stringify(line)}`);
      return line.paths;
    },
  };

  /** Fails if the script was not used up. */
  done(): void {
    assert.deepEqual(this.script, [], 'these lines of the script were never asked for');
  }

  toast(toast: Toast): void {
    this.toasts.push(toast);
  }

  async modal(question: ModalQuestion): Promise<string | undefined> {
    this.modals.push(question);
    const line = this.next('modal', question.text);
    assert.ok('press' in line, `a modal was not expected, but ${JSON.stringify(line)}`);
    return line.press;
  }

  async progress<T>(_title: string, work: (report: () => void, signal: AbortSignal) => Promise<T>): Promise<T> {
    return work(() => undefined, new AbortController().signal);
  }

  async copy(text: string): Promise<void> {
    this.copied.push(text);
  }

  async reveal(path: string): Promise<void> {
    this.revealed.push(path);
  }

  async saveFile(options: SaveFileOptions): Promise<string | undefined> {
    this.saved.push(options);
    return '/saved.txt';
  }

  private async pick<T>(prompt: PickPrompt<T> & AcceptWork<T>): Promise<Answer<T>> {
    const answer = await this.pickOne(prompt);
    if (answer.kind === 'value') await prompt.onAccept?.(answer.value, this.work());
    return answer;
  }

  private async pickMany<T>(prompt: ManyPrompt<T>): Promise<Answer<readonly T[]>> {
    const answer = await this.tick(prompt);
    if (answer.kind === 'value') await prompt.onAccept?.(answer.value, this.work());
    return answer;
  }

  private work() {
    return { signal: new AbortController().signal, report: (text: string) => void this.reports.push(text) };
  }

  private async pickOne<T>(prompt: PickPrompt<T>): Promise<Answer<T>> {
    const { line, items } = await this.list(prompt);
    if ('back' in line) return { kind: 'back' };
    if ('accept' in line) {
      const [first] = items;
      const chosen = items.find(({ value }) => prompt.preset?.(value)) ?? first;
      assert.ok(chosen, `nothing to accept in "${prompt.placeholder}"`);
      return { kind: 'value', value: chosen.value };
    }
    assert.ok('choose' in line, `"${prompt.placeholder}" is a list, but the script says ${JSON.stringify(line)}`);
    return { kind: 'value', value: lineOf(items, line.choose).value };
  }

  private async tick<T>(prompt: PickPrompt<T>): Promise<Answer<readonly T[]>> {
    const { line, items } = await this.list(prompt);
    if ('back' in line) return { kind: 'back' };
    const preset = items.filter(({ value, disabled }) => !disabled && prompt.preset?.(value));
    if ('accept' in line) return { kind: 'value', value: preset.map(({ value }) => value) };
    assert.ok('tick' in line, `"${prompt.placeholder}" takes several, but the script says ${JSON.stringify(line)}`);
    return { kind: 'value', value: line.tick.map((label) => lineOf(items, label).value) };
  }

  private async input(prompt: InputPrompt): Promise<Answer<string>> {
    this.asked.push(`${prompt.title} (${prompt.step}/${prompt.totalSteps})`);
    const line = this.next(prompt.prompt, prompt.prompt);
    if ('back' in line) return { kind: 'back' };
    if ('cancel' in line) throw new Cancelled();
    const value = 'accept' in line ? prompt.value : 'type' in line ? line.type : undefined;
    assert.ok(value !== undefined, `"${prompt.prompt}" is a box, but the script says ${JSON.stringify(line)}`);
    const problem = prompt.problem(value);
    if ('problem' in line) {
      assert.ok(line.problem && problem?.includes(line.problem), `"${value}" should be refused, but: ${problem}`);
      return this.input(prompt);
    }
    assert.equal(problem, undefined, `"${value}" was refused`);
    return { kind: 'value', value };
  }

  private async list<T>(prompt: PickPrompt<T>): Promise<{ line: Line; items: readonly PickItem<T>[] }> {
    this.asked.push(`${prompt.title} (${prompt.step}/${prompt.totalSteps})`);
    const items = typeof prompt.items === 'function' ? await prompt.items(new AbortController().signal) : prompt.items;
    this.shown = items;
    const line = this.next(prompt.placeholder, prompt.placeholder);
    if ('cancel' in line) throw new Cancelled();
    return { line, items };
  }

  private next(question: string, told: string): Line {
    const line = this.script.shift();
    assert.ok(line, `not expected to be asked: ${told}`);
    assert.ok(question.includes(line.asks), `expected to be asked "${line.asks}", was asked "${told}"`);
    return line;
  }
}

function lineOf<T>(items: readonly PickItem<T>[], label: string): PickItem<T> {
  const item = items.find((candidate) => candidate.label.includes(label));
  assert.ok(item, `no line "${label}" among ${items.map((candidate) => candidate.label).join(' | ')}`);
  assert.ok(!item.disabled, `"${label}" is not to be chosen`);
  return item;
}
