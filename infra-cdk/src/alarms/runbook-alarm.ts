import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, MathExpression, TreatMissingData, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { ConcernStack } from '../stacks/concern-stack.ts';

/** When failures of something are worth waking a person. */
export type FailurePolicy =
  /** Each failure is ours: a single one alarms. */
  | { readonly kind: 'any' }
  /** Callers' mistakes fail too: a share of all runs alarms, three periods in a row. */
  | { readonly kind: 'share'; readonly percent: number };

/** Properties of {@link RunbookAlarm}. */
export interface RunbookAlarmProps {
  /** Name of the alarm within the environment, for example `remind-failures`. */
  readonly name: string;
  /** What is wrong, in a sentence without full stop. */
  readonly meaning: string;
  /** File in `docs/runbooks` without `.md`: what a person does about it. */
  readonly runbook: string;
  readonly metric: IMetric;
  /**
   * The alarm goes off above this value.
   *
   * @default 0
   */
  readonly threshold?: number;
  /**
   * Periods in a row that must be above the threshold.
   *
   * @default 1
   */
  readonly periods?: number;
}

/** An alarm that says where its runbook is, and notifies the alerts topic where there is one. */
export class RunbookAlarm extends Construct {
  constructor(scope: Construct, id: string, props: RunbookAlarmProps) {
    super(scope, id);
    const stack = ConcernStack.of(this);
    const alarm = new Alarm(this, 'Alarm', {
      alarmName: stack.names.resource(props.name),
      alarmDescription: `${props.meaning}. Runbook: docs/runbooks/${props.runbook}.md`,
      metric: props.metric,
      threshold: props.threshold ?? 0,
      evaluationPeriods: props.periods ?? 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (stack.configuration.capabilities.alerts.enabled) {
      alarm.addAlarmAction(new SnsAction(Topic.fromTopicArn(this, 'Topic', stack.read('alerts/topic-arn'))));
    }
  }

  /** An alarm about failed runs among all runs, as `policy` wants it. */
  static onFailures(
    scope: Construct,
    id: string,
    policy: FailurePolicy,
    runs: { readonly failed: IMetric; readonly all: IMetric },
    props: Omit<RunbookAlarmProps, 'metric' | 'threshold' | 'periods'>,
  ): RunbookAlarm {
    if (policy.kind === 'any') return new RunbookAlarm(scope, id, { ...props, metric: runs.failed });
    const share = new MathExpression({
      expression: '100 * unsuccessful / all',
      usingMetrics: { unsuccessful: runs.failed, all: runs.all },
      period: Duration.minutes(5),
      label: 'failed, per cent',
    });
    return new RunbookAlarm(scope, id, { ...props, metric: share, threshold: policy.percent, periods: 3 });
  }
}
