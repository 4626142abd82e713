import type { Site } from '../../client/connection';
import { sameName, siteNameProblem } from '../../domain/names';
import type { Machine } from '../../domain/views';
import { expandPath, pathProblem } from '../model/paths';
import { placeName } from '../model/placeName';
import type { Stores } from '../model/stores';
import { t } from '../text';
import type { Ui } from '../ui/messages';
import { machineWarning } from './diskWarning';
import { physicalDisks, shareDisk } from './physicalDisk';
import { askSummary, SUMMARY } from './summary';
import { answered, runWizard, type WizardStep } from './wizard';

interface SiteAnswers {
  readonly sites: readonly Site[];
  readonly machines: readonly Machine[];
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
    const existing = await Promise.all(
      state.sites.map(async (site) => {
        const warning = await pairWarning(state.folder, site);
        return {
          value: { site },
          label: placeName(site),
          description: site.folder,
          detail: warning === undefined ? pairWords(site) : `$(warning) ${warning}`,
        };
      }),
    );
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
  ask: async (ui, state) =>
    askSummary(ui, state, {
      placeholder: t('Check the site, then add it'),
      action: t('Add site'),
      rows: [
        { label: t('Name'), value: state.name, change: { step: 'name' } },
        {
          label: t('Folder'),
          value: state.folder,
          warning: await machineWarning(state.folder, state.machines),
          change: { step: 'folder' },
        },
        {
          label: t('Paired with'),
          value: state.pair ? placeName(state.pair) : t('No second site'),
          warning: await pairWarning(state.folder, state.pair),
          change: { step: 'pair' },
        },
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
  const [sites, machines] = await stores.engine.run((client) => Promise.all([client.local.sites(), client.machines()]));
  const wanted = sites.find(({ name }) => options.pairWith !== undefined && sameName(name, options.pairWith));
  const steps = [nameStep, folderStep, pairStep, summaryStep];
  const wizard = { title: t('Add a site'), steps, canLeave: options.canLeave ?? false };
  const answers = await runWizard(ui.prompts, wizard, {
    sites,
    machines,
    name: '',
    folder: '',
    pair: wanted ?? sites[0],
  });
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

function pairWords({ pairedSite }: Site): string {
  return pairedSite === undefined
    ? t('Geo-redundant vaults of each of the two sites are copied to the other one.')
    : t('Keeps its second site {0}; vaults of the new site are copied to it.', pairedSite);
}

/** What is risky about a site in this folder as the second site of another one. */
async function pairWarning(folder: string, pair: Site | undefined): Promise<string | undefined> {
  if (!pair || !shareDisk(await physicalDisks(folder), await physicalDisks(pair.folder))) return undefined;
  return t('Same physical disk as {0}: a disk failure loses both copies.', placeName(pair));
}
