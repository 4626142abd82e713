import { html, nothing, type TemplateResult } from 'lit';
import type {
  VaultFacts,
  VaultItemRow,
  VaultJobRow,
  VaultPart,
  VaultRequest,
  VaultSnapshot,
} from '../../src/messages/vault';
import type { VaultStringKey } from '../../src/messages/vaultStrings';
import { duration } from '../ui/duration';
import { stateIcon, stateLabel } from '../ui/icons';
import { dataTable } from '../ui/table';
import type { Texts } from '../ui/texts';
import type { TimeFormat } from '../ui/time';
import { tiles } from './vaultModel';

/** What the parts of the dashboard draw from. */
export interface VaultViewContext {
  readonly snapshot: VaultSnapshot;
  readonly texts: Texts<VaultStringKey>;
  readonly times: TimeFormat;
  readonly lang: string;
  readonly refreshing: boolean;
  readonly send: (request: VaultRequest) => void;
}

/** Name, facts and actions of the vault, or of all vaults. */
export function headerView(context: VaultViewContext): TemplateResult {
  const { snapshot, texts, times, refreshing, send } = context;
  const { one, vaults, asOf } = snapshot;
  const { t } = texts;
  return html`<header class="page">
      <div class="titles">
        <h1>${one?.vault.name ?? t('header.all')}</h1>
        <p class="muted">${one ? t('header.kind') : t('header.kindAll', vaults.length)}</p>
      </div>
      <div class="actions">
        ${scopeView(context)}
        ${
          one?.heldElsewhere === undefined
            ? html`<vscode-button @click=${() => send({ action: 'enableBackup' })}>${t('action.enableBackup')}</vscode-button>`
            : nothing
        }
        <vscode-button appearance="secondary" ?disabled=${refreshing} @click=${() => send({ action: 'refresh' })}
          >${t(refreshing ? 'action.refreshing' : 'action.refresh')}</vscode-button
        >
      </div>
    </header>
    <section aria-label=${t('header.about')}>
      ${one ? vaultFactsView(one, context) : nothing}
      <p class="hint note">${t('header.asOf', times.dateTime(asOf))} · ${t('header.zone', times.zoneName(asOf))}</p>
    </section>`;
}

/** Chooses the vault that is shown, or all of them. */
function scopeView({ snapshot: { one, vaults }, texts: { t }, send }: VaultViewContext): TemplateResult {
  const chosen = one?.vault.id ?? '';
  const choose = (event: Event) => {
    const select = event.currentTarget;
    if (!(select instanceof HTMLSelectElement)) return;
    const { value } = select;
    send(value === '' ? { action: 'openScope' } : { action: 'openScope', vaultId: value });
  };
  return html`<label class="inline">${t('header.scope')}
    <select @change=${choose}>
      <option value="" ?selected=${chosen === ''}>${t('header.all')}</option>
      ${vaults.map(({ id, name }) => html`<option value=${id} ?selected=${id === chosen}>${name}</option>`)}
    </select></label
  >`;
}

function vaultFactsView(one: VaultFacts, { texts, send }: VaultViewContext): TemplateResult {
  const { t } = texts;
  const facts = [
    [t('header.location'), one.locationName],
    [t('header.resourceGroup'), one.vault.resourceGroup],
    [t('header.replication'), one.locked ? t('header.locked', one.replicationText) : one.replicationText],
  ];
  return html`<dl class="facts wide">${facts.map(
    ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  )}</dl>
    ${
      one.heldElsewhere === undefined
        ? copyView(one, texts, send)
        : html`<div class="banner warning"><p>${stateLabel('warning', one.heldElsewhere)}</p></div>`
    }`;
}

/** How the copy at the second site is, with the way to change that. */
function copyView(
  { note, attention }: VaultFacts,
  { t }: Texts<VaultStringKey>,
  send: VaultViewContext['send'],
): TemplateResult {
  const change = html`<button type="button" class="link" @click=${() => send({ action: 'setRedundancy' })}
    >${t('action.setRedundancy')}</button
  >`;
  if (note === undefined) {
    return html`<p class="note">${change}</p>`;
  }
  return attention
    ? html`<div class="banner warning"><p>${stateLabel('warning', note)}</p><p class="note">${change}</p></div>`
    : html`<p class="hint note">${note} ${change}</p>`;
}

/** The parts that could not be read, each with its reason; the rest of the page stays in use. */
export function failedPartsView({ snapshot, texts }: VaultViewContext): TemplateResult | typeof nothing {
  const { failedParts } = snapshot;
  const { t } = texts;
  if (failedParts.length === 0) {
    return nothing;
  }
  return html`<div class="banners">
    <section class="banner warning" aria-labelledby="failed">
      <h2 id="failed">${t('failed.heading')}</h2>
      <ul>${failedParts.map(({ part, reason }) => html`<li>${t('failed.part', t(`part.${part}`), reason)}</li>`)}</ul>
    </section>
  </div>`;
}

/** The tiles: each opens what it counts. */
export function tilesView({ snapshot, texts, times, lang, send }: VaultViewContext): TemplateResult {
  return html`<section aria-labelledby="tiles">
    <h2 id="tiles" class="visually-hidden">${texts.t('tiles.heading')}</h2>
    <div class="tiles">
      ${tiles(snapshot, { texts, times, lang }).map(
        (tile) => html`<button
          type="button"
          class="tile"
          @click=${() => send({ action: 'openTile', tile: tile.tile })}
        >
          <span class="label">${tile.label}</span>
          <span class="value">${tile.value}</span>
          <span class="details">${tile.details.map(({ text, kind }) =>
            kind
              ? html`<span class="state">${stateIcon(kind)}<span>${text}</span></span>`
              : html`<span class="label">${text}</span>`,
          )}</span>
        </button>`,
      )}
    </div>
  </section>`;
}

/** The protected VMs of the vault. */
export function itemsView(context: VaultViewContext): TemplateResult {
  const { snapshot, texts, send } = context;
  const { t } = texts;
  const none = t('value.none');
  return html`<section aria-labelledby="items">
    <h2 id="items">${t('items.heading')}</h2>
    ${
      snapshot.items.length === 0
        ? html`<p class="muted">${t(isUnread(snapshot, 'items') ? 'items.unread' : 'items.none')}</p>`
        : dataTable<VaultItemRow>({
            labelledBy: 'items',
            columns: [
              { header: t('items.name'), cell: ({ name }) => name },
              ...(snapshot.one ? [] : [{ header: t('items.vault'), cell: ({ vaultName }: VaultItemRow) => vaultName }]),
              { header: t('items.state'), cell: ({ stateKind, stateText }) => stateLabel(stateKind, stateText) },
              { header: t('items.policy'), cell: ({ policyName }) => policyName ?? none },
              {
                header: t('items.lastBackup'),
                cell: ({ lastBackup }) => (lastBackup === undefined ? t('items.never') : timeView(lastBackup, context)),
              },
              {
                header: t('items.nextRun'),
                cell: ({ nextRun }) => (nextRun === undefined ? none : timeView(nextRun, context)),
              },
              {
                header: t('items.action'),
                cell: ({ id, name, canBackUp }) => html`<vscode-button
                  appearance="secondary"
                  aria-label=${t('action.backupNowOf', name)}
                  ?disabled=${!canBackUp}
                  @click=${() => send({ action: 'backupNow', itemId: id })}
                  >${t('action.backupNow')}</vscode-button
                >`,
              },
            ],
            rows: snapshot.items,
          })
    }
    ${snapshot.moreItems > 0 ? html`<p class="hint note">${t('items.more', snapshot.moreItems)}</p>` : nothing}
  </section>`;
}

/** The youngest jobs of the vault. */
export function jobsView(context: VaultViewContext): TemplateResult {
  const { snapshot, texts, send } = context;
  const { t } = texts;
  return html`<section aria-labelledby="jobs">
    <h2 id="jobs">${t('jobs.heading')}</h2>
    ${
      snapshot.jobs.length === 0
        ? html`<p class="muted">${t(isUnread(snapshot, 'jobs') ? 'jobs.unread' : 'jobs.none')}</p>`
        : dataTable<VaultJobRow>({
            labelledBy: 'jobs',
            columns: [
              {
                header: t('jobs.job'),
                cell: ({ id, title }) => html`<button
                  type="button"
                  class="link"
                  @click=${() => send({ action: 'openJob', jobId: id })}
                >${title}</button>`,
              },
              { header: t('jobs.state'), cell: ({ stateKind, stateText }) => stateLabel(stateKind, stateText) },
              { header: t('jobs.started'), cell: ({ startTime }) => timeView(startTime, context) },
              { header: t('jobs.duration'), numeric: true, cell: ({ durationMs }) => duration(durationMs, texts) },
            ],
            rows: snapshot.jobs,
          })
    }
  </section>`;
}

/** True if the part could not be read. */
function isUnread({ failedParts }: VaultSnapshot, name: VaultPart): boolean {
  return failedParts.some(({ part }) => part === name);
}

export function timeView(at: number, { times, snapshot }: VaultViewContext): TemplateResult {
  return html`<time datetime=${new Date(at).toISOString()} title=${times.withZone(at)}
    >${times.dateTime(at)} <span class="muted">(${times.fromNow(at, snapshot.asOf)})</span></time
  >`;
}
