import { Aws } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { ConcernStack, type ConcernStackProps } from './concern-stack.ts';

/** The topic that alarms notify. */
export class AlertsStack extends ConcernStack {
  constructor(scope: Construct, props: ConcernStackProps) {
    super(scope, 'Alerts', 'Topic that alarms notify', props);
    const topic = new Topic(this, 'Alerts', { topicName: this.names.resource('alerts'), enforceSSL: true });
    // A topic with a policy of its own loses the default one, by which alarms could publish.
    topic.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    this.publish('alerts/topic-arn', topic.topicArn);
  }
}
