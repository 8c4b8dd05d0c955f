import { ProjectionType, AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { OnDemandTable } from '../tables/table.ts';
import { ConcernStack, type ConcernStackProps } from './concern-stack.ts';

/** Every table: what must outlive all other stacks. */
export class DataStack extends ConcernStack {
  constructor(scope: Construct, props: ConcernStackProps) {
    super(scope, 'Data', 'Tables', props);
    const { activity, analytics, media, notifications } = this.configuration.capabilities;
    this.todos();
    const idempotency = new OnDemandTable(this, 'Idempotency', {
      name: 'idempotency',
      partitionKey: 'key',
      timeToLiveAttribute: 'expiresAt',
    });
    this.publish('data/idempotency-table-name', idempotency.tableName);
    if (activity.enabled) {
      const table = new OnDemandTable(this, 'Activity', {
        name: 'activity',
        partitionKey: 'todoId',
        sortKey: 'eventId',
      });
      this.publish('data/activity-table-name', table.tableName);
    }
    if (media.enabled) this.media();
    if (notifications.enabled) this.notifications();
    if (analytics.enabled) {
      const table = new OnDemandTable(this, 'Analytics', {
        name: 'analytics',
        partitionKey: 'pk',
        sortKey: 'sk',
        timeToLiveAttribute: 'expiresAt',
      });
      this.publish('data/analytics-table-name', table.tableName);
    }
  }

  private notifications(): void {
    const told = new OnDemandTable(this, 'Notifications', {
      name: 'notifications',
      partitionKey: 'key',
      timeToLiveAttribute: 'expiresAt',
    });
    this.publish('data/notifications-table-name', told.tableName);
    const preferences = new OnDemandTable(this, 'Preferences', {
      name: 'preferences',
      partitionKey: 'owner',
      sortKey: 'channel',
    });
    this.publish('data/preferences-table-name', preferences.tableName);
  }

  private media(): void {
    const media = new OnDemandTable(this, 'Media', {
      name: 'media',
      partitionKey: 'id',
      stream: true,
      timeToLiveAttribute: 'expiresAt',
      indexes: [
        {
          indexName: 'byOwner',
          partitionKey: { name: 'owner', type: AttributeType.STRING },
          sortKey: { name: 'position', type: AttributeType.STRING },
          projectionType: ProjectionType.ALL,
        },
        {
          // Holds only media whose upload is awaited.
          indexName: 'byExpiry',
          partitionKey: { name: 'awaiting', type: AttributeType.STRING },
          sortKey: { name: 'uploadExpiresAt', type: AttributeType.STRING },
          projectionType: ProjectionType.ALL,
        },
      ],
    });
    this.publish('data/media-table-name', media.tableName);
    this.publish('data/media-stream-arn', media.tableStreamArn as string);
    const objects = new OnDemandTable(this, 'Objects', {
      name: 'objects',
      partitionKey: 'objectKey',
      timeToLiveAttribute: 'expiresAt',
      indexes: [
        {
          indexName: 'byOwner',
          partitionKey: { name: 'owner', type: AttributeType.STRING },
          sortKey: { name: 'kindAndKey', type: AttributeType.STRING },
          projectionType: ProjectionType.ALL,
        },
      ],
    });
    this.publish('data/objects-table-name', objects.tableName);
    if (!this.configuration.capabilities.pictures.enabled) return;
    const leases = new OnDemandTable(this, 'Leases', {
      name: 'leases',
      partitionKey: 'key',
      timeToLiveAttribute: 'expiresAt',
    });
    this.publish('data/leases-table-name', leases.tableName);
  }

  private todos(): void {
    const table = new OnDemandTable(this, 'Todos', {
      name: 'todos',
      partitionKey: 'id',
      stream: true,
      indexes: [
        {
          indexName: 'byOwner',
          partitionKey: { name: 'owner', type: AttributeType.STRING },
          sortKey: { name: 'position', type: AttributeType.STRING },
          projectionType: ProjectionType.ALL,
        },
      ],
    });
    this.publish('data/todos-table-name', table.tableName);
    this.publish('data/todos-stream-arn', table.tableStreamArn as string);
  }
}
