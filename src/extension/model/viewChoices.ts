import { type Filter, parseFilter } from './filter';
import { Signal } from './life';
import type { Memory } from './memory';

export const GROUPINGS = ['state', 'vault', 'provider', 'resourceGroup'] as const;
export type Grouping = (typeof GROUPINGS)[number];

const GROUPING_KEY = 'machines.groupBy';

/** The filter of one view. It lasts as long as the window: a forgotten one would hide what needs somebody. */
export class ViewFilter {
  private readonly changed = new Signal();
  private shown = '';
  private parsed: Filter = [];

  readonly onDidChange = this.changed.on;

  /** As it was typed; empty without a filter. */
  get text(): string {
    return this.shown;
  }

  get filter(): Filter {
    return this.parsed;
  }

  set(text: string): void {
    this.shown = text.trim();
    this.parsed = parseFilter(this.shown);
    this.changed.fire();
  }
}

/** How the machines are grouped, from one window to the next. */
export class MachineGrouping {
  private readonly changed = new Signal();

  constructor(private readonly memory: Memory) {}

  readonly onDidChange = this.changed.on;

  get current(): Grouping {
    const remembered = this.memory.get(GROUPING_KEY);
    return GROUPINGS.find((grouping) => grouping === remembered) ?? 'state';
  }

  set(grouping: Grouping): void {
    this.memory.set(GROUPING_KEY, grouping);
    this.changed.fire();
  }
}

/** What the person chose to see in the views. */
export interface ViewChoices {
  readonly machines: ViewFilter;
  readonly jobs: ViewFilter;
  readonly grouping: MachineGrouping;
}

/** No filter, and the grouping that is remembered. */
export function viewChoices(memory: Memory): ViewChoices {
  return { machines: new ViewFilter(), jobs: new ViewFilter(), grouping: new MachineGrouping(memory) };
}
