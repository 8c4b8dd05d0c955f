import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { Grant, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnJobTemplate, CfnQueue } from 'aws-cdk-lib/aws-mediaconvert';
import { StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { WORKFLOWS } from '../machines/definition.ts';
import { Machine } from '../machines/machine.ts';
import { acknowledge } from '../nag/acknowledge.ts';
import { ConcernStack } from '../stacks/concern-stack.ts';
import type { MediaBuckets } from './media-buckets.ts';
import { MediaFunction } from './media-function.ts';
import { VideoStatus } from './video-status.ts';
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
    new VideoStatus(this, 'Status', { buckets, queue: this.queue, machine: this.machine });
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
}
