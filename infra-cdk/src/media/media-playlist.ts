import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Grant } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { RustFunction } from '../functions/rust-function.ts';
import { ConcernStack } from '../stacks/concern-stack.ts';
import { allowVariants } from './object-rights.ts';

/** The playlists of films, whose bucket is private: the addresses in them are signed. */
export class MediaPlaylist extends RustFunction {
  constructor(scope: Construct, id: string) {
    const stack = ConcernStack.of(scope);
    const environment = {
      MEDIA_TABLE: stack.read('data/media-table-name'),
      MEDIA_BUCKET: stack.read('media/media-bucket-name'),
    };
    super(scope, id, {
      binary: 'media-playlist',
      description: 'Answers playlists of films with signed addresses',
      environment,
      failures: { kind: 'any' },
      memorySize: 512,
    });
    Table.fromTableName(this, 'Table', environment.MEDIA_TABLE).grant(this, 'dynamodb:GetItem');
    const bucket = allowVariants(this, environment.MEDIA_BUCKET);
    // Without the right to list, S3 answers 403 where there is no object.
    Grant.addToPrincipal({ grantee: this, actions: ['s3:ListBucket'], resourceArns: [bucket.bucketArn] });
  }
}
