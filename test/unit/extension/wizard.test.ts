import { strict as assert } from 'node:assert';
import { answered, runWizard, type Wizard, type WizardStep } from '../../../src/extension/wizards/wizard';
import { ScriptedUi } from '../../support/scriptedUi';

interface State {
  readonly name: string;
  readonly color: string;
  readonly askColor: boolean;
  readonly size: string;
}

const start: State = { name: '', color: 'red', askColor: true, size: '' };

function box(name: 'name' | 'size'): WizardStep<State> {
  return {
    name,
    ask: async (ui, state) =>
      answered(
        await ui.input({
          prompt: name,
          placeholder: '',
          value: state[name],
          problem: (v) => (v ? undefined : 'empty'),
        }),
        (value) => ({ ...state, [name]: value }),
      ),
  };
}

const color: WizardStep<State> = {
  name: 'color',
  applies: ({ askColor }) => askColor,
  ask: async (ui, state) =>
    answered(
      await ui.pick({
        placeholder: 'color',
        items: ['red', 'green'].map((value) => ({ value, label: value })),
        preset: (value) => value === state.color,
      }),
      (chosen) => ({ ...state, color: chosen }),
    ),
};

const wizard: Wizard<State> = { title: 'Paint', steps: [box('name'), color, box('size')] };

describe('wizard runner', () => {
  it('asks the steps in order and numbers them', async () => {
    const ui = new ScriptedUi(
      { asks: 'name', type: 'wall' },
      { asks: 'color', choose: 'green' },
      { asks: 'size', type: '3' },
    );
    const end = await runWizard(ui.prompts, wizard, start);
    assert.deepEqual(end, { ...start, name: 'wall', color: 'green', size: '3' });
    assert.deepEqual(ui.asked, ['Paint (1/3)', 'Paint (2/3)', 'Paint (3/3)']);
    ui.done();
  });

  it('leaves out a step that does not apply, also on the way back', async () => {
    const ui = new ScriptedUi(
      { asks: 'name', type: 'wall' },
      { asks: 'size', back: true },
      { asks: 'name', accept: true },
      { asks: 'size', type: '3' },
    );
    const end = await runWizard(ui.prompts, wizard, { ...start, askColor: false });
    assert.equal(end?.name, 'wall');
    assert.deepEqual(ui.asked, ['Paint (1/2)', 'Paint (2/2)', 'Paint (1/2)', 'Paint (2/2)']);
    ui.done();
  });

  it('shows earlier answers again after going back', async () => {
    const ui = new ScriptedUi(
      { asks: 'name', type: 'wall' },
      { asks: 'color', choose: 'green' },
      { asks: 'size', back: true },
      { asks: 'color', back: true },
      { asks: 'name', accept: true },
      { asks: 'color', accept: true },
      { asks: 'size', type: '3' },
    );
    const end = await runWizard(ui.prompts, wizard, start);
    assert.deepEqual(end, { ...start, name: 'wall', color: 'green', size: '3' });
    ui.done();
  });

  it('goes to the step that a summary names, and on from there', async () => {
    let first = true;
    const summary: WizardStep<State> = {
      name: 'summary',
      ask: async (_ui, state) => {
        const result = first ? ({ kind: 'goTo', step: 'color', state } as const) : ({ kind: 'next', state } as const);
        first = false;
        return result;
      },
    };
    const ui = new ScriptedUi(
      { asks: 'name', type: 'wall' },
      { asks: 'color', accept: true },
      { asks: 'color', choose: 'green' },
    );
    const end = await runWizard(ui.prompts, { title: 'Paint', steps: [box('name'), color, summary] }, start);
    assert.equal(end?.color, 'green');
    ui.done();
  });

  it('returns nothing when left by Back from the first step', async () => {
    const ui = new ScriptedUi({ asks: 'name', back: true });
    assert.equal(await runWizard(ui.prompts, { ...wizard, canLeave: true }, start), undefined);
    ui.done();
  });

  it('ends with Cancelled when a prompt is dismissed', async () => {
    const ui = new ScriptedUi({ asks: 'name', cancel: true });
    await assert.rejects(runWizard(ui.prompts, wizard, start), { name: 'Cancelled' });
  });
});
