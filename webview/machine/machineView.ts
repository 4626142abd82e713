import { html, nothing, type TemplateResult } from 'lit';
import { formatBytes } from '../../src/domain/sizes';
import type { MachineRequest, MachineSnapshot } from '../../src/messages/machine';
import type { MachineStringKey } from '../../src/messages/machineStrings';
import type { VaultJobRow } from '../../src/messages/vault';
import { duration } from '../ui/duration';
import { stateLabel } from '../ui/icons';
import { dataTable } from '../ui/table';
import type { Texts } from '../ui/texts';
import type { TimeFormat } from '../ui/time';

/** What the parts of the page draw from. */
export interface MachineViewContext {
  readonly snapshot: MachineSnapshot;
  readonly texts: Texts<MachineStringKey>;
  readonly times: TimeFormat;
  readonly lang: string;
  readonly refreshing: boolean;
  readonly send: (request: MachineRequest) => void;
}

/** Name, state, what leads on and what can be done. */
export function headerView({ snapshot, texts, times, refreshing, send }: MachineViewContext): TemplateResult {
  const { can, policy, vaultName, lastPoint, now } = snapshot;
  const { t } = texts;
  const facts: [string, TemplateResult | string][] = [];
  if (vaultName !== undefined) {
    facts.push([
      t('header.vault'),
      html`<button type="button" class="link" @click=${() => send({ action: 'openVault' })}>${vaultName}</button>`,
    ]);
    facts.push([t('header.lastPoint'), lastPoint === undefined ? t('header.never') : timeView(lastPoint, times, now)]);
  }
  if (policy) facts.push([t('header.policy'), html`${policy.name}<br /><span class="muted">${policy.words}</span>`]);
  if (policy?.nextRun !== undefined) facts.push([t('header.nextRun'), timeView(policy.nextRun, times, now)]);
  return html`<header class="page">
      <div class="titles">
        <h1>${snapshot.name}${snapshot.isSample ? html` <span class="muted">(${t('header.sample')})</span>` : nothing}</h1>
        <p>${stateLabel(snapshot.stateKind, snapshot.sentence)}</p>
      </div>
      <div class="actions">
        ${can.protect ? button('protect', true) : nothing} ${can.backUp ? button('backupNow', true) : nothing}
        ${can.restore ? button('restore', !can.backUp) : nothing} ${can.stop ? button('stop', false) : nothing}
        <vscode-button appearance="secondary" ?disabled=${refreshing} @click=${() => send({ action: 'refresh' })}
          >${t(refreshing ? 'action.refreshing' : 'action.refresh')}</vscode-button
        >
      </div>
    </header>
    ${
      facts.length === 0
        ? nothing
        : html`<section aria-label=${t('header.facts')}>
            <dl class="facts wide">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
            <p class="hint note">${t('header.zone', times.zoneName(now))}</p>
          </section>`
    }`;

  function button(action: 'protect' | 'backupNow' | 'restore' | 'stop', primary: boolean): TemplateResult {
    return html`<vscode-button appearance=${primary ? 'primary' : 'secondary'} @click=${() => send({ action })}
      >${t(`action.${action}`)}</vscode-button
    >`;
  }
}

/** What could not be read; the rest stays in use. */
export function failuresView({ snapshot, texts }: MachineViewContext): TemplateResult | typeof nothing {
  const { failures } = snapshot;
  if (failures.length === 0) {
    return nothing;
  }
  return html`<div class="banners">
    <section class="banner warning" aria-labelledby="failed">
      <h2 id="failed">${texts.t('failed.heading')}</h2>
      <ul>${failures.map((sentence) => html`<li>${sentence}</li>`)}</ul>
    </section>
  </div>`;
}

/** The youngest jobs of the machine. */
export function jobsView({ snapshot, texts, times, lang, send }: MachineViewContext): TemplateResult {
  const { t } = texts;
  const { jobs, jobCount, now } = snapshot;
  return html`<section aria-labelledby="jobs">
    <h2 id="jobs">${t('jobs.heading')}</h2>
    ${
      jobs.length === 0
        ? html`<p class="muted">${t('jobs.none')}</p>`
        : html`${dataTable<VaultJobRow>({
            labelledBy: 'jobs',
            columns: [
              {
                header: t('jobs.job'),
                cell: ({ id, title }) =>
                  html`<button type="button" class="link" @click=${() => send({ action: 'openJob', jobId: id })}>${title}</button>`,
              },
              { header: t('jobs.state'), cell: ({ stateKind, stateText }) => stateLabel(stateKind, stateText) },
              { header: t('jobs.started'), cell: ({ startTime }) => timeView(startTime, times, now) },
              { header: t('jobs.duration'), numeric: true, cell: ({ durationMs }) => duration(durationMs, texts) },
            ],
            rows: jobs,
          })}
            <p class="note">
              <button type="button" class="link" @click=${() => send({ action: 'allJobs' })}
                >${t('jobs.all', new Intl.NumberFormat(lang).format(jobCount))}</button
              >
            </p>`
    }
  </section>`;
}

/** The disks and where their images are. */
export function disksView({ snapshot, texts, send }: MachineViewContext): TemplateResult {
  const { t } = texts;
  return html`<section aria-labelledby="disks">
    <h2 id="disks">${t('disks.heading')}</h2>
    ${
      snapshot.disks.length === 0
        ? html`<p class="muted">${t('disks.none')}</p>`
        : dataTable<MachineSnapshot['disks'][number]>({
            labelledBy: 'disks',
            columns: [
              { header: t('disks.name'), cell: ({ name }) => name },
              { header: t('disks.size'), numeric: true, cell: ({ sizeBytes }) => formatBytes(sizeBytes) },
              {
                header: t('disks.path'),
                cell: ({ id, path }) =>
                  path === undefined
                    ? t('value.none')
                    : html`<button type="button" class="link" @click=${() => send({ action: 'revealDisk', diskId: id })}>${path}</button>`,
              },
            ],
            rows: snapshot.disks,
          })
    }
  </section>`;
}

/** How the machine is protected, and what it is. */
export function settingsView({ snapshot, texts, send }: MachineViewContext): TemplateResult {
  const { t } = texts;
  return html`<section aria-labelledby="settings">
    <h2 id="settings">${t('settings.heading')}</h2>
    <dl class="facts wide">${snapshot.settings.map(
      ({ name, value }) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
    )}</dl>
    <p class="note">
      <button type="button" class="link" @click=${() => send({ action: 'agentHelp' })}>${t('settings.agent')}</button>
    </p>
  </section>`;
}

function timeView(at: number, times: TimeFormat, now: number): TemplateResult {
  return html`<time datetime=${new Date(at).toISOString()} title=${times.withZone(at)}
    >${times.dateTime(at)} <span class="muted">(${times.fromNow(at, now)})</span></time
  >`;
}
