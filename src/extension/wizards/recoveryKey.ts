import type { Stores } from '../model/stores';
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
      const path = await ui.saveFile({
        title: t('Save recovery key'),
        fileName: `${vaultName}-recovery-key.txt`,
        kind: { name: t('Text'), extension: 'txt' },
        content: `${t('Recovery key of vault {0}', vaultName)}\n${key}\n`,
      });
      note = path === undefined ? t('The key was not saved.') : t('The key was saved to {0}.', path);
    } else return;
  }
}

/** Makes a new recovery key for a vault, once that is confirmed, and shows it. */
export async function rotateRecoveryKey(stores: Stores, ui: Ui, vault: { id: string; name: string }): Promise<void> {
  const rotate = t('Rotate recovery key');
  const action = await ui.modal({
    text: t('Make a new recovery key for vault {0}?', vault.name),
    detail: t(
      'The key that was shown before opens the vault no more; only copies of the vault that were made until now still open with it. The new key is shown once.',
    ),
    actions: [rotate],
  });
  if (action !== rotate) return;
  const key = await stores.engine.run((client) => client.local.rotateRecoveryKey(vault.id));
  await showRecoveryKey(ui, vault.name, key);
}
