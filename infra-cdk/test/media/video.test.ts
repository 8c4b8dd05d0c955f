import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { WORKFLOWS } from '../../src/machines/definition.ts';
import { MediaBuckets } from '../../src/media/media-buckets.ts';
import { MediaFunction } from '../../src/media/media-function.ts';
import { VideoProcessing } from '../../src/media/video.ts';
import { actionsOf, resourcesOf, statementsOf, templateOf } from '../support.ts';

const template = templateOf(
  (stack) => {
    const buckets = new MediaBuckets(stack, 'Buckets');
    const settle = new MediaFunction(stack, 'Settle', { binary: 'media-settle', description: 'Writes', buckets });
    new VideoProcessing(stack, 'Video', { buckets, settle });
  },
  { others: ['data/media-table-name'] },
);

it('is a Standard machine: a job may take hours', () => {
  template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
    StateMachineName: 'process-video',
    StateMachineType: 'STANDARD',
  });
});

it('gives MediaConvert the job template that lies beside the machine', () => {
  const settings = JSON.parse(readFileSync(join(WORKFLOWS, 'process-video', 'job-template.json'), 'utf8'));
  template.hasResourceProperties('AWS::MediaConvert::JobTemplate', { SettingsJson: settings });
});

it('hears of the jobs of its own queue, and of nothing else', () => {
  const [rule] = resourcesOf([template], 'AWS::Events::Rule');
  expect(rule?.Properties.EventBusName).toBeUndefined();
  expect(rule?.Properties.EventPattern.source).toEqual(['aws.mediaconvert']);
  expect(JSON.stringify(rule?.Properties.EventPattern.detail.queue)).toContain('VideoQueue');
});

it('lets MediaConvert read uploads and write results, and nothing else', () => {
  const roles = Object.entries(template.findResources('AWS::IAM::Role'));
  const role = roles.find(([, { Properties }]) =>
    JSON.stringify(Properties).includes('mediaconvert.amazonaws.com'),
  )?.[0];
  const policies = resourcesOf([template], 'AWS::IAM::Policy').filter(({ Properties }) =>
    Properties.Roles.some(({ Ref }: { Ref: string }) => Ref === role),
  );
  const actions = policies
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .flatMap(({ Action }) => Action);
  expect(actions.sort()).toEqual(['s3:GetObject', 's3:PutObject']);
});

it('passes only that role, and tells only its own machine', () => {
  expect(actionsOf(template)).toContain('iam:PassRole');
  const told = statementsOf(template).filter(({ Action }) => JSON.stringify(Action).includes('states:SendTask'));
  expect(JSON.stringify(told)).toContain('VideoMachine');
});
