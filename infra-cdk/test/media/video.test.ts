import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { WORKFLOWS } from '../../src/machines/definition.ts';
import { MediaBuckets } from '../../src/media/media-buckets.ts';
import { MediaFunction } from '../../src/media/media-function.ts';
import { VideoProcessing } from '../../src/media/video.ts';
import { actionsOf, resourcesOf, templateOf } from '../support.ts';

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

it('lets the function that asks for jobs pass that role', () => {
  expect(actionsOf(template)).toContain('iam:PassRole');
});
