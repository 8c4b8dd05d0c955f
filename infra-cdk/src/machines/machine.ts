import { Duration } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { Role, ServicePrincipal, type IGrantable, type IPrincipal } from 'aws-cdk-lib/aws-iam';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { RunbookAlarm, type FailurePolicy } from '../alarms/runbook-alarm.ts';
import { RetainedLogs } from '../logs.ts';
import { acknowledge } from '../nag/acknowledge.ts';
import { ConcernStack } from '../stacks/concern-stack.ts';
import { boundDefinition } from './definition.ts';

/** Properties of {@link Machine}. */
export interface MachineProps {
  /** Folder in `workflows/`, which is also the machine's name within the environment. */
  readonly name: string;
  /** Express machines answer at once and keep no history; Standard ones may last a year. */
  readonly type: StateMachineType;
  /** What each `${Name}` of the definition stands for. */
  readonly bindings: Readonly<Record<string, string>>;
  /** When its failed executions alarm. */
  readonly failures: FailurePolicy;
  /** File in `docs/runbooks` without `.md`. */
  readonly runbook: string;
}

/** A state machine from `workflows/`, with its own log group, role and alarm. */
export class Machine extends Construct implements IGrantable {
  readonly stateMachine: StateMachine;
  readonly grantPrincipal: IPrincipal;

  constructor(scope: Construct, id: string, props: MachineProps) {
    super(scope, id);
    const { names, configuration } = ConcernStack.of(this);
    const stateMachineName = names.resource(props.name);
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('states.amazonaws.com') });
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineName,
      stateMachineType: props.type,
      definitionBody: DefinitionBody.fromString(boundDefinition(props.name, props.bindings)),
      definitionSubstitutions: { ...props.bindings },
      role,
      tracingEnabled: true,
      logs: {
        destination: new RetainedLogs(this, 'Logs', `/aws/vendedlogs/states/${stateMachineName}`),
        level: LogLevel.ALL,
        includeExecutionData: configuration.logs.includeExecutionData,
      },
    });
    this.grantPrincipal = role;
    acknowledge(
      role,
      'AwsSolutions-IAM5[Resource::*]',
      'Log delivery and X-Ray have no resource-level permissions: Step Functions documents * for both',
    );
    this.alarm(stateMachineName, props);
  }

  private alarm(stateMachineName: string, { name, failures, runbook }: MachineProps): void {
    const failed = new MathExpression({
      expression: 'failed + timedOut + throttled',
      usingMetrics: {
        failed: this.stateMachine.metricFailed(),
        timedOut: this.stateMachine.metricTimedOut(),
        throttled: this.stateMachine.metricThrottled(),
      },
      period: Duration.minutes(5),
      label: 'failed, timed out or throttled',
    });
    RunbookAlarm.onFailures(
      this,
      'Failures',
      failures,
      { failed, all: this.stateMachine.metricStarted() },
      { name: `${name}-failures`, meaning: `Executions of ${stateMachineName} fail`, runbook },
    );
  }
}
