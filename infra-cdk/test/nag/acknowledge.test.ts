import { App, Stack } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { expect, it } from 'vitest';
import { acknowledge } from '../../src/nag/acknowledge.ts';

function findings(prepare: (queue: Queue) => void): string[] {
  const app = new App();
  prepare(new Queue(new Stack(app, 'Test'), 'Queue'));
  return new AwsSolutionsChecks(app)
    .validateScope(app)
    .violations.map(({ ruleName }) => ruleName)
    .sort();
}

it('accepts the finding that it names and no other', () => {
  expect(findings(() => {})).toEqual(['AwsSolutions-SQS3', 'AwsSolutions-SQS4']);
  expect(findings((queue) => acknowledge(queue, 'AwsSolutions-SQS3', 'this queue belongs to a test'))).toEqual([
    'AwsSolutions-SQS4',
  ]);
});

it('wants a reason in words', () => {
  expect(() => findings((queue) => acknowledge(queue, 'AwsSolutions-SQS3', 'false positive'))).toThrow(
    'say in a sentence why AwsSolutions-SQS3 is accepted: false positive',
  );
});
