// Makes the sample disks in src/engine/machines/lab/assets: `npm run lab:assets`, on Node 24.
// Only for maintainers. Needs the Debian packages dosfstools, mtools, e2fsprogs and gdisk.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import { bootFiles, databaseFiles, databaseSystemFiles, labTime, webFiles } from './lab-files.mjs';
import { root } from './paths.mjs';

const MiB = 1024 * 1024;
const blockSize = 4096;
const assets = join(root, 'src/engine/machines/lab/assets');
const work = mkdtempSync(join(tmpdir(), 'lab-'));

/** Ids are fixed and times come from here, so that the same tools make the same bytes. */
const env = {
  ...process.env,
  PATH: `${process.env.PATH}:/usr/sbin:/sbin`,
  TZ: 'UTC',
  SOURCE_DATE_EPOCH: String(labTime / 1000),
  E2FSPROGS_FAKE_TIME: String(labTime / 1000),
};
const uuid = (n) => `5a3b1e00-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** `size` and partition `length` in MiB; the first partition starts at 1 MiB, the last MiB is GPT's. */
const machines = [
  {
    name: 'sample-web',
    disks: [
      {
        file: 'disk.img',
        id: 10,
        size: 64,
        partitions: [
          { type: 'ef00', label: 'boot', length: 8, make: makeFat, files: bootFiles },
          { type: '8300', label: 'root', length: 54, make: makeExt4, files: webFiles },
        ],
        changeable: ['/srv/www/index.html', '/srv/www/access.log'],
      },
    ],
  },
  {
    name: 'sample-db',
    disks: [
      {
        file: 'os.img',
        id: 20,
        size: 32,
        partitions: [{ type: '8300', label: 'root', length: 30, make: makeExt4, files: databaseSystemFiles }],
        changeable: [],
      },
      {
        file: 'data.img',
        id: 30,
        size: 32,
        partitions: [{ type: '8300', label: 'data', length: 30, make: makeExt4, files: databaseFiles }],
        changeable: ['/orders.tbl'],
      },
    ],
  },
];

try {
  mkdirSync(assets, { recursive: true });
  const lab = machines.map(({ name, disks }) => ({
    name,
    osType: 'Linux',
    disks: disks.map((disk) => makeDisk(name, disk)),
  }));
  writeFileSync(join(assets, 'lab.json'), `${JSON.stringify({ machines: lab }, null, 2)}\n`);
} finally {
  rmSync(work, { recursive: true });
}

/** Writes the disk's asset and returns its entry of lab.json. */
function makeDisk(machine, { file, id, size, partitions, changeable }) {
  const image = join(work, `${machine}-${file}`);
  writeFileSync(image, '');
  truncateSync(image, size * MiB);
  run('sgdisk', ['--clear', `--disk-guid=${uuid(id)}`, image]);

  const placed = [];
  const changeableFiles = [];
  let start = 1;
  for (const [index, { type, label, length, make, files }] of partitions.entries()) {
    const number = index + 1;
    const sector = (start * MiB) / 512;
    run('sgdisk', [
      `--new=${number}:${sector}:${sector + (length * MiB) / 512 - 1}`,
      `--typecode=${number}:${type}`,
      `--partition-guid=${number}:${uuid(id + number)}`,
      `--change-name=${number}:${label}`,
      image,
    ]);
    const partition = join(work, `${machine}-${basename(file)}-${number}`);
    writeFileSync(partition, '');
    truncateSync(partition, length * MiB);
    const fileSystem = make(partition, { label, id: uuid(id + number), files });
    writeAt(image, start * MiB, readFileSync(partition));
    placed.push({ offset: start * MiB, length: length * MiB, fileSystem });
    for (const path of changeable.filter((name) => name in files)) {
      changeableFiles.push({
        path,
        size: files[path].length,
        extents: extents(partition, path, start * MiB, files[path].length),
      });
    }
    start += length;
  }

  const bytes = readFileSync(image);
  const asset = `${machine}-${file}.zst`;
  const params = { [constants.ZSTD_c_compressionLevel]: 22, [constants.ZSTD_c_windowLog]: 26 };
  const compressed = zstdCompressSync(bytes, { params });
  writeFileSync(join(assets, asset), compressed);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  console.log(`${asset}: ${compressed.length} bytes, sha256 ${sha256}`);
  return { file, asset, size: bytes.length, sha256, partitions: placed, changeable: changeableFiles };
}

function makeFat(image, { label, id, files }) {
  const serial = id.replaceAll('-', '').slice(-8);
  run('mkfs.vfat', ['-F', '16', '-s', '1', '-n', label.toUpperCase(), '-i', serial, '--invariant', image]);
  for (const [path, text] of Object.entries(files)) {
    const source = join(work, basename(path));
    writeFileSync(source, text);
    run('mcopy', ['-i', image, source, `::${path}`]);
  }
  return 'vfat';
}

/** Without metadata_csum: rewriting a file's blocks in place then leaves nothing to correct. */
function makeExt4(image, { label, id, files }) {
  const features = '^metadata_csum,^metadata_csum_seed,^orphan_file';
  const extended = `hash_seed=${id},lazy_itable_init=0,lazy_journal_init=0,root_owner=0:0`;
  run('mkfs.ext4', [
    '-q',
    '-b',
    String(blockSize),
    '-N',
    '1024',
    '-L',
    label,
    '-U',
    id,
    '-O',
    features,
    '-E',
    extended,
    image,
  ]);

  // debugfs rather than `mkfs.ext4 -d`, which would copy the times and the order of a real folder.
  const commands = [];
  const folders = new Set(['/']);
  for (const [path, text] of Object.entries(files)) {
    for (const folder of parents(path)) {
      if (!folders.has(folder)) commands.push(`mkdir ${folder}`);
      folders.add(folder);
    }
    const source = join(work, path.replaceAll('/', '_'));
    writeFileSync(source, text, { mode: 0o644 });
    commands.push(`cd ${dirname(path)}`, `write ${source} ${basename(path)}`, 'cd /');
  }
  const script = join(work, 'commands');
  writeFileSync(script, `${commands.join('\n')}\n`);
  run('debugfs', ['-w', '-f', script, image]);
  run('e2fsck', ['-fn', image]);
  return 'ext4';
}

/** Folders above a path, outermost first. */
function parents(path) {
  const above = dirname(path);
  return above === '/' ? ['/'] : [...parents(above), above];
}

/** Where a file's bytes are in the disk: `[{ offset, length }]`, whole blocks. */
function extents(partition, path, start, size) {
  const blocks = run('debugfs', ['-R', `blocks ${path}`, partition])
    .trim()
    .split(/\s+/)
    .map(Number);
  if (blocks.length !== Math.ceil(size / blockSize)) throw new Error(`${path} has holes or an extent tree`);
  const found = [];
  for (const block of blocks) {
    const offset = start + block * blockSize;
    const last = found.at(-1);
    if (last && last.offset + last.length === offset) last.length += blockSize;
    else found.push({ offset, length: blockSize });
  }
  return found;
}

function writeAt(file, position, bytes) {
  const handle = openSync(file, 'r+');
  writeSync(handle, bytes, 0, bytes.length, position);
  closeSync(handle);
}

function run(command, args) {
  return execFileSync(command, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
