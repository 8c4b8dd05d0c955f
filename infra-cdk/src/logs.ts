import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ConcernStack } from './stacks/concern-stack.ts';

/** A log group that keeps its lines as long as the environment says. */
export class RetainedLogs extends LogGroup {
  constructor(scope: Construct, id: string, logGroupName: string) {
    const { logs, data } = ConcernStack.of(scope).configuration;
    super(scope, id, {
      logGroupName,
      retention: logs.retention,
      removalPolicy: data.kind === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }
}
