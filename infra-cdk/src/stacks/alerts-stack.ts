import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { ConcernStack, type ConcernStackProps } from './concern-stack.ts';

/** The topic that alarms notify. */
export class AlertsStack extends ConcernStack {
  constructor(scope: Construct, props: ConcernStackProps) {
    super(scope, 'Alerts', 'Topic that alarms notify', props);
    const topic = new Topic(this, 'Alerts', { topicName: this.names.resource('alerts'), enforceSSL: true });
    this.publish('alerts/topic-arn', topic.topicArn);
  }
}
