import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  closeSync,
  cpSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { DemoPoint, DemoResult } from '../../src/cli/demo/demo';
import { attachTo } from '../../src/client/local/attachTo';
import { announced, Engines, endpointOf, type Run } from '../engine/process/support/engines';
import { waitFor } from '../support/waitFor';

const MIB = 1024 ** 2;

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function startScript(script: string, args: readonly string[], env: NodeJS.ProcessEnv): Run {
  const inherited = { ...process.env, VMBACKUP_DATA: undefined };
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...inherited, ...env },
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  return { child, output, code: once(child, 'close').then(([code]: (number | null)[]) => code ?? null) };
}

/** The one JSON object that a command printed on stdout. */
function json({ stdout, stderr }: Outcome) {
  assert.match(stdout, /^\{[^\n]*\}\n$/, `no single JSON object: ${stdout}${stderr}`);
  return JSON.parse(stdout);
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function flipByte(file: string): void {
  const bytes = readFileSync(file);
  const at = bytes.length >> 1;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** What every demo must show. */
function proven({ ok, points, sizeBytes, seconds }: DemoResult): readonly [DemoPoint, DemoPoint] {
  assert.equal(ok, true);
  assert.ok(seconds > 0);
  const [first, second] = points;
  assert.ok(first && second && points.length === 2);
  for (const point of points) {
    assert.equal(point.readBytes, sizeBytes);
    assert.equal(point.restoredSha256, point.sourceSha256);
  }
  assert.notEqual(second.sourceSha256, first.sourceSha256);
  assert.ok(second.changedBytes > 0);
  assert.ok(second.storedBytes <= 3 * second.changedBytes + MIB, `${second.storedBytes} of ${second.changedBytes}`);
  return [first, second];
}

/** As the build does it: the engine stays in its own bundle. */
const engineOnce: Plugin = {
  name: 'engine once',
  setup(bundler) {
    bundler.onResolve({ filter: /engine\/main$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './engine.js', external: true } : undefined,
    );
  },
};

describe('command line', () => {
  const engines = new Engines();
  const dist = join(engines.root, 'dist');
  const images = join(engines.root, 'images');
  let runs = 0;

  before(async () => {
    mkdirSync(images);
    await build({
      entryPoints: {
        cli: 'src/cli/main.ts',
        engine: 'src/engine/main.ts',
        'engine-worker': 'src/engine/worker.ts',
      },
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node22',
      outdir: dist,
      supported: { 'dynamic-import': false },
      loader: { '.zst': 'binary' },
      define: { __VERSION__: '"1.2.3"' },
      plugins: [engineOnce],
      logLevel: 'warning',
    });
  });
  after(() => engines.close());

  /** Starts a command with a temporary folder of its own. */
  const start = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Run & { readonly tmp: string } => {
    const tmp = join(engines.root, `tmp-${++runs}`);
    mkdirSync(tmp);
    const home = { HOME: engines.root, XDG_DATA_HOME: join(engines.root, 'xdg') };
    return { ...startScript(join(dist, 'cli.js'), args, { ...home, TMPDIR: tmp, ...env }), tmp };
  };
  const run = async (...args: string[]): Promise<Outcome> => {
    const { code, output } = start(args);
    return { code: await code, ...output };
  };
  const image = (name: string, content: Buffer): string => {
    const file = join(images, name);
    writeFileSync(file, content);
    return file;
  };

  /** Runs the demo on an image, which must be left as it was, as must the temporary folder. */
  const demo = async (file: string): Promise<DemoResult> => {
    const before = { hash: sha256(file), mtime: statSync(file).mtimeMs };
    const { code, output, tmp } = start(['demo', '--disk', file, '--json']);
    assert.equal(await code, 0, output.stderr);
    assert.match(output.stderr, /^Needs at most [\d.]+ [KMG]B of room in /);
    assert.deepEqual({ hash: sha256(file), mtime: statSync(file).mtimeMs }, before);
    assert.deepEqual(readdirSync(tmp), []);
    const result: DemoResult = json({ code: 0, ...output });
    assert.equal(result.points[0]?.sourceSha256, before.hash);
    return result;
  };

  describe('words and exit codes', () => {
    it('shows all commands and the exit codes with --help', async () => {
      const { code, stdout, stderr } = await run('--help');
      assert.deepEqual([code, stderr], [0, '']);
      const commands = 'demo vault machine policy protect backup jobs points restore serve verify repair version';
      for (const command of commands.split(' ')) assert.match(stdout, new RegExp(`^  ${command} `, 'm'));
      assert.match(stdout, /0 done, 1 failed with the reason, 2 wrong usage/);
      assert.ok(stdout.split('\n').every((line) => line.length <= 80));
    });

    it('prints its version', async () => {
      assert.equal((await run('version')).stdout, '1.2.3\n');
      assert.equal(json(await run('version', '--json')).version, '1.2.3');
    });

    const misuses: readonly (readonly [string, RegExp])[] = [
      ['', /Usage: vm-backup <command>/],
      ['vault', /Usage: vm-backup vault/],
      ['frobnicate', /unknown command 'frobnicate'\nAdd --help/],
      ['vault creat', /Did you mean create\?/],
      ['vault create', /missing required argument 'name'/],
      ['vault create v2 --replication Foo', /Allowed choices are LocallyRedundant, GeoRedundant/],
      ['machine add web', /required option '--disk <file...>' not specified/],
      ['machine add web --disk x --os Plan9', /Allowed choices are Linux, Windows/],
      ['vault list more', /too many arguments/],
      ['demo --disk', /'--disk <file>' argument missing/],
      ['serve --port 70000', /A port from 0 to 65535/],
      ['backup web --retain-until soon', /A date is needed, for example/],
      ['policy create daily --vault v --time 25:00', /A time as HH:MM is needed/],
      ['policy create daily --vault v --time-zone Mars', /A time zone is needed/],
      ['policy create daily --vault v --weekly Monday,Foo', /Foo is not a day of the week/],
    ];
    it('tells wrong usage on stderr, with --json also as the one object, and exits with 2', async () => {
      await Promise.all(
        misuses.map(async ([line, text]) => {
          const args = line.split(' ').filter(Boolean);
          const said = await run(...args);
          assert.deepEqual([said.code, said.stdout], [2, ''], line);
          assert.match(said.stderr, text, line);
          if (line.endsWith('--disk')) return; // takes --json as its argument
          const told = await run('--json', ...args);
          assert.equal(told.code, 2);
          assert.equal(json(told).error.code, 'WrongUsage', line);
        }),
      );
    });

    it('says why a data folder cannot be used', async () => {
      const file = image('file-in-place-of-a-folder', Buffer.from('x'));
      const failed = await run('vault', 'list', '--data', file, '--json');
      assert.equal(failed.code, 1);
      assert.equal(json(failed).error.code, 'EngineFolderNotWritable');
      assert.ok(failed.stderr.includes(file));
    });
  });

  describe('from a disk image to its restored copy', () => {
    let data: string;
    let disk: string;
    let content: Buffer;
    let recoveryKey: string;
    const say = async (...args: string[]) => run('--data', data, ...args);
    const ask = async (...args: string[]) => json(await run(...args, '--json', '--data', data));
    /** What a command that must work prints for people. */
    const text = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await say(...args);
      assert.equal(code, 0, stderr);
      return stdout;
    };

    before(async () => {
      data = engines.dataFolder();
      content = randomBytes(5_000_007);
      disk = image('web.raw', content);
    });

    it('starts with empty lists that say what to do', async () => {
      assert.match(
        await text('vault', 'list'),
        /^There is no vault yet\. Create one: vm-backup vault create <name>\n$/,
      );
      assert.match(await text('machine', 'list'), /^There is no machine yet/);
      assert.match(await text('jobs'), /^There is no job yet/);
      assert.deepEqual(await ask('vault', 'list'), { vaults: [] });
    });

    it('creates a vault and shows its recovery key once', async () => {
      const created = await ask('vault', 'create', 'home');
      assert.equal(created.vault.name, 'home');
      recoveryKey = created.recoveryKey;
      assert.match(recoveryKey, /^VMB1-/);
      assert.match(await text('vault', 'create', 'other'), /^Created vault other.*\nRecovery key: VMB1-/);
      const again = await say('vault', 'create', 'HOME');
      assert.equal(again.code, 1);
      assert.match(again.stderr, /There is a vault home in vm-backup already/);
    });

    it('says which rule a vault name breaks', async () => {
      const names = { a: /at least 2 characters/, '1abc': /must start with a letter/, 'a b': /only letters, digits/ };
      for (const [name, rule] of Object.entries(names)) {
        const { code, stderr } = await say('vault', 'create', name);
        assert.equal(code, 1);
        assert.match(stderr, rule);
      }
    });

    it('adds a machine, and says what is wrong with a disk', async () => {
      assert.match(await text('machine', 'add', 'web', '--disk', disk), /^Added web: 1 disk, 4\.8 MB\.\n$/);
      assert.match(await text('machine', 'add', 'web', '--disk', disk), /^Changed web/);
      assert.equal((await ask('machine', 'list')).machines[0].disks[0].path, disk);
      const missing = await say('machine', 'add', 'db', '--disk', join(images, 'none.raw'), '--json');
      assert.equal(missing.code, 1);
      assert.equal(json(missing).error.code, 'LocalDiskNotFound');
      assert.equal((await ask('machine', 'add', 'db', '--disk', images)).error.code, 'LocalDiskIsDirectory');
    });

    it('creates a policy in a time zone of either kind of name', async () => {
      const { policy } = await ask('policy', 'create', 'berlin', '--vault', 'home', '--time-zone', 'Europe/Berlin');
      assert.equal(policy.rule.timeZone, 'W. Europe Standard Time');
      const weekly = ['policy', 'create', 'week', '--vault', 'home', '--weekly', 'Monday,thursday'];
      assert.match(await text(...weekly, '--keep-monthly', '3'), /^Saved policy week in home/);
      assert.match(await text('policy', 'list', '--vault', 'home'), /\nweek +Weekly +22:00 +UTC +0\n/);
      const short = await ask('policy', 'create', 'short', '--vault', 'home', '--keep-daily', '3');
      assert.deepEqual(short.error.details, ['Keep daily backup points for 7 to 9999 days.']);
    });

    it('names what there is when a name is unknown', async () => {
      const cases = [
        [['vault', 'show', 'nope'], 'There is no vault nope.\nKnown: home in vm-backup, other in vm-backup.'],
        [['protect', 'nope', '--vault', 'home'], 'There is no machine nope.\nKnown: web.'],
        [
          ['protect', 'web', '--vault', 'home', '--policy', 'p'],
          'There is no policy p in home.\nKnown: DefaultPolicy, EnhancedPolicy',
        ],
        [
          ['backup', 'web'],
          'There is no protected machine web.\nThere is none yet. Protect it first: vm-backup protect web',
        ],
      ] as const;
      for (const [args, words] of cases) {
        const { code, stderr } = await say(...args);
        assert.equal(code, 1);
        assert.ok(stderr.startsWith(words), stderr);
      }
    });

    it('protects, backs up and restores', async () => {
      assert.match(
        await text('protect', 'web', '--vault', 'home'),
        /Warning \(Initial backup pending\)\.\nMake its first/,
      );
      const none = await say('restore', 'web', '--to', join(engines.root, 'out'));
      assert.match(none.stderr, /web has no recovery point yet/);
      assert.match(await text('backup', 'web'), /^Backed up web in .*read 4\.8 MB, new 4\.8 MB/);
      const { job, statistics } = await ask('backup', 'web');
      assert.equal(job.status, 'Completed');
      assert.deepEqual([statistics.readBytes, statistics.newBytes], [5_000_007, 0]);
      const { points } = await ask('points', 'web');
      assert.equal(points.length, 2);
      assert.match(
        await text('points', 'web'),
        /^POINT +TIME .*\n\d+ +\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ +CrashConsistent/,
      );

      const out = join(engines.root, 'out');
      const { files } = await ask('restore', 'web', '--to', out, '--point', points[1].name);
      assert.deepEqual(readFileSync(files[0].path), content);
      assert.match(await text('restore', 'web', '--to', out), /every chunk was checked\.\n {2}\/.*\.raw\n$/);
      const wrong = await say('restore', 'web', '--to', out, '--point', '1');
      assert.match(wrong.stderr, /web has no recovery point 1\.\nKnown: \d+, \d+\./);

      assert.match(await text('vault', 'show', 'home'), /\n2 recovery points, .* stored\n {2}web: protected, policy D/);
      assert.match(await text('jobs', '--vault', 'home'), /Restore +web +Completed/);
    });

    it('finds a flipped byte, names point and disk, and mends it with the next backup', async () => {
      assert.match(await text('verify'), /home: whole, 2 points, .*\nother: whole.*\nEverything is whole\.\n$/);
      const packs = filesBelow(join(data, 'sites')).filter((file) => file.includes('/packs/'));
      flipByte(packs.toSorted((a, b) => statSync(b).size - statSync(a).size)[0] ?? '');

      const damaged = await say('verify', '--json');
      assert.equal(damaged.code, 1);
      const report = json(damaged);
      assert.equal(report.ok, false);
      const { name: point } = (await ask('points', 'web')).points[0];
      const said = await say('verify');
      assert.equal(said.code, 1);
      assert.match(said.stdout, new RegExp(`home: DAMAGED, 2 points[^]*Point ${point}, disk web-os: `));

      const out = join(engines.root, 'out');
      const refused = await say('restore', 'web', '--to', out, '--json');
      assert.equal(refused.code, 1);
      assert.equal(json(refused).error.code, 'LocalChunkDamaged');
      assert.match(refused.stderr, /^Restore of web failed\./);

      assert.ok((await ask('backup', 'web')).statistics.newBytes > 0);
      assert.equal((await say('verify')).code, 0);
    });

    it('makes a lost index anew', async () => {
      for (const file of filesBelow(join(data, 'sites'))) if (file.includes('/index/')) rmSync(file);
      const { ok, vaults } = await ask('repair');
      assert.equal(ok, true);
      assert.equal(vaults[0].adoptedPoints, 0);
      assert.match(await text('repair'), /^home: \d packs indexed, .*\nDone\.\n$/s);
      assert.match(await text('verify'), /Everything is whole/);
      const { files } = await ask('restore', 'web', '--to', join(engines.root, 'out'));
      assert.deepEqual(readFileSync(files[0].path), content);
    });

    describe('without its data folder', () => {
      let drive: string;
      let keyFile: string;
      let found: string;
      const attach = (folder: string, target: string, ...more: string[]) =>
        run('attach', '--data', folder, '--target', target, '--recovery-key-file', keyFile, ...more);

      before(() => {
        drive = join(engines.root, 'drive');
        keyFile = join(engines.root, 'recovery-key.txt');
        found = engines.dataFolder();
        writeFileSync(keyFile, `${recoveryKey}\n`);
      });

      it('attaches the vault, only to read it while its engine lives', async () => {
        const owned = join(data, 'sites', 'local');
        const other = engines.dataFolder();
        const noKey = await run('attach', '--target', owned, '--recovery-key-file', drive, '--data', other, '--json');
        assert.equal(json(noKey).error.code, 'RecoveryKeyFileUnreadable');
        assert.equal(json(await attach(other, images, '--json')).error.code, 'LocalAttachNothingFound');
        const { code, stdout, stderr } = await attach(other, owned);
        assert.equal(code, 0, stderr);
        assert.match(stdout, /^Attached vault home in vm-backup: 3 recovery points, policies DefaultPolicy\.\n/);
        assert.match(stdout, /\nweb +3\nIt belongs to the engine of [^]*--take-over\.\n$/);
        const refused = await run('rotate-key', 'home', '--data', other, '--json');
        assert.deepEqual([refused.code, json(refused).error.code], [1, 'LocalVaultReadOnly']);
      });

      it('takes it over once its computer is lost, restores, and goes on backing up what is new', async () => {
        cpSync(join(data, 'sites', 'local'), drive, { recursive: true });
        process.kill(endpointOf(data)?.pid ?? assert.fail(), 'SIGKILL');
        rmSync(data, { recursive: true, maxRetries: 5 });
        data = found; // from here on `ask` and `text` talk to the engine that found it
        const attached = json(await attach(found, drive, '--take-over', '--json'));
        assert.deepEqual([attached.readOnly, attached.recoveryPoints, attached.problems], [false, 3, []]);
        const { points } = await ask('points', 'web');
        assert.equal(points.length, 3);
        for (const { name } of points) {
          const { files } = await ask('restore', 'web', '--to', join(engines.root, 'out'), '--point', name);
          assert.deepEqual(readFileSync(files[0].path), content);
        }
        await text('machine', 'add', 'web', '--disk', disk);
        await text('protect', 'web', '--vault', 'home');
        assert.equal((await ask('backup', 'web')).statistics.newBytes, 0);
      });

      it('rotates its recovery key: the old one opens it no more, the new one does', async () => {
        const rotated = await ask('rotate-key', 'home');
        assert.match(rotated.recoveryKey, /^VMB1-/);
        assert.notEqual(rotated.recoveryKey, recoveryKey);
        const third = engines.dataFolder();
        assert.equal(json(await attach(third, drive, '--json')).error.code, 'LocalVaultUnreadable');
        writeFileSync(keyFile, rotated.recoveryKey);
        const attached = json(await attach(third, drive, '--json'));
        assert.deepEqual([attached.readOnly, attached.recoveryPoints], [true, 4]);
      });
    });
  });

  describe('serve', () => {
    it('announces itself in one line, is found by others and stops on SIGTERM', async () => {
      const data = engines.dataFolder();
      const serving = start(['serve', '--data', data, '--port', '0']);
      const line = await announced(serving);
      assert.deepEqual(Object.keys(line), ['endpoint', 'token', 'subscriptionId', 'version']);
      assert.match(line.endpoint ?? '', /^http:\/\/127\.0\.0\.1:\d+$/);
      const second = await run('serve', '--data', data, '--port', '1');
      assert.equal(second.code, 0);
      assert.deepEqual(JSON.parse(second.stdout), line);
      assert.match(second.stderr, /already running[^]*keeps its endpoint/);
      assert.deepEqual(json(await run('vault', 'list', '--json', '--data', data)), { vaults: [] });

      serving.child.kill('SIGTERM');
      assert.equal(await serving.code, 0);
      assert.equal(serving.output.stdout.split('\n').length, 2);
      assert.match(serving.output.stderr, /stopping: SIGTERM\n.*stopped\n$/);
      assert.equal(endpointOf(data), undefined);
    });

    it('takes its data folder from the environment, and serves on its socket', async () => {
      const data = engines.dataFolder();
      const serving = start(['serve'], { VMBACKUP_DATA: data });
      assert.equal((await announced(serving)).endpoint, join(data, 'engine.sock'));
      serving.child.kill('SIGTERM');
      assert.equal(await serving.code, 0);
    });

    it('lets a group in by a folder of its own, which its members name as the endpoint', async () => {
      const data = engines.dataFolder();
      const group = String(process.getgid?.());
      const serving = start(['serve', '--data', data, '--socket-group', group]);
      const line = await announced(serving);
      const clients = `${data}.clients`;
      assert.equal(line.endpoint, join(clients, 'engine.sock'));
      assert.equal((await attachTo(clients)).token, line.token);
      assert.deepEqual(json(await run('vault', 'list', '--json', '--data', data)), { vaults: [] });
      assert.match((await run('serve', '--data', data, '--socket-group', group)).stderr, /already lets in whom it did/);

      serving.child.kill('SIGTERM');
      assert.equal(await serving.code, 0);
      assert.deepEqual(readdirSync(clients), []);
    });

    it('does not start for a group that does not exist', async () => {
      const failed = await run('serve', '--data', engines.dataFolder(), '--socket-group', 'no-such-group', '--json');
      assert.equal(failed.code, 1);
      assert.equal(json(failed).error.code, 'EngineGroupUnusable');
      assert.match(failed.stderr, /Name a group that exists/);
    });
  });

  describe('demo', () => {
    it('proves itself on 1 MiB of random bytes', async () => {
      const result = await demo(image('one.raw', randomBytes(MIB)));
      assert.equal(result.sizeBytes, MIB);
      const [first] = proven(result);
      assert.equal(first.newBytes, MIB);
    });

    it('proves itself on a size that is no multiple of anything', async () => {
      const result = await demo(image('odd.raw', randomBytes(5_000_007)));
      assert.equal(result.sizeBytes, 5_000_007);
      assert.ok(result.vaultBytes > 5_000_007);
      proven(result);
    });

    it('proves itself on a sparse image', async () => {
      const file = join(images, 'sparse.raw');
      const fd = openSync(file, 'w');
      ftruncateSync(fd, 64 * MIB);
      writeSync(fd, randomBytes(MIB), 0, MIB, 20 * MIB);
      closeSync(fd);
      const result = await demo(file);
      assert.equal(result.sizeBytes, 64 * MIB);
      assert.ok(result.allocatedBytes < 2 * MIB);
      const [first] = proven(result);
      assert.ok(first.newBytes < 4 * MIB);
    });

    it('proves itself on the sample lab, with a table for people', async () => {
      const { code, output, tmp } = start(['demo']);
      assert.equal(await code, 0, output.stderr);
      assert.match(
        output.stdout,
        /\nPOINT +CHANGED +READ +NEW +STORED +BACKUP +RESTORE +RESTORED FILE\n1 .* identical\n2 /,
      );
      assert.match(
        output.stdout,
        /Both points restore byte for byte\. Done in [\d.]+ s, and the temporary folder is removed/,
      );
      assert.match(output.stderr, /Enabled backup of .*: Warning \(Initial backup pending\)/);
      assert.deepEqual(readdirSync(tmp), []);
    });

    it('refuses what is no disk image', async () => {
      const files = {
        LocalDiskNotFound: join(images, 'none.raw'),
        LocalDiskIsDirectory: images,
        LocalDiskEmpty: image('empty.raw', Buffer.alloc(0)),
      };
      for (const [error, file] of Object.entries(files)) {
        const { code, output, tmp } = start(['demo', '--json', '--disk', file]);
        assert.equal(await code, 1);
        const failed = json({ code: 1, ...output });
        assert.equal(failed.ok, false);
        assert.equal(failed.error.code, error);
        assert.ok(output.stderr.includes(file));
        assert.deepEqual(readdirSync(tmp), []);
      }
    });

    for (const moment of ['Starting the engine', 'Enabled backup', 'Changed', 'Restored point']) {
      it(`leaves nothing when it is stopped after "${moment}"`, async () => {
        const file = image('interrupted.raw', randomBytes(20 * MIB));
        const { child, code, output, tmp } = start(['demo', '--json', '--disk', file]);
        await waitFor(moment, () => output.stderr.includes(moment), { everyMs: 2 });
        child.kill('SIGINT');
        child.kill('SIGINT'); // impatience does not cut off the tidying up
        assert.equal(await code, 1);
        assert.equal(json({ code: 1, ...output }).error.code, 'Interrupted');
        assert.deepEqual(readdirSync(tmp), []);
        const left = engines.running().filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(tmp));
        assert.deepEqual(left, []);
      });
    }
  });
});
