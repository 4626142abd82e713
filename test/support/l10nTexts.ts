import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { errorCodes, errorEntry } from '../../src/domain/errorCatalogue';
import { jobStrings } from '../../src/messages/jobStrings';
import { policyStrings } from '../../src/messages/policyStrings';
import { vaultStrings } from '../../src/messages/vaultStrings';

/** Every English text that the extension asks `t` for, and that its pages show, and those of the error catalogue, sorted. */
export function translatableTexts(root: string): string[] {
  const folder = join(root, 'src/extension');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const texts = files.flatMap((file) => textsOf(join(folder, file)));
  const pages = [jobStrings, policyStrings, vaultStrings].flatMap((strings) => Object.values(strings));
  const errors = errorCodes().flatMap((code) => [errorEntry(code).message, errorEntry(code).recommendation]);
  return Array.from(new Set([...texts, ...pages, ...errors]))
    .filter((text) => text !== '')
    .toSorted();
}

function textsOf(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 't') {
      const [text] = node.arguments;
      if (text && ts.isStringLiteralLike(text)) texts.push(text.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return texts;
}
