import { AppError } from '../../domain/errors';
import type { AzureSubscription, Reach, Tenant } from '../azure/account';
import { shownSubscriptions } from '../azure/reach';
import { thrownAgain } from '../model/failure';
import { ensureWorld, type Stores } from '../model/stores';
import { type Target, targetOf } from '../model/target';
import { t } from '../text';
import { ONE_QUESTION } from '../ui/prompts';
import type { CommandContext, Handlers } from './commandContext';
import { idOf } from './idOf';
import { COMMANDS } from './ids';

/** Commands about signing in to Azure and what is seen of it. */
export function azureCommands(context: CommandContext) {
  const { stores, ui, shell } = context;
  return {
    [COMMANDS.azureSignIn]: { run: (argument: unknown) => signIn(context, targetOf(argument)) },
    [COMMANDS.azureSelectSubscriptions]: { run: () => selectSubscriptions(context) },
    [COMMANDS.azureSignOut]: {
      run: async () => {
        await stores.azure.signOut();
        ui.toast({
          level: 'info',
          text: t(
            'VM Backup has forgotten your Azure account. VS Code keeps it: remove it under Accounts if you want.',
          ),
        });
      },
    },
    [COMMANDS.azureProtectAll]: {
      run: async () => (await import('../wizards/protectAll')).protectAll(stores, ui),
      retry: true,
    },
    [COMMANDS.openInPortal]: {
      run: async (argument: unknown) => {
        const id = idOf(targetOf(argument));
        const url = id === undefined ? undefined : await stores.azure.portalUrl(id);
        if (url === undefined) throw notInAzure();
        await shell.openExternal(url);
      },
    },
  } satisfies Partial<Handlers>;
}

async function signIn(context: CommandContext, target: Target | undefined): Promise<void> {
  const { stores } = context;
  const first = stores.azure.state.kind !== 'signedIn';
  const choose = async (reach: Reach) => {
    if (reach.subscriptions.length > 1) await chooseOf(reach, context);
  };
  if (!(await stores.azure.signIn(tenantOf(stores, target), first ? choose : undefined))) return;
  const { state } = stores.azure;
  if (state.kind === 'failed') throw thrownAgain(state.failure);
  await ensureWorld(stores);
}

function tenantOf(stores: Stores, target: Target | undefined): Tenant | undefined {
  if (target?.kind !== 'tenant') return undefined;
  return stores.azure.troubled.find(({ id, person }) => id === target.tenantId && person.id === target.accountId);
}

async function selectSubscriptions(context: CommandContext): Promise<void> {
  const { state } = context.stores.azure;
  if (state.kind !== 'signedIn') return signIn(context, undefined);
  await chooseOf(state.reach, context);
}

async function chooseOf(reach: Reach, { stores, ui }: CommandContext): Promise<void> {
  const shown = shownSubscriptions(reach, stores.azure.chosen);
  const names = new Map(reach.tenants.map(({ id, name }) => [id, name]));
  const answer = await ui.prompts.pickMany<AzureSubscription>({
    title: t('Select subscriptions'),
    ...ONE_QUESTION,
    placeholder: t('Subscriptions whose machines and vaults are shown'),
    noneChosen: t('Tick at least one subscription'),
    items: reach.subscriptions.map((subscription) => ({
      value: subscription,
      label: subscription.name,
      description: names.get(subscription.tenantId) ?? subscription.tenantId,
      detail: subscription.person.label,
    })),
    preset: (subscription) => shown.includes(subscription),
  });
  if (answer.kind !== 'value') return;
  const all = answer.value.length === reach.subscriptions.length;
  await stores.azure.choose(all ? [] : answer.value.map(({ id }) => id));
}

function notInAzure(): AppError {
  return new AppError('NotInAzure', t('This is kept on this computer, which the Azure portal does not know.'), {
    details: { recommendation: t('Choose a vault, machine, policy or job of Azure.') },
  });
}
