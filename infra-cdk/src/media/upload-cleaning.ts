import { Duration } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { Machine } from '../machines/machine.ts';
import { DeadLetterQueue } from '../queues/dead-letter-queue.ts';
import { ConcernStack } from '../stacks/concern-stack.ts';
import type { MediaBuckets } from './media-buckets.ts';
import { MediaFunction } from './media-function.ts';

/** The machine that gives up uploads that never came, and removes those that were rejected, every hour. */
export class UploadCleaning extends Construct {
  constructor(scope: Construct, id: string, { buckets }: { readonly buckets: MediaBuckets }) {
    super(scope, id);
    const { names } = ConcernStack.of(this);
    const step = new MediaFunction(this, 'Step', {
      binary: 'media-clean-uploads',
      description: 'Gives up uploads that never came, and removes rejected ones',
      buckets,
      media: ['GetItem', 'PutItem', 'Query'],
      uploadsBucket: ['upload', 'delete'],
      mediaBucket: ['delete'],
      timeout: Duration.minutes(1),
    });
    const machine = new Machine(this, 'Machine', {
      name: 'clean-uploads',
      type: StateMachineType.STANDARD,
      bindings: { MediaCleanUploadsFunctionArn: step.handler.functionArn },
      failures: { kind: 'any' },
      runbook: 'media-maintenance-failures',
    });
    step.handler.grantInvokeLatestVersion(machine);
    const deadLetters = new DeadLetterQueue(this, 'DeadLetters', {
      owner: 'clean-uploads',
      runbook: 'rule-dead-letters',
    });
    const role = new Role(this, 'ScheduleRole', { assumedBy: new ServicePrincipal('scheduler.amazonaws.com') });
    machine.stateMachine.grantStartExecution(role);
    deadLetters.grantSendMessages(role);
    new CfnSchedule(this, 'Schedule', {
      name: names.resource('clean-uploads'),
      description: 'Gives up uploads that never came, and removes rejected ones',
      scheduleExpression: 'rate(1 hour)',
      flexibleTimeWindow: { mode: 'FLEXIBLE', maximumWindowInMinutes: 15 },
      target: {
        arn: machine.stateMachine.stateMachineArn,
        roleArn: role.roleArn,
        input: '{}',
        deadLetterConfig: { arn: deadLetters.queueArn },
        retryPolicy: { maximumEventAgeInSeconds: Duration.hours(1).toSeconds(), maximumRetryAttempts: 10 },
      },
    });
  }
}
