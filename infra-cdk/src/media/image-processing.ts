import { Duration } from 'aws-cdk-lib';
import { StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { Machine } from '../machines/machine.ts';
import type { MediaBuckets } from './media-buckets.ts';
import { MediaFunction } from './media-function.ts';

/** Properties of {@link ImageProcessing}. */
export interface ImageProcessingProps {
  readonly buckets: MediaBuckets;
  /** Writes how processing ended. */
  readonly settle: MediaFunction;
}

/** The machine that makes every variant of a picture, and its steps. */
export class ImageProcessing extends Construct {
  readonly machine: Machine;

  constructor(scope: Construct, id: string, { buckets, settle }: ImageProcessingProps) {
    super(scope, id);
    const inspect = new MediaFunction(this, 'Inspect', {
      binary: 'media-inspect',
      description: 'Looks at a picture and refuses what would harm',
      buckets,
      media: ['GetItem'],
      uploadsBucket: ['read'],
      refuses: true,
      timeout: Duration.seconds(30),
      memorySize: 512,
    });
    const render = new MediaFunction(this, 'Render', {
      binary: 'media-render',
      description: 'Makes one size of a picture, in each of its formats',
      buckets,
      uploadsBucket: ['read'],
      mediaBucket: ['read', 'write'],
      refuses: true,
      timeout: Duration.minutes(2),
      // One whole processor; more than a picture of 100 megapixels needs.
      memorySize: 1769,
    });
    const summarize = new MediaFunction(this, 'Summarize', {
      binary: 'media-summarize',
      description: 'Summarizes a picture and finds its likes',
      buckets,
      media: ['Query'],
      uploadsBucket: ['read'],
      refuses: true,
      timeout: Duration.minutes(1),
      memorySize: 1024,
    });
    const steps = { Inspect: inspect, Render: render, Summarize: summarize, Settle: settle };
    this.machine = new Machine(this, 'Machine', {
      name: 'process-image',
      type: StateMachineType.STANDARD,
      bindings: Object.fromEntries(
        Object.entries(steps).map(([name, { handler }]) => [`Media${name}FunctionArn`, handler.functionArn]),
      ),
      failures: { kind: 'any' },
      runbook: 'media-processing-failures',
    });
    for (const { handler } of Object.values(steps)) handler.grantInvokeLatestVersion(this.machine);
  }
}
