import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const FOLDER = resolve(import.meta.dirname, '..');
const SOURCES = readdirSync(join(FOLDER, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
);

function declarations(file: string): ts.Statement[] {
  const text = readFileSync(join(FOLDER, 'src', file), 'utf8');
  return [...ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true).statements];
}

const exported = (node: ts.Statement) =>
  ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
const tags = (node: ts.Node) => ts.getJSDocTags(node).map(({ tagName }) => tagName.text);
const documented = (node: ts.Node) => ts.getJSDocCommentsAndTags(node).length > 0;

describe.each(SOURCES)('src/%s', (file) => {
  it('documents what it exports', () => {
    const silent = declarations(file).filter((node) => exported(node) && !documented(node));
    expect(silent.map((node) => node.getText().split('\n')[0])).toEqual([]);
  });

  it('says what each optional property is by default', () => {
    const properties = declarations(file)
      .filter(ts.isInterfaceDeclaration)
      .flatMap(({ members }) => [...members]);
    const silent = properties.filter((node) => node.questionToken !== undefined && !tags(node).includes('default'));
    expect(silent.map((node) => node.getText())).toEqual([]);
  });

  it('has a test, if it has more than one line of code', () => {
    const test = join(FOLDER, 'test', file.replace(/\.ts$/, '.test.ts'));
    expect(file === 'app.ts' || existsSync(test)).toBe(true);
  });

  it('accepts findings of cdk-nag only with a reason', () => {
    const text = readFileSync(join(FOLDER, 'src', file), 'utf8');
    expect(file === join('nag', 'acknowledge.ts') || !/Validations|NagSuppressions/.test(text)).toBe(true);
  });

  it('is a short file', () => {
    const lines = readFileSync(join(FOLDER, 'src', file), 'utf8').split('\n').length;
    expect(lines).toBeLessThan(130);
  });
});
