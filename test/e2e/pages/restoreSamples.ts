import type { RestoreForm, RestoreSnapshot } from '../../../src/messages/restore';
import { machine, NOW } from './samples';

const GB = 1024 ** 3;

const form: RestoreForm = {
  pointId: 'p0',
  target: 'disks',
  folder: '/home/anna/Restored/db-01',
  storageAccountId: '',
  name: 'db-01-restored',
  resourceGroup: 'rg-databases',
  networkId: '',
  subnetId: '',
  typedName: '',
  rehydrationDays: '15',
  rehydrationPriority: 'Standard',
};

/** A whole machine to a folder; everything is right. */
export const restore: RestoreSnapshot = {
  machineName: 'db-01',
  points: machine.points ?? [],
  disks: [
    { name: 'db-01-os', sizeBytes: 32 * GB },
    { name: 'db-01-data', lun: 0, sizeBytes: 80 * GB },
    { name: 'db-01-logs', lun: 1, sizeBytes: 8 * GB },
  ],
  targets: [{ kind: 'disks' }, { kind: 'newMachine' }, { kind: 'replaceDisks' }],
  place: { kind: 'folder' },
  groups: ['rg-databases', 'rg-web'],
  notes: [
    'Disks are written as raw images. Machines of this computer have no networks and are not started, so the form asks for neither.',
  ],
  draft: form,
  checked: {
    form,
    ready: true,
    canCopy: true,
    checks: [
      { id: 'point', kind: 'ok', title: 'Recovery point', text: 'Today 02:00 · crash-consistent' },
      { id: 'jobs', kind: 'ok', title: 'Other jobs', text: 'None of db-01 is running.' },
      { id: 'vault', kind: 'ok', title: 'Vault', text: 'home-vault can be read.' },
      { id: 'folder', kind: 'ok', title: 'Folder', text: 'It can be written.' },
      { id: 'space', kind: 'ok', title: 'Free space', text: '412 GB free, at most 120 GB are written.' },
      { id: 'service', kind: 'ok', title: 'Check by the engine', text: 'Nothing stands in the way.' },
      { id: 'duration', kind: 'off', title: 'Duration', text: 'About 4 min 12 s, as the last restores.' },
    ],
  },
  now: NOW,
};

const replacing: RestoreForm = { ...form, target: 'replaceDisks', luns: [0], pointId: 'p2' };

/** Some disks in place of those of the machine, which runs. */
export const replaceDisks: RestoreSnapshot = {
  ...restore,
  draft: replacing,
  checked: {
    form: replacing,
    ready: false,
    canCopy: false,
    checks: [
      { id: 'point', kind: 'ok', title: 'Recovery point', text: 'Fri, 20 Nov 2026 16:04 · crash-consistent' },
      { id: 'jobs', kind: 'ok', title: 'Other jobs', text: 'None of db-01 is running.' },
      { id: 'vault', kind: 'running', title: 'Vault', text: 'Opening home-vault…' },
      {
        id: 'machine',
        kind: 'error',
        title: 'Machine',
        text: 'db-01 is running.',
        advice: 'Stop it. This is then checked again by itself.',
      },
      {
        id: 'space',
        kind: 'warning',
        title: 'Free space',
        text: '98.1 GB free, the disks have 112 GB.',
        advice: 'Only what is in use on the disks is written: that is less.',
      },
      { id: 'service', kind: 'off', title: 'Check by the engine', text: 'It is asked once the rest is right.' },
      {
        id: 'duration',
        kind: 'off',
        title: 'Duration',
        text: 'Not known yet: db-01 was not restored in the last 30 days.',
      },
    ],
  },
};

const network = '/subscriptions/0/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet-prod';
const azureForm: RestoreForm = { ...form, folder: '', target: 'newMachine', networkId: network };

/** A new machine on Azure: accounts and networks to choose from, and what is not offered. */
export const azureRestore: RestoreSnapshot = {
  ...restore,
  disks: [],
  targets: [
    { kind: 'disks' },
    { kind: 'newMachine' },
    { kind: 'replaceDisks', reason: 'The machine is not found any more: there are no disks to replace.' },
  ],
  place: {
    kind: 'account',
    accounts: [{ id: '/storageAccounts/stagingeastus', name: 'stagingeastus', group: 'rg-staging' }],
    hidden: 'Not offered: 3 outside eastus, where the recovery point is.',
  },
  networks: {
    all: [
      {
        id: network,
        name: 'vnet-prod',
        group: 'rg-net',
        subnets: [
          { id: `${network}/subnets/default`, name: 'default' },
          { id: `${network}/subnets/databases`, name: 'databases' },
        ],
      },
    ],
    hidden: 'Not offered: 2 outside eastus or without a subnet.',
  },
  notes: [],
  draft: azureForm,
  checked: {
    form: azureForm,
    ready: false,
    canCopy: false,
    checks: [
      { id: 'point', kind: 'ok', title: 'Recovery point', text: 'Today 02:00 · application-consistent' },
      { id: 'jobs', kind: 'ok', title: 'Other jobs', text: 'None of db-01 is running.' },
      {
        id: 'account',
        kind: 'error',
        title: 'Storage account',
        text: 'No storage account is chosen.',
        advice: 'Choose one that the disks are staged in.',
      },
      { id: 'name', kind: 'ok', title: 'New machine', text: 'db-01-restored is free in rg-databases.' },
      {
        id: 'network',
        kind: 'error',
        title: 'Network',
        text: 'The new machine is connected to no subnet.',
        advice: 'Choose a virtual network and a subnet of it.',
      },
      { id: 'service', kind: 'off', title: 'Check by Azure', text: 'It is asked once the rest is right.' },
    ],
  },
};

const archivedForm: RestoreForm = { ...azureForm, target: 'disks', storageAccountId: '/storageAccounts/stagingeastus' };

/** Disks from a recovery point that lies in the archive. */
export const archivedRestore: RestoreSnapshot = {
  ...azureRestore,
  points: restore.points.map((point) =>
    point.id === 'p0' ? { ...point, keptText: 'Yearly, until 2031-11-22', tierText: 'archive', archived: true } : point,
  ),
  targets: [{ kind: 'disks' }, { kind: 'newMachine' }, { kind: 'replaceDisks' }],
  draft: archivedForm,
  checked: {
    form: archivedForm,
    ready: true,
    canCopy: true,
    checks: [
      { id: 'point', kind: 'ok', title: 'Recovery point', text: 'Today 02:00 · application-consistent' },
      {
        id: 'rehydration',
        kind: 'warning',
        title: 'Rehydration',
        text: 'The recovery point is in the archive. Azure rehydrates it first, which takes hours and costs extra.',
        advice: 'It stays rehydrated for 15 days, which cannot be changed afterwards.',
      },
      { id: 'jobs', kind: 'ok', title: 'Other jobs', text: 'None of db-01 is running.' },
      { id: 'account', kind: 'ok', title: 'Storage account', text: 'It is in the location of the recovery point.' },
      { id: 'service', kind: 'ok', title: 'Check by Azure', text: 'Nothing stands in the way.' },
      { id: 'duration', kind: 'off', title: 'Duration', text: 'Hours: the recovery point is rehydrated first.' },
    ],
  },
};
