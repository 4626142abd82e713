import { t } from '../text';
import type { Messages } from '../ui/messages';

/** An open form: what it is called, and whether something was entered in it that is saved nowhere. */
export interface OpenForm {
  readonly title: string;
  readonly hasInput: boolean;
}

/** True if a form may show something else: nothing was entered in it, or the person gives that up. */
export async function mayLeave(ui: Pick<Messages, 'modal'>, { title, hasInput }: OpenForm): Promise<boolean> {
  if (!hasInput) return true;
  const discard = t('Discard');
  const keep = t('Keep editing');
  const answer = await ui.modal({
    text: t('Discard what was entered in "{0}"?', title),
    detail: t('It is not saved, and the page would show something else.'),
    actions: [discard, keep],
    closing: keep,
  });
  return answer === discard;
}
