import { Aws, Duration } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Grant, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnPipe } from 'aws-cdk-lib/aws-pipes';
import { Construct } from 'constructs';
import { RunbookAlarm } from '../alarms/runbook-alarm.ts';
import { RetainedLogs } from '../logs.ts';
import { DeadLetterQueue } from '../queues/dead-letter-queue.ts';
import { ConcernStack } from '../stacks/concern-stack.ts';

/** Where a pipe takes records, what it does to them and where they go. */
export interface PipeStage {
  /** The ARN of the enrichment or target. */
  readonly arn: string;
  /** Lets the pipe's role use it. */
  readonly grant: (role: Role) => Grant;
}

/** Properties of {@link StreamPipe}. */
export interface StreamPipeProps {
  /** Name within the environment. */
  readonly name: string;
  /** What the pipe is for, in a sentence. */
  readonly description: string;
  /** The DynamoDB stream that it reads. */
  readonly streamArn: string;
  /** Event patterns; a record that matches none is passed over. */
  readonly filters: readonly object[];
  /** Records per batch, at most. */
  readonly batchSize: number;
  /**
   * What turns a batch of records into the events for the target.
   *
   * @default - the target gets the records
   */
  readonly enrichment?: PipeStage;
  /** Where batches go. */
  readonly target: PipeStage & { readonly parameters: CfnPipe.PipeTargetParametersProperty };
}

/** A pipe from a DynamoDB stream, with its own role, logs, dead letters and alarm. */
export class StreamPipe extends Construct {
  constructor(scope: Construct, id: string, props: StreamPipeProps) {
    super(scope, id);
    const stack = ConcernStack.of(this);
    const name = stack.names.resource(props.name);
    const pipeArn = stack.formatArn({ service: 'pipes', resource: 'pipe', resourceName: name });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('pipes.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID, 'aws:SourceArn': pipeArn } },
      }),
    });
    const deadLetters = new DeadLetterQueue(this, 'DeadLetters', { owner: props.name, runbook: 'pipe-dead-letters' });
    deadLetters.grantSendMessages(role);
    const reading = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'];
    Grant.addToPrincipal({
      grantee: role,
      actions: reading.map((action) => `dynamodb:${action}`),
      resourceArns: [props.streamArn],
    });
    props.enrichment?.grant(role);
    props.target.grant(role);
    const logs = new RetainedLogs(this, 'Logs', `/aws/vendedlogs/pipes/${name}`);
    const pipe = new CfnPipe(this, 'Pipe', {
      name,
      description: props.description,
      roleArn: role.roleArn,
      source: props.streamArn,
      sourceParameters: {
        filterCriteria: { filters: props.filters.map((pattern) => ({ pattern: JSON.stringify(pattern) })) },
        dynamoDbStreamParameters: {
          startingPosition: 'TRIM_HORIZON',
          batchSize: props.batchSize,
          maximumRetryAttempts: 20,
          maximumRecordAgeInSeconds: Duration.hours(12).toSeconds(),
          onPartialBatchItemFailure: 'AUTOMATIC_BISECT',
          deadLetterConfig: { arn: deadLetters.queueArn },
        },
      },
      enrichment: props.enrichment?.arn,
      target: props.target.arn,
      targetParameters: props.target.parameters,
      logConfiguration: {
        level: 'ERROR',
        includeExecutionData: stack.configuration.logs.includeExecutionData ? ['ALL'] : undefined,
        cloudwatchLogsLogDestination: { logGroupArn: logs.logGroupArn },
      },
    });
    // A pipe checks its role's rights when it is made.
    pipe.node.addDependency(role);
    this.alarm(props.name, name);
  }

  private alarm(name: string, pipeName: string): void {
    const metric = (metricName: string) =>
      new Metric({
        namespace: 'AWS/EventBridge/Pipes',
        metricName,
        dimensionsMap: { PipeName: pipeName },
        statistic: 'Sum',
      });
    new RunbookAlarm(this, 'Failures', {
      name: `${name}-failures`,
      meaning: `The pipe ${pipeName} fails and holds up the stream`,
      runbook: 'pipe-failures',
      metric: new MathExpression({
        expression: 'failed + timedOut',
        usingMetrics: { failed: metric('ExecutionFailed'), timedOut: metric('ExecutionTimeout') },
        period: Duration.minutes(5),
        label: 'failed or timed out',
      }),
      periods: 2,
    });
  }
}
