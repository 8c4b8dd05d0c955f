import { Construct } from 'constructs';
import { DomainBus } from '../bus/domain-bus.ts';
import { ConcernStack, type ConcernStackProps } from './concern-stack.ts';

/** The bus and its archive. */
export class EventsStack extends ConcernStack {
  constructor(scope: Construct, props: ConcernStackProps) {
    super(scope, 'Events', 'Event bus and archive', props);
    const { bus } = new DomainBus(this, 'Domain');
    this.publish('events/bus-name', bus.eventBusName);
  }
}
