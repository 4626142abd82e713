import { maskIds } from '../../domain/maskIds';
import { filterProblem } from '../model/filter';
import { groupingWords } from '../model/machineGroups';
import { targetOf } from '../model/target';
import { GROUPINGS, type Grouping, type ViewFilter } from '../model/viewChoices';
import { t } from '../text';
import { ONE_QUESTION } from '../ui/prompts';
import type { CommandContext, Handlers } from './commandContext';
import { COMMANDS } from './ids';

const MACHINE_KEYS = ['state', 'vault', 'policy', 'provider', 'rg', 'tag', 'machine'];
const JOB_KEYS = ['state', 'vault', 'provider', 'rg', 'machine', 'operation'];

/** Commands about what the views show. */
export function viewCommands(context: CommandContext) {
  const { ui, choices } = context;
  return {
    [COMMANDS.machinesFilter]: {
      run: () =>
        askFilter(context, choices.machines, {
          title: t('Filter machines'),
          example: 'state:failed vault:home not:sample',
          keys: MACHINE_KEYS,
        }),
    },
    [COMMANDS.machinesClearFilter]: { run: async () => choices.machines.set('') },
    [COMMANDS.jobsFilter]: {
      run: () =>
        askFilter(context, choices.jobs, {
          title: t('Filter jobs'),
          example: 'state:failed machine:web operation:backup',
          keys: JOB_KEYS,
        }),
    },
    [COMMANDS.jobsClearFilter]: { run: async () => choices.jobs.set('') },
    [COMMANDS.machinesGroupBy]: {
      run: async () => {
        const answer = await ui.prompts.pick<Grouping>({
          title: t('Group machines by'),
          ...ONE_QUESTION,
          placeholder: t('Group machines by'),
          items: GROUPINGS.map((grouping) => ({ value: grouping, label: groupingWords(grouping) })),
          preset: (grouping) => grouping === choices.grouping.current,
        });
        if (answer.kind === 'value') choices.grouping.set(answer.value);
      },
    },
    [COMMANDS.errorCopyDetails]: {
      run: async (argument: unknown) => {
        const target = targetOf(argument);
        if (target?.kind === 'error' && target.text !== undefined) await ui.copy(maskIds(target.text));
      },
    },
  } satisfies Partial<Handlers>;
}

async function askFilter(
  { ui }: CommandContext,
  filter: ViewFilter,
  { title, example, keys }: { title: string; example: string; keys: readonly string[] },
): Promise<void> {
  const answer = await ui.prompts.input({
    title,
    ...ONE_QUESTION,
    prompt: t('Words that all have to be found, and conditions such as {0}. Nothing shows everything.', example),
    placeholder: example,
    value: filter.text,
    problem: (text) => filterProblem(text, keys),
  });
  if (answer.kind === 'value') filter.set(answer.value);
}
