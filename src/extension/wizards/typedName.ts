import { t } from '../text';
import type { Ui } from '../ui/messages';
import { ONE_QUESTION } from '../ui/prompts';

/**
 * Asks for the name of what is about to be lost, so that nobody loses it by a slip.
 * @returns once it was typed
 * @throws Cancelled if the person thinks better of it
 */
export async function askTypedName(ui: Ui, question: { title: string; loss: string; name: string }): Promise<void> {
  const { title, loss, name } = question;
  const wanted = t('Type {0} to confirm.', name);
  await ui.prompts.input({
    title,
    ...ONE_QUESTION,
    prompt: `${loss} ${wanted}`,
    placeholder: name,
    value: '',
    problem: (text) => (text === name ? undefined : wanted),
  });
}
