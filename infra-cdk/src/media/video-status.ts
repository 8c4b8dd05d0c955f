import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Grant, type Role } from 'aws-cdk-lib/aws-iam';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { CfnQueue } from 'aws-cdk-lib/aws-mediaconvert';
import { Construct } from 'constructs';
import type { Machine } from '../machines/machine.ts';
import { acknowledge } from '../nag/acknowledge.ts';
import { DeadLetterQueue } from '../queues/dead-letter-queue.ts';
import { ConcernStack } from '../stacks/concern-stack.ts';
import type { MediaBuckets } from './media-buckets.ts';
import { MediaFunction } from './media-function.ts';

/** Properties of {@link VideoStatus}. */
export interface VideoStatusProps {
  readonly buckets: MediaBuckets;
  /** Whose jobs it follows. */
  readonly queue: CfnQueue;
  /** The machine that waits for them. */
  readonly machine: Machine;
}

/** Hears of every change of a job: progress goes to the record, the end to the machine that waits. */
export class VideoStatus extends Construct {
  constructor(scope: Construct, id: string, { buckets, queue, machine }: VideoStatusProps) {
    super(scope, id);
    const stack = ConcernStack.of(this);
    const status = new MediaFunction(this, 'Step', {
      binary: 'media-video-status',
      description: 'Follows the jobs that make renditions',
      buckets,
      media: ['GetItem', 'PutItem'],
      timeout: Duration.seconds(20),
    });
    machine.stateMachine.grantTaskResponse(status);
    const jobs = stack.formatArn({ service: 'mediaconvert', resource: 'jobs', resourceName: '*' });
    Grant.addToPrincipal({ grantee: status, actions: ['mediaconvert:CancelJob'], resourceArns: [jobs] });
    acknowledge(
      status.grantPrincipal as Role,
      'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:mediaconvert:<AWS::Region>:<AWS::AccountId>:jobs/*]',
      'The ids of jobs are made by MediaConvert, and nobody knows them beforehand',
    );
    const deadLetterQueue = new DeadLetterQueue(this, 'DeadLetters', {
      owner: 'media-video-status',
      runbook: 'rule-dead-letters',
    });
    // A function that is called by a rule is called again twice; then its own destination has the event.
    status.handler.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
      onFailure: new SqsDestination(deadLetterQueue),
    });
    new Rule(this, 'Rule', {
      ruleName: stack.names.resource('media-video-status'),
      description: 'Every change of a job that makes renditions',
      eventPattern: {
        source: ['aws.mediaconvert'],
        detailType: ['MediaConvert Job State Change'],
        detail: {
          queue: [queue.attrArn],
          status: ['PROGRESSING', 'STATUS_UPDATE', 'COMPLETE', 'ERROR', 'CANCELED'],
        },
      },
      targets: [
        new LambdaFunction(status.handler, { deadLetterQueue, maxEventAge: Duration.hours(24), retryAttempts: 185 }),
      ],
    });
  }
}
