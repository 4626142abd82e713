import type { AcceptWork, Answer, InputPrompt, ManyPrompt, PickPrompt, PromptFrame, Prompts } from '../ui/prompts';

/** What a step says when it was asked. `again` names the step to go to, for summaries with rows to change. */
export type StepResult<S> =
  | { readonly kind: 'next'; readonly state: S }
  | { readonly kind: 'back' }
  | { readonly kind: 'goTo'; readonly step: string; readonly state: S };

/** One question of a wizard. */
export interface WizardStep<S> {
  readonly name: string;
  /** Whether the step has anything to ask; a question with one possible answer is left out. */
  readonly applies?: (state: S) => boolean;
  readonly ask: (ui: StepPrompts, state: S) => Promise<StepResult<S>>;
}

export interface Wizard<S> {
  readonly title: string;
  readonly steps: readonly WizardStep<S>[];
  /** Whether the first step offers Back, because the wizard was entered from a step of another one. */
  readonly canLeave?: boolean;
}

type Unframed<P> = Omit<P, keyof PromptFrame>;

/** The prompts of a step; title, position and Back are filled in. */
export class StepPrompts {
  constructor(
    private readonly prompts: Prompts,
    private readonly frame: PromptFrame,
  ) {}

  pick<T>(prompt: Unframed<PickPrompt<T>> & AcceptWork<T>): Promise<Answer<T>> {
    return this.prompts.pick({ ...prompt, ...this.frame });
  }

  pickMany<T>(prompt: Unframed<ManyPrompt<T>>): Promise<Answer<readonly T[]>> {
    return this.prompts.pickMany({ ...prompt, ...this.frame });
  }

  input(prompt: Unframed<InputPrompt>): Promise<Answer<string>> {
    return this.prompts.input({ ...prompt, ...this.frame });
  }

  get openDialog(): Prompts['openDialog'] {
    return this.prompts.openDialog.bind(this.prompts);
  }
}

/**
 * Asks the steps in order. Back returns to the last step that really asked; the state keeps every answer given so far,
 * so each box shows the earlier one again, and all later steps are asked again.
 * @param from name of the step to begin with, where the state has an answer to every question before it
 * @returns the final state, or `undefined` if the person went back from the first step
 * @throws Cancelled if a prompt was dismissed
 */
export async function runWizard<S>(
  prompts: Prompts,
  wizard: Wizard<S>,
  start: S,
  from?: string,
): Promise<S | undefined> {
  let state = start;
  const first = wizard.steps.findIndex(({ name }) => name === from);
  let at = nextAsking(wizard, state, Math.max(first, 0));
  while (at < wizard.steps.length) {
    const step = wizard.steps[at];
    if (!step) break;
    const before = previousAsking(wizard, state, at);
    const frame: PromptFrame = {
      title: wizard.title,
      step: asking(wizard, state).findIndex(({ name }) => name === step.name) + 1,
      totalSteps: asking(wizard, state).length,
      canGoBack: before !== undefined || wizard.canLeave === true,
    };
    const result = await step.ask(new StepPrompts(prompts, frame), state);
    if (result.kind === 'back') {
      if (before === undefined) return undefined;
      at = before;
    } else if (result.kind === 'goTo') {
      state = result.state;
      at = wizard.steps.findIndex(({ name }) => name === result.step);
    } else {
      state = result.state;
      at = nextAsking(wizard, state, at + 1);
    }
  }
  return state;
}

/** Turns an answer into a step's result: `next` builds the new state from the value. */
export function answered<T, S>(answer: Answer<T>, next: (value: T) => S): StepResult<S> {
  return answer.kind === 'back' ? answer : { kind: 'next', state: next(answer.value) };
}

function asking<S>(wizard: Wizard<S>, state: S): WizardStep<S>[] {
  return wizard.steps.filter((step) => step.applies?.(state) ?? true);
}

function nextAsking<S>(wizard: Wizard<S>, state: S, from: number): number {
  const found = wizard.steps.findIndex((step, index) => index >= from && (step.applies?.(state) ?? true));
  return found === -1 ? wizard.steps.length : found;
}

function previousAsking<S>(wizard: Wizard<S>, state: S, before: number): number | undefined {
  const found = wizard.steps.findLastIndex((step, index) => index < before && (step.applies?.(state) ?? true));
  return found === -1 ? undefined : found;
}
