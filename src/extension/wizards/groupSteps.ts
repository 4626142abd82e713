import { resourceGroupNameProblem, sameName } from '../../domain/names';
import type { ResourceGroup } from '../../domain/views';
import { t } from '../text';
import { answered, type WizardStep } from './wizard';

/** What a wizard that asks for a resource group keeps. */
interface GroupAnswers {
  readonly groups: readonly ResourceGroup[];
  /** Name of an existing group; `undefined` for a new one. */
  readonly group: string | undefined;
  readonly newGroup: string;
}

/** Asks for an existing resource group, or for the name of a new one. */
export function groupSteps<State extends GroupAnswers>(): [WizardStep<State>, WizardStep<State>] {
  return [
    {
      name: 'group',
      applies: ({ groups }) => groups.length > 0,
      ask: async (ui, state) => {
        const existing = state.groups.map(({ name, location }) => ({
          value: { group: name },
          label: name,
          description: location,
        }));
        const answer = await ui.pick<{ group: string | undefined }>({
          placeholder: t('Resource group: keeps resources that belong together'),
          items: [...existing, { value: { group: undefined }, label: t('$(add) Create new…') }],
          preset: ({ group }) => group === state.group,
        });
        return answered(answer, ({ group }) => ({ ...state, group }));
      },
    },
    {
      name: 'newGroup',
      applies: ({ group }) => group === undefined,
      ask: async (ui, state) =>
        answered(
          await ui.input({
            prompt: t('Name of the new resource group'),
            placeholder: t('Example: vm-backup'),
            value: state.newGroup,
            problem: (name) => groupProblem(name, state.groups),
          }),
          (newGroup) => ({ ...state, newGroup }),
        ),
    },
  ];
}

function groupProblem(name: string, groups: readonly ResourceGroup[]): string | undefined {
  const problem = resourceGroupNameProblem(name)?.message;
  if (problem) return problem;
  return groups.some((group) => sameName(group.name, name))
    ? t('The resource group {0} exists. Go back to choose it, or type another name.', name)
    : undefined;
}
