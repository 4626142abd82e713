import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSession, type Session } from '../support/session';
import { MACHINE_PATH, VAULT_PATH, type Words } from './paths';
import { Reader } from './reader';

/** The words of the guide's Traditional Chinese edition. */
const CHINESE: Words = {
  addImage: { command: 'VM Backup: 新增磁碟映像…', title: '新增磁碟映像', typePath: /輸入路徑…/ },
  sampleLab: 'VM Backup: 試用範例實驗室',
  createVault: { command: 'VM Backup: 建立保存庫…', title: '建立保存庫', create: /建立, 之後會顯示一次復原金鑰/ },
  setRedundancy: 'VM Backup: 設定儲存體備援…',
  openVault: 'VM Backup: 開啟保存庫儀表板',
  geoRedundant: /異地備援儲存體/,
  locallyRedundant: /本地備援儲存體/,
  inUse: /異地備援儲存體.*使用中/,
  done: '完成',
  enableBackup: { action: '啟用備份…', title: '啟用備份', last: /^\S*\s*啟用備份/, button: /^啟用備份$/ },
  goal: /這部電腦上的虛擬機器/,
  policy: /DefaultPolicy.*每天 .*30 天/,
  machines: '機器',
  machine: (name) => `${name}，機器，`,
  notProtected: '未受保護',
  pending: '警告 (待執行初始備份)',
  onePoint: '1 個復原點',
  backupJob: (machine) => `備份 ${machine}，工作，`,
  completed: '完成',
  enabled: (machines) => `已為 ${machines.join('，')} 啟用備份。目前尚無復原點`,
  backUpNow: { action: '立即備份…', button: /^立即備份$/ },
  pickDate: /挑選日期…/,
  usualDays: /30 天 \(預設\)/,
  keptUntil: /^保留到 .*15日.* 結束/,
  backUp: /^備份$/,
  panels: {
    backupPolicy: '備份原則',
    nextRun: '下次排定的執行',
    phases: '階段',
    onDemandUntil: /隨選.*\d{4}-\d{2}-15/,
    backupItems: /^備份項目/,
    jobs: /^24 小時內的工作/,
    location: '位置',
  },
};

/** Both paths of the guide in a workbench in Traditional Chinese and high contrast, by the words of the guide. */
describe('the two paths of the guide, in Traditional Chinese and high contrast', function () {
  this.timeout(240_000);
  this.bail(true);
  let session: Session;
  let hands: Reader;
  let image: string;

  before(async () => {
    session = await openSession({
      locale: 'zh-tw',
      userSettings: { 'workbench.colorTheme': 'Default High Contrast' },
    });
    image = join(session.server.home, 'web-01.img');
    writeFileSync(image, randomBytes(4 * 1024 ** 2));
    hands = new Reader(session.workbench);
  });
  after(async () => {
    await session?.close();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await session.workbench.shot('chinese-failed');
  });

  it('the container, its views and what they offer to somebody who has nothing yet', async () => {
    const { page } = session.workbench;
    await page.locator('.activitybar').getByRole('tab', { name: 'VM Backup' }).click();
    await page.locator('.monaco-workbench.hc-black').waitFor();
    for (const view of ['機器', '保存庫', '工作'])
      await page.locator('.pane-header').getByText(view, { exact: true }).waitFor();
    await page.getByRole('button', { name: '試用範例實驗室' }).first().waitFor();
    await hands.look('welcome');
  });

  for (const { shows, walk } of MACHINE_PATH) it(`one machine: ${shows}`, () => walk({ hands, words: CHINESE, image }));
  for (const { shows, walk } of VAULT_PATH) it(`a vault: ${shows}`, () => walk({ hands, words: CHINESE, image }));

  it('broke no content security policy and asked nobody outside of this computer', () => {
    assert.deepEqual(session.workbench.violations, []);
    assert.deepEqual(session.workbench.external, []);
  });
});
