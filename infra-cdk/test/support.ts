import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import recommendedFeatureFlags from 'aws-cdk-lib/recommended-feature-flags.json';
import { application } from '../src/application.ts';
import { configurationOf, type Configuration } from '../src/environments.ts';
import { Names } from '../src/names.ts';
import { SharedValues, type SharedValue } from '../src/shared/shared-values.ts';
import { ConcernStack } from '../src/stacks/concern-stack.ts';

/** What tests read of a resource. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, any>;
  readonly Metadata?: any;
}

/** A stack for one construct, and the template it gives. */
export function templateOf(
  build: (stack: ConcernStack) => void,
  { configuration = configurationOf({ kind: 'development' }), others = [] as SharedValue[] } = {},
): Template {
  const app = new App({ context: recommendedFeatureFlags });
  const props = { configuration, shared: new SharedValues() };
  const publisher = new ConcernStack(app, 'Others', 'What the stack under test reads', props);
  for (const name of others) publisher.publish(name, `the ${name}`);
  const stack = new ConcernStack(app, 'Test', 'The stack under test', props);
  build(stack);
  return Template.fromStack(stack);
}

/** The templates of a whole application by stack name. */
export function templatesOf(configuration: Configuration): Map<string, Template> {
  const outdir = mkdtempSync(join(tmpdir(), 'sluicegate-test-'));
  const app = application(configuration, { outdir });
  const stacks = app.node.children.filter((child) => child instanceof ConcernStack);
  const templates = new Map(stacks.map((stack) => [stack.stackName, Template.fromStack(stack)] as const));
  rmSync(outdir, { recursive: true });
  return templates;
}

/** The template of one stack of a whole application. */
export function stackOf(concern: string, configuration: Configuration): Template {
  const template = templatesOf(configuration).get(new Names(configuration.environment).stack(concern));
  if (template === undefined) throw new Error(`the application has no such stack: ${concern}`);
  return template;
}

/** All resources of some templates. */
export function resourcesOf(templates: Iterable<Template>, type?: string): Resource[] {
  return [...templates]
    .flatMap((template) => Object.values(template.toJSON().Resources ?? {}) as Resource[])
    .filter((resource) => type === undefined || resource.Type === type);
}

/** The statements of every policy in `template`. */
export function statementsOf(template: Template): { Action: string | string[]; Resource: unknown }[] {
  return resourcesOf([template], 'AWS::IAM::Policy').flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
}

/** Every action that `template` allows. */
export function actionsOf(template: Template): string[] {
  return statementsOf(template)
    .flatMap(({ Action }) => Action)
    .sort();
}
