import { t } from '../text';
import type { Ui } from '../ui/messages';

/** Shows a vault's recovery key, once, until the person is done with it. The key is never logged or kept. */
export async function showRecoveryKey(ui: Ui, vaultName: string, key: string): Promise<void> {
  const copy = t('Copy');
  const save = t('Save…');
  const done = t('Done');
  let note = t('Keep it in a safe place outside this computer. It is shown only now.');
  for (;;) {
    const action = await ui.modal({
      text: t('Recovery key of vault {0}', vaultName),
      detail: `${key}\n\n${t('This key opens the vault on another computer if this one is lost.')} ${note}`,
      actions: [copy, save, done],
      closing: done,
    });
    if (action === copy) {
      await ui.copy(key);
      note = t('The key was copied. Paste it into your password manager now.');
    } else if (action === save) {
      const path = await ui.saveText({
        title: t('Save recovery key'),
        fileName: `${vaultName}-recovery-key.txt`,
        text: `${t('Recovery key of vault {0}', vaultName)}\n${key}\n`,
      });
      note = path === undefined ? t('The key was not saved.') : t('The key was saved to {0}.', path);
    } else return;
  }
}
