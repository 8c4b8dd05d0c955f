import { StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { expect, it } from 'vitest';
import { configurationOf } from '../../src/environments.ts';
import { Machine } from '../../src/machines/machine.ts';
import { resourcesOf, templateOf } from '../support.ts';

const build = (configuration = configurationOf({ kind: 'development' })) =>
  templateOf(
    (stack) =>
      new Machine(stack, 'Machine', {
        name: 'record-activity',
        type: StateMachineType.EXPRESS,
        bindings: { ActivityTableName: 'activity' },
        failures: { kind: 'any' },
        runbook: 'record-activity-failures',
      }),
    { configuration },
  );

it('logs everything and traces', () => {
  build().hasResourceProperties('AWS::StepFunctions::StateMachine', {
    StateMachineName: 'record-activity',
    StateMachineType: 'EXPRESS',
    LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: true },
    TracingConfiguration: { Enabled: true },
    DefinitionSubstitutions: { ActivityTableName: 'activity' },
  });
});

it('holds the definition inline, so that linters and the engine see it', () => {
  const [machine] = resourcesOf([build()], 'AWS::StepFunctions::StateMachine');
  expect(JSON.parse(machine?.Properties.DefinitionString).StartAt).toBe('Record the event');
});

it('logs no execution data in production', () => {
  build(configurationOf({ kind: 'production' }, ['alerts'])).hasResourceProperties('AWS::StepFunctions::StateMachine', {
    LoggingConfiguration: { IncludeExecutionData: false },
  });
});

it('alarms about failed, timed out and throttled executions', () => {
  const [alarm] = resourcesOf([build()], 'AWS::CloudWatch::Alarm');
  expect(alarm?.Properties.AlarmName).toBe('record-activity-failures');
  expect(alarm?.Properties.Metrics[0].Expression).toBe('failed + timedOut + throttled');
});
