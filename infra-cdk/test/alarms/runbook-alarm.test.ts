import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { expect, it } from 'vitest';
import { RunbookAlarm } from '../../src/alarms/runbook-alarm.ts';
import { configurationOf } from '../../src/environments.ts';
import { resourcesOf, templateOf } from '../support.ts';

const metric = (metricName: string) => new Metric({ namespace: 'Test', metricName, statistic: 'Sum' });
const props = { name: 'test-failures', meaning: 'Tests fail', runbook: 'function-errors' };
const runs = { failed: metric('Failed'), all: metric('All') };

it('says what is wrong and where its runbook is', () => {
  const template = templateOf((stack) => new RunbookAlarm(stack, 'Alarm', { ...props, metric: metric('Failed') }));
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    AlarmName: 'test-failures',
    AlarmDescription: 'Tests fail. Runbook: docs/runbooks/function-errors.md',
    TreatMissingData: 'notBreaching',
    Threshold: 0,
  });
});

it('goes off at a single failure where each one is ours', () => {
  const template = templateOf((stack) => RunbookAlarm.onFailures(stack, 'Alarm', { kind: 'any' }, runs, props));
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'Failed',
    Threshold: 0,
    EvaluationPeriods: 1,
  });
});

it('goes off at a share of failures, three periods long, where callers make mistakes', () => {
  const template = templateOf((stack) =>
    RunbookAlarm.onFailures(stack, 'Alarm', { kind: 'share', percent: 50 }, runs, props),
  );
  const [alarm] = resourcesOf([template], 'AWS::CloudWatch::Alarm');
  expect(alarm?.Properties).toMatchObject({ Threshold: 50, EvaluationPeriods: 3 });
  expect(alarm?.Properties.Metrics[0].Expression).toBe('100 * unsuccessful / all');
});

it('notifies the topic where there is one', () => {
  const template = templateOf((stack) => new RunbookAlarm(stack, 'Alarm', { ...props, metric: metric('Failed') }), {
    configuration: configurationOf({ kind: 'production' }),
    others: ['alerts/topic-arn'],
  });
  const [alarm] = resourcesOf([template], 'AWS::CloudWatch::Alarm');
  expect(alarm?.Properties.AlarmActions).toHaveLength(1);
});
