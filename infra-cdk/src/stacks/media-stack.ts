import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { Erasure } from '../media/erasure.ts';
import { ImageProcessing } from '../media/image-processing.ts';
import { MediaBuckets } from '../media/media-buckets.ts';
import { MediaFunction } from '../media/media-function.ts';
import { MediaMutations } from '../media/media-mutations.ts';
import { MediaPublication } from '../media/media-publication.ts';
import { ObjectRule } from '../media/object-rule.ts';
import { Pictures } from '../media/pictures.ts';
import { allowReleasing, settingsOf, type Processing } from '../media/processing.ts';
import { UploadCleaning } from '../media/upload-cleaning.ts';
import { VideoProcessing } from '../media/video.ts';
import { ConcernStack, type ConcernStackProps } from './concern-stack.ts';

/** Uploads, what is made of them, and what is known of every object. */
export class MediaStack extends ConcernStack {
  private readonly buckets: MediaBuckets;

  constructor(scope: Construct, props: ConcernStackProps) {
    super(scope, 'Media', 'Uploads and what is made of them', props);
    this.buckets = new MediaBuckets(this, 'Buckets');
    this.publish('media/media-bucket-name', this.buckets.media.bucketName);
    this.publish('media/uploads-bucket-name', this.buckets.uploads.bucketName);
    const settle = new MediaFunction(this, 'Settle', {
      binary: 'media-settle',
      description: 'Writes how processing ended',
      buckets: this.buckets,
      media: ['GetItem', 'PutItem'],
      uploadsBucket: ['upload', 'delete'],
      mediaBucket: ['delete'],
    });
    const images = new ImageProcessing(this, 'Images', { buckets: this.buckets, settle });
    const machines: Processing[] = [{ setting: 'PROCESS_IMAGE_ARN', machine: images.machine }];
    if (this.configuration.capabilities.video.enabled) {
      const films = new VideoProcessing(this, 'Video', { buckets: this.buckets, settle });
      machines.push({ setting: 'PROCESS_VIDEO_ARN', machine: films.machine });
    }
    new MediaMutations(this, this.buckets, machines);
    this.routing(machines);
    this.index();
    new MediaPublication(this, 'Publication');
    new UploadCleaning(this, 'Cleaning', { buckets: this.buckets });
    if (this.configuration.capabilities.pictures.enabled) new Pictures(this, 'Pictures', { buckets: this.buckets });
    new Erasure(this, 'Erasure', { buckets: this.buckets, machines });
  }

  private routing(machines: readonly Processing[]): void {
    const route = new MediaFunction(this, 'Route', {
      binary: 'media-route',
      description: 'Starts the machine for an object that has arrived',
      buckets: this.buckets,
      media: ['GetItem', 'PutItem'],
      uploadsBucket: ['read', 'delete'],
      environment: settingsOf(machines),
      // What came in parts is read through once to compare its checksum.
      timeout: Duration.minutes(5),
      memorySize: 512,
    });
    for (const { machine } of machines) machine.stateMachine.grantStartExecution(route);
    // An upload that takes another's place.
    allowReleasing(route, machines);
    new ObjectRule(this, 'Uploads', {
      name: 'media-uploads',
      description: 'Every upload goes to the machine of its kind',
      detailTypes: ['Object Created'],
      buckets: [this.buckets.uploads],
      target: route,
    });
  }

  private index(): void {
    const index = new MediaFunction(this, 'Index', {
      binary: 'media-index',
      description: 'Follows what happens in the buckets',
      buckets: this.buckets,
      media: ['GetItem'],
      objects: ['PutItem'],
      // What comes after its media was deleted goes.
      uploadsBucket: ['delete'],
      mediaBucket: ['delete'],
    });
    new ObjectRule(this, 'Objects', {
      name: 'media-objects',
      description: 'Every object has its entry in the index',
      detailTypes: ['Object Created', 'Object Deleted'],
      buckets: [this.buckets.uploads, this.buckets.media],
      target: index,
    });
  }
}
