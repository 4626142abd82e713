import { failureOf, failureText } from '../model/failure';
import { listText } from '../model/format';
import { t } from '../text';
import type { Ui } from '../ui/messages';

/**
 * Tells of what Azure has begun with these machines and could not be followed to its end, as something that is not known: it has
 * not failed. Nothing offers to try it again, because it might be done twice.
 */
export function tellNotKnown(ui: Pick<Ui, 'toast'>, unknown: readonly { name: string; error: unknown }[]): void {
  const [first] = unknown;
  if (!first) return;
  const names = listText(unknown.map(({ name }) => name));
  ui.toast({ level: 'warning', text: t('{0}: {1}', names, failureText(failureOf(first.error))) });
}
