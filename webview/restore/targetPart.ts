import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { formatBytes } from '../../src/domain/sizes';
import type { RestoreDisk, RestoreForm, RestoreSnapshot, RestoreTargetKind } from '../../src/messages/restore';
import { isChosen, withDisk } from './formModel';
import type { FormContext } from './pointPart';

export interface TargetContext extends FormContext {
  readonly browse: () => void;
}

type TextField = Exclude<keyof RestoreForm, 'luns' | 'target'>;
interface Choice {
  readonly value: string;
  readonly label: string;
}

/** Which disks of the point. */
export function disksPart({ snapshot, form, texts, edit }: FormContext): TemplateResult {
  const { t } = texts;
  const { disks } = snapshot;
  const chosen = disks.filter((disk) => isChosen(form, disk));
  const bytes = chosen.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
  const toggle = (disk: RestoreDisk) => (event: Event) => {
    const on = event.target instanceof HTMLElement && 'checked' in event.target && event.target.checked === true;
    const { lun } = disk;
    // The element also reports as a change what it was drawn with.
    if (lun !== undefined) edit((now) => (on === isChosen(now, disk) ? now : withDisk(now, disks, lun, on)));
  };
  const label = ({ name, lun, sizeBytes }: RestoreDisk) => {
    const named = lun === undefined ? t('what.system', name) : name;
    return sizeBytes === undefined ? named : t('what.disk', named, formatBytes(sizeBytes));
  };
  return html`<section aria-labelledby="what">
    <h2 id="what">${t('what.heading')}</h2>
    ${
      disks.length === 0
        ? html`<p class="muted">${t('what.all')}</p>`
        : html`<div class="disks" role="group" aria-labelledby="what">
              ${disks.map(
                (disk) => html`<vscode-checkbox
                  .checked=${live(isChosen(form, disk))}
                  ?disabled=${disk.lun === undefined}
                  @change=${toggle(disk)}
                  >${label(disk)}</vscode-checkbox
                >`,
              )}
            </div>
            ${disks.length === 1 ? nothing : html`<p class="muted">${t('what.total', chosen.length, disks.length, formatBytes(bytes))}</p>`}`
    }
  </section>`;
}

/** Where the disks go, and what that needs to know. */
export function targetPart(context: TargetContext): TemplateResult {
  const { snapshot, form, texts } = context;
  const { t } = texts;
  return html`<section aria-labelledby="where">
    <h2 id="where">${t('where.heading')}</h2>
    <div role="radiogroup" aria-labelledby="where">${snapshot.targets.map((target) => targetView(context, target))}</div>
    <div class="fields">
      ${form.target === 'newMachine' ? newMachineFields(context) : nothing}
      ${form.target === 'replaceDisks' ? typedField(context) : nothing} ${placeFields(context)}
      ${form.target === 'newMachine' ? networkFields(context) : nothing}
    </div>
  </section>`;
}

function targetView(context: TargetContext, { kind, reason }: RestoreSnapshot['targets'][number]): TemplateResult {
  const { form } = context;
  const { label, hint } = targetWords(context, kind);
  return html`<div class="target">
    <label class="radio"
      ><input
        type="radio"
        name="target"
        value=${kind}
        aria-describedby="${kind}-hint"
        ?disabled=${reason !== undefined}
        .checked=${live(form.target === kind)}
        @change=${() => context.edit((now) => ({ ...now, target: kind }))}
      />${label}</label
    >
    <p class="hint" id="${kind}-hint">${reason ?? hint}</p>
  </div>`;
}

function targetWords({ snapshot, texts }: TargetContext, kind: RestoreTargetKind): { label: string; hint: string } {
  const { t } = texts;
  const inFolders = snapshot.place.kind === 'folder';
  switch (kind) {
    case 'disks':
      return inFolders
        ? { label: t('where.disks'), hint: t('where.disksHint') }
        : { label: t('where.disksAccount'), hint: t('where.disksAccountHint') };
    case 'newMachine':
      return { label: t('where.newMachine'), hint: t('where.newMachineHint') };
    default:
      return {
        label: t('where.replaceDisks', snapshot.machineName),
        hint: t(inFolders ? 'where.replaceDisksHint' : 'where.replaceDisksAccountHint'),
      };
  }
}

function placeFields(context: TargetContext): TemplateResult | typeof nothing {
  const { snapshot, form, texts } = context;
  const { t } = texts;
  const { place } = snapshot;
  if (place.kind === 'account') {
    return html`${select(context, 'storageAccountId', {
      label: t('account.label'),
      none: t('account.none'),
      hint: place.hidden,
      choices: place.accounts.map(({ id, name, group }) => ({ value: id, label: t('choice.ofGroup', name, group) })),
    })}
    ${form.target === 'disks' ? groupField(context) : nothing}`;
  }
  if (form.target === 'replaceDisks') return nothing;
  return html`<div class="field">
    <label for="folder">${t('folder.label')}</label>
    <div class="with-button">
      <input
        id="folder"
        type="text"
        spellcheck="false"
        aria-describedby="folder-hint"
        .value=${live(form.folder)}
        @input=${(event: Event) => setTo(context, 'folder', valueOf(event))}
      />
      <vscode-button appearance="secondary" @click=${context.browse}>${t('folder.browse')}</vscode-button>
    </div>
    <p class="hint" id="folder-hint">${t('folder.hint')}</p>
  </div>`;
}

function newMachineFields(context: TargetContext): TemplateResult {
  return html`${text(context, 'name', context.texts.t('name.label'))} ${groupField(context)}`;
}

function groupField(context: TargetContext): TemplateResult {
  return select(context, 'resourceGroup', {
    label: context.texts.t('group.label'),
    choices: context.snapshot.groups.map((name) => ({ value: name, label: name })),
  });
}

function networkFields(context: TargetContext): TemplateResult | typeof nothing {
  const { snapshot, form, texts, edit } = context;
  const { t } = texts;
  const { networks } = snapshot;
  if (!networks) return nothing;
  const chosen = networks.all.find(({ id }) => id === form.networkId);
  const subnets = chosen?.subnets ?? [];
  return html`${select(context, 'networkId', {
    label: t('network.label'),
    none: t('network.none'),
    hint: networks.hidden,
    choices: networks.all.map(({ id, name, group }) => ({ value: id, label: t('choice.ofGroup', name, group) })),
    choose: (networkId) => {
      const found = networks.all.find(({ id }) => id === networkId)?.subnets ?? [];
      const subnetId = found.length === 1 ? (found[0]?.id ?? '') : '';
      edit((now) => ({ ...now, networkId, subnetId }));
    },
  })}
  ${select(context, 'subnetId', {
    label: t('subnet.label'),
    none: t('subnet.none'),
    choices: subnets.map(({ id, name }) => ({ value: id, label: name })),
  })}`;
}

function typedField(context: TargetContext): TemplateResult {
  const { t } = context.texts;
  return text(context, 'typedName', t('typed.label', context.snapshot.machineName), t('typed.hint'));
}

function text(context: TargetContext, name: TextField, label: string, hint?: string): TemplateResult {
  return html`<div class="field">
    <label for=${name}>${label}</label>
    <input
      id=${name}
      type="text"
      spellcheck="false"
      aria-describedby=${hint === undefined ? nothing : `${name}-hint`}
      .value=${live(context.form[name])}
      @input=${(event: Event) => setTo(context, name, valueOf(event))}
    />
    ${hint === undefined ? nothing : html`<p class="hint" id="${name}-hint">${hint}</p>`}
  </div>`;
}

interface SelectOptions {
  readonly label: string;
  readonly choices: readonly Choice[];
  /** The line that stands for no choice. */
  readonly none?: string;
  readonly hint?: string | undefined;
  readonly choose?: (value: string) => void;
}

function select(context: TargetContext, name: TextField, options: SelectOptions): TemplateResult {
  const { label, choices, none, hint } = options;
  const choose = options.choose ?? ((value: string) => setTo(context, name, value));
  const value = context.form[name];
  return html`<div class="field">
    <label for=${name}>${label}</label>
    <select
      id=${name}
      aria-describedby=${hint === undefined ? nothing : `${name}-hint`}
      .value=${live(value)}
      @change=${(event: Event) => choose(valueOf(event))}
    >
      ${none === undefined ? nothing : html`<option value="" ?selected=${value === ''}>${none}</option>`}
      ${choices.map((choice) => html`<option value=${choice.value} ?selected=${choice.value === value}>${choice.label}</option>`)}
    </select>
    ${hint === undefined ? nothing : html`<p class="hint" id="${name}-hint">${hint}</p>`}
  </div>`;
}

function setTo({ edit }: FormContext, name: TextField, value: string): void {
  edit((now) => ({ ...now, [name]: value }));
}

function valueOf({ target }: Event): string {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement ? target.value : '';
}
