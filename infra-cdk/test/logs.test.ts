import { it } from 'vitest';
import { configurationOf } from '../src/environments.ts';
import { RetainedLogs } from '../src/logs.ts';
import { templateOf } from './support.ts';

it.each([
  ['development', 7, 'Delete'],
  ['production', 365, 'Retain'],
] as const)('keeps lines of %s for %i days', (kind, days, policy) => {
  const template = templateOf((stack) => new RetainedLogs(stack, 'Logs', '/test'), {
    configuration: configurationOf({ kind }),
  });
  template.hasResource('AWS::Logs::LogGroup', { Properties: { RetentionInDays: days }, DeletionPolicy: policy });
});
