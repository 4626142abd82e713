import type { Step } from './corpus';
import { textOf, textsIn } from './json';
import { isLeftOut } from './scope';

/** What a recording's own requests are about; the rest of a shared subscription is other people's, and changes with them. */
export class Ownership {
  readonly #own: ReadonlySet<string>;

  constructor(steps: readonly Step[]) {
    const own = new Set<string>();
    for (const { request } of steps) {
      const path = decodeURIComponent(request.path).toLowerCase();
      const [, group, vault] =
        /\/resourcegroups\/([^/]+)\/providers\/microsoft\.recoveryservices\/vaults\/([^/]+)$/.exec(path) ?? [];
      if (group !== undefined && vault !== undefined) own.add(`vault ${group}/${vault}`);
      for (const text of [path, ...textsIn(request.body)])
        for (const machine of machinesIn(text.toLowerCase())) own.add(machine);
    }
    this.#own = own;
  }

  /** Whether an element of a list, recorded or the engine's, is somebody else's vault, about somebody else's machine, or of a type out of scope. */
  isForeign(element: unknown): boolean {
    const path = decodeURIComponent(textOf(element, 'id')).toLowerCase();
    if (/^microsoft\.recoveryservices\/vaults$/i.test(textOf(element, 'type'))) {
      const [, group, vault] = /\/resourcegroups\/([^/]+)\/.*\/vaults\/([^/]+)$/.exec(path) ?? [];
      return !this.#own.has(`vault ${group}/${vault}`);
    }
    if (isLeftOut(path)) return true;
    const machines = machinesIn(path);
    return machines.length > 0 && !machines.some((machine) => this.#own.has(machine));
  }
}

function machinesIn(text: string): string[] {
  const { groups: named } =
    /\/resourcegroups\/(?<group>[^/]+)\/providers\/microsoft\.(classic)?compute\/virtualmachines\/(?<name>[^/]+)/.exec(
      text,
    ) ?? {};
  const { groups: contained } = /iaasvmcontainer(v2)?;(?<group>[^;/]+);(?<name>[^;/]+)/.exec(text) ?? {};
  return [named, contained].flatMap((found) => (found ? [`machine ${found.group}/${found.name}`] : []));
}
