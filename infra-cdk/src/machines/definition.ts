import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The folder with one folder per state machine. */
export const WORKFLOWS = resolve(import.meta.dirname ?? __dirname, '../../../workflows');

/** The names of all machines that have a definition. */
export function machineNames(): string[] {
  return readdirSync(WORKFLOWS)
    .filter((name) => existsSync(definitionFile(name)))
    .sort();
}

/** The file that holds the definition of the machine `name`. */
export function definitionFile(name: string): string {
  return join(WORKFLOWS, name, 'definition.asl.json');
}

/** The definition of the machine `name` on one line, once each `${Name}` in it and each binding has its counterpart. */
export function boundDefinition(name: string, bindings: Readonly<Record<string, string>>): string {
  const definition = onOneLine(name, readFileSync(definitionFile(name), 'utf8'));
  const problems = bindingProblems(definition, Object.keys(bindings));
  if (problems.length > 0) throw new Error(`workflows/${name}/definition.asl.json: ${problems.join('; ')}`);
  return definition;
}

/** The definition `text` of the machine `name` without white space. */
export function onOneLine(name: string, text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch (cause) {
    throw new Error(`workflows/${name}/definition.asl.json is no JSON: ${(cause as Error).message}`, { cause });
  }
}

/** What is wrong between the `${Name}`s of a definition and the names that are bound. */
export function bindingProblems(definition: string, bound: readonly string[]): string[] {
  const used = new Set(Array.from(definition.matchAll(/\$\{([A-Za-z0-9_]+)\}/g), ([, name]) => name as string));
  return [
    ...[...used].filter((name) => !bound.includes(name)).map((name) => `uses \${${name}}, which nothing binds`),
    ...bound.filter((name) => !used.has(name)).map((name) => `doesn't use \${${name}}, which is bound`),
  ];
}
