import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Grant, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { CfnJobTemplate, CfnQueue } from 'aws-cdk-lib/aws-mediaconvert';
import { StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { WORKFLOWS } from '../machines/definition.ts';
import { Machine } from '../machines/machine.ts';
import { acknowledge } from '../nag/acknowledge.ts';
import { DeadLetterQueue } from '../queues/dead-letter-queue.ts';
import { ConcernStack } from '../stacks/concern-stack.ts';
import type { MediaBuckets } from './media-buckets.ts';
import { MediaFunction } from './media-function.ts';
import { acknowledgeObjects } from './object-rights.ts';

/** Properties of {@link VideoProcessing}. */
export interface VideoProcessingProps {
  readonly buckets: MediaBuckets;
  /** Writes how processing ended. */
  readonly settle: MediaFunction;
}

/** The machine that has MediaConvert make the renditions of a film, the job template that says which, and who follows its jobs. */
export class VideoProcessing extends Construct {
  readonly machine: Machine;
  private readonly queue: CfnQueue;
  private readonly template: CfnJobTemplate;

  constructor(scope: Construct, id: string, { buckets, settle }: VideoProcessingProps) {
    super(scope, id);
    const { names } = ConcernStack.of(this);
    this.queue = new CfnQueue(this, 'Queue', { name: names.resource('sluicegate-video'), pricingPlan: 'ON_DEMAND' });
    this.template = new CfnJobTemplate(this, 'Template', {
      name: names.resource('sluicegate-video'),
      description: 'Every rendition of a film; media-transcode leaves out those that are larger than the film',
      queue: this.queue.attrArn,
      settingsJson: JSON.parse(readFileSync(join(WORKFLOWS, 'process-video', 'job-template.json'), 'utf8')),
      statusUpdateInterval: 'SECONDS_10',
    });
    const transcode = this.transcode(buckets);
    this.machine = new Machine(this, 'Machine', {
      name: 'process-video',
      type: StateMachineType.STANDARD,
      bindings: {
        MediaTranscodeFunctionArn: transcode.handler.functionArn,
        MediaSettleFunctionArn: settle.handler.functionArn,
      },
      failures: { kind: 'any' },
      runbook: 'process-video-failures',
    });
    for (const { handler } of [transcode, settle]) handler.grantInvokeLatestVersion(this.machine);
    this.follow(buckets);
  }

  /** Asks for jobs, in whose role MediaConvert reads uploads and writes results. */
  private transcode(buckets: MediaBuckets): MediaFunction {
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('mediaconvert.amazonaws.com') });
    const [read, written] = [buckets.uploads.arnForObjects('uploads/*'), buckets.media.arnForObjects('media/*')];
    Grant.addToPrincipal({ grantee: role, actions: ['s3:GetObject'], resourceArns: [read] });
    Grant.addToPrincipal({ grantee: role, actions: ['s3:PutObject'], resourceArns: [written] });
    acknowledgeObjects(role, buckets.uploads, 'uploads');
    acknowledgeObjects(role, buckets.media, 'media');
    const transcode = new MediaFunction(this, 'Transcode', {
      binary: 'media-transcode',
      description: 'Looks at a film and asks for its renditions',
      buckets,
      media: ['GetItem', 'PutItem'],
      uploadsBucket: ['read'],
      environment: {
        MEDIA_BUCKET: buckets.media.bucketName,
        MEDIACONVERT_JOB_TEMPLATE: this.template.ref,
        MEDIACONVERT_ROLE_ARN: role.roleArn,
      },
      refuses: true,
      timeout: Duration.minutes(2),
    });
    role.grantPassRole(transcode.grantPrincipal);
    const allow = (actions: string[], resourceArns: string[]) =>
      Grant.addToPrincipal({ grantee: transcode, actions, resourceArns });
    allow(['mediaconvert:GetJobTemplate'], [this.template.attrArn]);
    allow(['mediaconvert:CreateJob'], [this.queue.attrArn]);
    allow(['mediaconvert:Probe'], ['*']);
    acknowledge(
      transcode.grantPrincipal as Role,
      'AwsSolutions-IAM5[Resource::*]',
      'X-Ray and the Probe of MediaConvert have no resources that a policy could name',
    );
    return transcode;
  }

  /** Hears of every change of a job: progress goes to the record, the end to the machine that waits. */
  private follow(buckets: MediaBuckets): void {
    const stack = ConcernStack.of(this);
    const status = new MediaFunction(this, 'Status', {
      binary: 'media-video-status',
      description: 'Follows the jobs that make renditions',
      buckets,
      media: ['GetItem', 'PutItem'],
      timeout: Duration.seconds(20),
    });
    this.machine.stateMachine.grantTaskResponse(status);
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
          queue: [this.queue.attrArn],
          status: ['PROGRESSING', 'STATUS_UPDATE', 'COMPLETE', 'ERROR', 'CANCELED'],
        },
      },
      targets: [
        new LambdaFunction(status.handler, { deadLetterQueue, maxEventAge: Duration.hours(24), retryAttempts: 185 }),
      ],
    });
  }
}
