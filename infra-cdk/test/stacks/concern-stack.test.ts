import { App, Stack } from 'aws-cdk-lib';
import { expect, it } from 'vitest';
import { configurationOf } from '../../src/environments.ts';
import { SharedValues } from '../../src/shared/shared-values.ts';
import { ConcernStack } from '../../src/stacks/concern-stack.ts';

it('is protected against deletion in production', () => {
  const props = { configuration: configurationOf({ kind: 'production' }), shared: new SharedValues() };
  expect(new ConcernStack(new App(), 'Data', 'Tables', props).terminationProtection).toBe(true);
});

it('refuses constructs in other stacks', () => {
  const stack = new Stack(new App(), 'Foreign');
  expect(() => ConcernStack.of(stack)).toThrow('this construct must be in a ConcernStack: Foreign');
});
