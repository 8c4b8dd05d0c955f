import { Duration } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { RustFunction } from '../functions/rust-function.ts';
import { ConcernStack } from '../stacks/concern-stack.ts';
import type { MediaBuckets } from './media-buckets.ts';
import { allowObjects, type BucketAction } from './object-rights.ts';

/** What a function may do to a table. */
export type TableAction = 'GetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'Query';

/** Properties of {@link MediaFunction}. */
export interface MediaFunctionProps {
  /** Name of the Rust binary. */
  readonly binary: string;
  /** What the function does, in a sentence. */
  readonly description: string;
  /** Both buckets. */
  readonly buckets: MediaBuckets;
  /**
   * What it does to the table of media.
   *
   * @default - it doesn't know the table
   */
  readonly media?: readonly TableAction[];
  /**
   * What it does to the object index.
   *
   * @default - it doesn't know the table
   */
  readonly objects?: readonly TableAction[];
  /**
   * What it does to uploads.
   *
   * @default - it doesn't know the bucket
   */
  readonly uploadsBucket?: readonly BucketAction[];
  /**
   * What it does to results.
   *
   * @default - it doesn't know the bucket
   */
  readonly mediaBucket?: readonly BucketAction[];
  /**
   * More environment variables.
   *
   * @default - none
   */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Whether callers' mistakes fail too.
   *
   * @default false
   */
  readonly refuses?: boolean;
  /**
   * How long one invocation may take.
   *
   * @default 10 seconds
   */
  readonly timeout?: Duration;
  /**
   * Memory in MiB.
   *
   * @default 256
   */
  readonly memorySize?: number;
}

/** A function of the media context: it knows the tables and buckets that it uses, and may do no more than that. */
export class MediaFunction extends RustFunction {
  constructor(scope: Construct, id: string, props: MediaFunctionProps) {
    const stack = ConcernStack.of(scope);
    const environment: Record<string, string> = { ...props.environment };
    if (props.media) environment.MEDIA_TABLE = stack.read('data/media-table-name');
    if (props.objects) environment.OBJECTS_TABLE = stack.read('data/objects-table-name');
    if (props.uploadsBucket) environment.UPLOADS_BUCKET = props.buckets.uploads.bucketName;
    if (props.mediaBucket) environment.MEDIA_BUCKET = props.buckets.media.bucketName;
    super(scope, id, {
      binary: props.binary,
      description: props.description,
      environment,
      failures: props.refuses === true ? { kind: 'share', percent: 50 } : { kind: 'any' },
      timeout: props.timeout,
      memorySize: props.memorySize,
    });
    this.allowTable('MediaTable', environment.MEDIA_TABLE, props.media);
    this.allowTable('ObjectsTable', environment.OBJECTS_TABLE, props.objects);
    allowObjects(this, props.buckets.uploads, 'uploads', props.uploadsBucket);
    allowObjects(this, props.buckets.media, 'media', props.mediaBucket);
  }

  private allowTable(id: string, name: string | undefined, actions: readonly TableAction[] = []): void {
    if (name === undefined) return;
    const table = Table.fromTableName(this, id, name);
    const own = actions.filter((action) => action !== 'Query').map((action) => `dynamodb:${action}`);
    if (own.length > 0) table.grant(this, ...own);
    if (actions.includes('Query')) {
      const indexes = id === 'MediaTable' ? ['byOwner', 'byExpiry'] : ['byOwner'];
      const resourceArns = indexes.map((index) => `${table.tableArn}/index/${index}`);
      Grant.addToPrincipal({ grantee: this, actions: ['dynamodb:Query'], resourceArns });
    }
  }
}
