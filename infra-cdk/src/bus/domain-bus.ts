import { CfnArchive, EventBus } from 'aws-cdk-lib/aws-events';
import { RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ConcernStack } from '../stacks/concern-stack.ts';

/** The bus that all domain events travel on, and the archive that keeps every one of them for replays. */
export class DomainBus extends Construct {
  readonly bus: EventBus;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { names, configuration } = ConcernStack.of(this);
    this.bus = new EventBus(this, 'Bus', {
      eventBusName: names.resource('sluicegate'),
      description: 'Domain events of Sluicegate',
    });
    // The L2 archive insists on a pattern; without one an archive keeps everything.
    const archive = new CfnArchive(this, 'Archive', {
      archiveName: names.resource('sluicegate'),
      description: 'Every domain event, for replays',
      sourceArn: this.bus.eventBusArn,
      retentionDays: configuration.archive.kind === 'days' ? configuration.archive.days : undefined,
    });
    const removal = configuration.data.kind === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    archive.applyRemovalPolicy(removal);
  }
}
