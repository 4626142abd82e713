import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { errorCodes, errorEntry } from '../../src/domain/errorCatalogue';

/** Every English text that the extension asks `t` for, and that its pages show, and those of the error catalogue, sorted. */
export function translatableTexts(root: string): string[] {
  const texts = filesBelow(join(root, 'src/extension'), '.ts').flatMap((file) => literals(file, asked));
  const pages = filesBelow(join(root, 'src/messages'), 'Strings.ts').flatMap((file) => literals(file, listed));
  const errors = errorCodes().flatMap((code) => [errorEntry(code).message, errorEntry(code).recommendation]);
  return Array.from(new Set([...texts, ...pages, ...errors]))
    .filter((text) => text !== '')
    .toSorted();
}

function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => join(folder, file));
}

/** The literals of a file that `pick` takes out of its nodes. */
function literals(file: string, pick: (node: ts.Node) => ts.Node | undefined): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    const text = pick(node);
    if (text && ts.isStringLiteralLike(text)) texts.push(text.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return texts;
}

/** The text that a call of `t` asks for. */
function asked(node: ts.Node): ts.Node | undefined {
  const isAsking = ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 't';
  return isAsking ? node.arguments[0] : undefined;
}

/** The text of an entry in the list of a page's strings. */
function listed(node: ts.Node): ts.Node | undefined {
  return ts.isPropertyAssignment(node) ? node.initializer : undefined;
}
