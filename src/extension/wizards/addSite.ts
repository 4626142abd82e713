import type { Site } from '../../client/connection';
import { sameName, siteNameProblem } from '../../domain/names';
import type { Stores } from '../model/stores';
import { t } from '../text';
import type { Ui } from '../ui/messages';
import { expandPath, pathProblem } from './paths';
import { askSummary, SUMMARY } from './summary';
import { answered, runWizard, type WizardStep } from './wizard';

interface SiteAnswers {
  readonly sites: readonly Site[];
  readonly name: string;
  readonly folder: string;
  /** The site that gets a second site by this one; `undefined` for none. */
  readonly pair: Site | undefined;
}

const nameStep: WizardStep<SiteAnswers> = {
  name: 'name',
  ask: async (ui, state) =>
    answered(
      await ui.input({
        prompt: t('Name of the site: a place with its own disk, where vaults keep their bytes'),
        placeholder: t('Example: attic'),
        value: state.name,
        problem: (name) => nameProblem(name, state.sites),
      }),
      (name) => ({ ...state, name }),
    ),
};

const folderStep: WizardStep<SiteAnswers> = {
  name: 'folder',
  ask: async (ui, state) =>
    answered(
      await ui.input({
        prompt: t('Folder of the site, for example on another disk or a network share. It is made if it is not there.'),
        placeholder: t('Example: {0}', '/mnt/nas/vm-backup'),
        value: state.folder,
        problem: pathProblem,
      }),
      (folder) => ({ ...state, folder: expandPath(folder) }),
    ),
};

const pairStep: WizardStep<SiteAnswers> = {
  name: 'pair',
  ask: async (ui, state) => {
    const existing = state.sites.map((site) => ({
      value: { site },
      label: site.displayName,
      description: site.folder,
      detail:
        site.pairedSite === undefined
          ? t('Geo-redundant vaults of each of the two sites are copied to the other one.')
          : t('Keeps its second site {0}; vaults of the new site are copied to it.', site.pairedSite),
    }));
    const alone = { value: { site: undefined }, label: t('No second site'), detail: t('A pair can be made later.') };
    const answer = await ui.pick<{ site: Site | undefined }>({
      placeholder: t('Pair with which site?'),
      items: [...existing, alone],
      preset: ({ site }) => site?.name === state.pair?.name,
    });
    return answered(answer, ({ site }) => ({ ...state, pair: site }));
  },
};

const summaryStep: WizardStep<SiteAnswers> = {
  name: SUMMARY,
  ask: (ui, state) =>
    askSummary(ui, state, {
      placeholder: t('Check the site, then add it'),
      action: t('Add site'),
      rows: [
        { label: t('Name'), value: state.name, change: { step: 'name' } },
        { label: t('Folder'), value: state.folder, change: { step: 'folder' } },
        { label: t('Paired with'), value: state.pair?.displayName ?? t('No second site'), change: { step: 'pair' } },
      ],
    }),
};

/**
 * Asks for a site and adds it; where its pair has no second site yet, the two become each other's.
 * @param options.pairWith name of the site that is suggested as the pair; the first site without one
 * @returns the site, or `undefined` if the person went back to the wizard that this one was entered from
 */
export async function addSite(
  stores: Stores,
  ui: Ui,
  options: { pairWith?: string; canLeave?: boolean } = {},
): Promise<Site | undefined> {
  const sites = await stores.engine.run((client) => client.local.sites());
  const wanted = sites.find(({ name }) => options.pairWith !== undefined && sameName(name, options.pairWith));
  const steps = [nameStep, folderStep, pairStep, summaryStep];
  const wizard = { title: t('Add a site'), steps, canLeave: options.canLeave ?? false };
  const answers = await runWizard(ui.prompts, wizard, { sites, name: '', folder: '', pair: wanted ?? sites[0] });
  if (!answers) return undefined;
  const { name, folder, pair } = answers;
  const site = await stores.engine.run(async ({ local }) => {
    const added = await local.saveSite({ name, folder, ...(pair ? { pairedSite: pair.name } : {}) });
    if (pair && pair.pairedSite === undefined) await local.saveSite({ name: pair.name, pairedSite: added.name });
    return added;
  });
  await stores.vaults.refresh();
  return site;
}

function nameProblem(name: string, sites: readonly Site[]): string | undefined {
  const problem = siteNameProblem(name)?.message;
  if (problem) return problem;
  return sites.some((site) => sameName(site.name, name))
    ? t('A site named {0} exists. Choose another name.', name)
    : undefined;
}
