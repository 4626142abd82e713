import {
  EXTENSIONS,
  protectionReport,
  REPORT_FORMATS,
  type ReportFormat,
  reportFileName,
} from '../model/protectionReport';
import { ensureWorld, knownAlerts, knownMachines, type Stores } from '../model/stores';
import { t } from '../text';
import type { Ui } from '../ui/messages';
import { ONE_QUESTION } from '../ui/prompts';

/** Writes what is protected, and what is not, to a file. */
export async function exportReport(stores: Stores, ui: Ui): Promise<void> {
  const names: { readonly [F in ReportFormat]: string } = {
    markdown: t('Markdown, for people'),
    csv: t('CSV, for spreadsheets'),
    json: t('JSON, for programs'),
  };
  const answer = await ui.prompts.pick<ReportFormat>({
    title: t('Export protection report'),
    ...ONE_QUESTION,
    placeholder: t('In which form?'),
    items: REPORT_FORMATS.map((format) => ({ value: format, label: names[format] })),
  });
  if (answer.kind === 'back') return;
  await ensureWorld(stores);
  const format = answer.value;
  const now = stores.clock.now();
  const path = await ui.saveFile({
    title: t('Save the protection report'),
    fileName: reportFileName(format, now),
    kind: { name: EXTENSIONS[format].toUpperCase(), extension: EXTENSIONS[format] },
    content: protectionReport(format, {
      machines: knownMachines(stores),
      alerts: knownAlerts(stores),
      placeOf: (machineId) => stores.links.of(machineId).name,
      now,
    }),
  });
  if (path !== undefined) ui.toast({ level: 'info', text: t('The protection report is {0}.', path) });
}
