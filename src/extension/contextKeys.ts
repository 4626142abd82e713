import * as vscode from 'vscode';
import { CONTEXT_KEYS, type ContextKey } from './commands/ids';
import { type Life, Lives } from './model/life';
import { isProtected } from './model/machineFacts';
import { isSample } from './model/machineView';
import { pausedSince } from './model/statusView';
import { knownMachines, type Stores } from './model/stores';
import type { ViewChoices, ViewFilter } from './model/viewChoices';

/** Keeps the context keys of the manifest's `when` clauses true. */
export class ContextKeys implements Life {
  private readonly lives = new Lives();
  private readonly values = new Map<ContextKey, boolean>();

  constructor(
    private readonly stores: Stores,
    choices: ViewChoices,
  ) {
    const { engine, azure, machines, vaults, jobs } = stores;
    const follow = (filter: ViewFilter, key: ContextKey) => {
      this.lives.own(filter.onDidChange(() => this.set(key, filter.text !== '')));
    };
    follow(choices.machines, CONTEXT_KEYS.machinesFiltered);
    follow(choices.jobs, CONTEXT_KEYS.jobsFiltered);
    for (const { onDidChange } of [engine, azure, machines, vaults, jobs])
      this.lives.own(onDidChange(() => this.update()));
  }

  set(key: ContextKey, value: boolean): void {
    if (this.values.get(key) === value) return;
    this.values.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  }

  dispose(): void {
    this.lives.dispose();
  }

  private update(): void {
    const { engine, azure, vaults, jobs } = this.stores;
    const machines = knownMachines(this.stores);
    this.set(CONTEXT_KEYS.engineReady, engine.state.kind === 'ready');
    this.set(CONTEXT_KEYS.azureSignedIn, azure.state.kind === 'signedIn');
    this.set(CONTEXT_KEYS.schedulesPaused, pausedSince(engine.state) !== undefined);
    this.set(CONTEXT_KEYS.hasVaults, (vaults.vaults.value?.length ?? 0) > 0);
    this.set(CONTEXT_KEYS.hasMachines, machines.length > 0);
    this.set(CONTEXT_KEYS.jobsRunning, jobs.running.length > 0);
    this.set(CONTEXT_KEYS.labPresent, machines.some(isSample));
    this.set(
      CONTEXT_KEYS.ownProtected,
      machines.some((machine) => isProtected(machine) && !isSample(machine)),
    );
  }
}
