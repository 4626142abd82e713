import { strict as assert } from 'node:assert';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IMAGE_EXTENSIONS } from '../../../src/domain/imageNames';
import { COMMANDS, CONTEXT_KEYS, VIEWS } from '../../../src/extension/commands/ids';
import { patternOf, whenTerms } from '../../support/menus';

interface Entry {
  readonly command: string;
  readonly when?: string;
}

interface Manifest {
  readonly activationEvents: readonly string[];
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
  readonly contributes: {
    readonly commands: readonly { command: string; icon?: string }[];
    readonly menus: Readonly<Record<string, readonly Entry[]>>;
    readonly views: { readonly vmbackup: readonly { id: string; icon: string }[] };
    readonly viewsWelcome: readonly { view: string; contents: string; when?: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, { scope: string; default: unknown }>> };
    readonly walkthroughs: readonly { steps: readonly { media: { svg: string }; completionEvents: string[] }[] }[];
    readonly keybindings: readonly Entry[];
  };
}

const root = process.cwd();
const text = readFileSync(join(root, 'package.json'), 'utf8');
const manifest = JSON.parse(text) as Manifest;
const nls = JSON.parse(readFileSync(join(root, 'package.nls.json'), 'utf8')) as Record<string, string>;
const sources = readdirSync(join(root, 'src/extension'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, text: readFileSync(join(root, 'src/extension', file), 'utf8') }));

const KNOWN_KEYS = new Set<string>([
  ...Object.values(CONTEXT_KEYS),
  'view',
  'viewItem',
  'resourceScheme',
  'resourceExtname',
  'false',
]);

function allWhens(): string[] {
  const { menus, viewsWelcome, keybindings } = manifest.contributes;
  return [...Object.values(menus).flat(), ...viewsWelcome, ...keybindings].flatMap(({ when }) => when ?? []);
}

describe('manifest', () => {
  it('declares exactly the commands that are registered', () => {
    const declared = manifest.contributes.commands.map(({ command }) => command);
    assert.deepEqual(declared.toSorted(), Object.values(COMMANDS).toSorted());
  });

  it('declares exactly the views that are created', () => {
    const declared = manifest.contributes.views.vmbackup.map(({ id }) => id);
    assert.deepEqual(declared.toSorted(), Object.values(VIEWS).toSorted());
  });

  it('has a text for every %key%, and no text without one', () => {
    const used = new Set(Array.from(text.matchAll(/"%([^"%]+)%"/g), (match) => match[1] ?? ''));
    assert.deepEqual(Array.from(used).toSorted(), Object.keys(nls).toSorted());
  });

  it('names only commands of its own in menus, links and shortcuts', () => {
    const { menus, keybindings } = manifest.contributes;
    const linked = Object.values(nls).flatMap((value) => Array.from(value.matchAll(/command:([\w.]+)/g), (m) => m[1]));
    const named = [...Object.values(menus).flat(), ...keybindings].map(({ command }) => command);
    const known = new Set<string | undefined>(Object.values(COMMANDS));
    for (const command of [...named, ...linked]) assert.ok(known.has(command), `${command} is not known`);
  });

  it('uses only known keys in every when clause, with patterns that compile', () => {
    for (const when of allWhens()) {
      for (const { key, operator, operand } of whenTerms(when)) {
        assert.ok(KNOWN_KEYS.has(key), `${key} in "${when}"`);
        if (operator === '=~') assert.ok(patternOf(operand) instanceof RegExp);
      }
    }
  });

  it('asks only for tokens that rows carry', () => {
    const carried = new Set(
      sources.flatMap((source) => Array.from(source.text.matchAll(/'([a-z]+(?:[.-][a-zA-Z]+)*)'/g), (m) => m[1])),
    );
    for (const when of allWhens()) {
      for (const { key, operand } of whenTerms(when)) {
        if (key !== 'viewItem') continue;
        const inner = /^\/\(\^\| \)\(?([^)]*?)\)?\( \|\$\)\/$/.exec(operand ?? '')?.[1];
        assert.ok(inner, operand);
        for (const token of inner.replaceAll('\\', '').split('|')) assert.ok(carried.has(token), `token ${token}`);
      }
    }
  });

  it('does not take a token for a part of another one', () => {
    const clause = manifest.contributes.menus['view/item/context']?.find(({ when }) => when?.includes('vault('));
    const pattern = patternOf(whenTerms(clause?.when ?? '').find(({ key }) => key === 'viewItem')?.operand);
    assert.ok(pattern.test('vault local'));
    assert.equal(pattern.test('group local vault-items'), false);
  });

  it('offers the Explorer entries on the images that can be added', () => {
    for (const { when } of manifest.contributes.menus['explorer/context'] ?? []) {
      const pattern = patternOf(whenTerms(when ?? '').find(({ key }) => key === 'resourceExtname')?.operand);
      for (const extension of IMAGE_EXTENSIONS) assert.ok(pattern.test(`.${extension.toUpperCase()}`));
      assert.equal(pattern.test('.txt'), false);
    }
  });

  it('has at most three inline actions per row', () => {
    const inline = manifest.contributes.menus['view/item/context']?.filter(
      (entry) => 'group' in entry && String(entry.group).startsWith('inline'),
    );
    const icons = new Map(manifest.contributes.commands.map(({ command, icon }) => [command, icon]));
    for (const entry of inline ?? []) assert.ok(icons.get(entry.command), `${entry.command} has no icon`);
  });

  it('keeps destructive commands out of the inline actions', () => {
    for (const entry of manifest.contributes.menus['view/item/context'] ?? []) {
      if (!entry.command.endsWith('.remove')) continue;
      assert.ok('group' in entry && String(entry.group).startsWith('9_danger'));
    }
  });

  it('restricts the settings that name programs and folders where the workspace is not trusted', () => {
    const { properties } = manifest.contributes.configuration;
    const machine = Object.keys(properties).filter((name) => properties[name]?.scope === 'machine');
    assert.deepEqual(
      machine.toSorted(),
      [...manifest.capabilities.untrustedWorkspaces.restrictedConfigurations].toSorted(),
    );
  });

  it('has every picture, and finishes every step of the walkthrough by a key that is set', () => {
    const steps = manifest.contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
    const keys = new Set<string>(Object.values(CONTEXT_KEYS));
    for (const { media, completionEvents } of steps) {
      assert.ok(existsSync(join(root, media.svg)), media.svg);
      for (const event of completionEvents) assert.ok(keys.has(event.replace('onContext:', '')), event);
    }
    for (const { icon } of manifest.contributes.views.vmbackup) assert.ok(existsSync(join(root, icon)), icon);
  });

  it('registers commands in one place only', () => {
    const direct = sources.filter((source) => source.text.includes('commands.registerCommand('));
    assert.deepEqual(
      direct.map(({ file }) => file),
      [join('commands', 'registerCommand.ts')],
    );
  });

  it('loads the client in one place only', () => {
    // A type is gone at run time; anything else of the client comes with its SDKs.
    const loading = sources.filter((source) => /^(?!import type|} from).*client\/(?!connection')/m.test(source.text));
    assert.deepEqual(
      loading.map(({ file }) => file),
      ['connections.ts'],
    );
  });
});
