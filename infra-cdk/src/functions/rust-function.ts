import { Duration } from 'aws-cdk-lib';
import { Role, ServicePrincipal, type IGrantable, type IPrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function, Runtime, Tracing, type CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { RunbookAlarm, type FailurePolicy } from '../alarms/runbook-alarm.ts';
import { RetainedLogs } from '../logs.ts';
import { acknowledge, TRACING } from '../nag/acknowledge.ts';
import { ConcernStack } from '../stacks/concern-stack.ts';
import { codeOf } from './assets.ts';

/** Properties of {@link RustFunction}. */
export interface RustFunctionProps {
  /** Name of the Rust binary, which is also the function's name within the environment. */
  readonly binary: string;
  /** What the function does, in a sentence. */
  readonly description: string;
  /** Environment variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** When its errors alarm. */
  readonly failures: FailurePolicy;
  /**
   * How long one invocation may take.
   *
   * @default 10 seconds
   */
  readonly timeout?: Duration;
  /**
   * Memory in MiB; CPU comes in proportion.
   *
   * @default 256
   */
  readonly memorySize?: number;
}

/** A Rust binary as a Lambda function on arm64, with its own log group, role and alarm. */
export class RustFunction extends Construct implements IGrantable {
  readonly handler: Function;
  readonly grantPrincipal: IPrincipal;

  constructor(scope: Construct, id: string, props: RustFunctionProps) {
    super(scope, id);
    const { names } = ConcernStack.of(this);
    const functionName = names.resource(props.binary);
    const logGroup = new RetainedLogs(this, 'Logs', `/aws/lambda/${functionName}`);
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    this.handler = new Function(this, 'Function', {
      functionName,
      description: props.description,
      runtime: Runtime.PROVIDED_AL2023,
      architecture: Architecture.ARM_64,
      handler: 'bootstrap',
      code: codeOf(props.binary),
      environment: { ...props.environment },
      memorySize: props.memorySize ?? 256,
      timeout: props.timeout ?? Duration.seconds(10),
      tracing: Tracing.ACTIVE,
      logGroup,
      role,
    });
    this.grantPrincipal = role;
    const resource = this.handler.node.defaultChild as CfnFunction;
    resource.addMetadata('sluicegate', { binary: props.binary });
    acknowledge(role, 'AwsSolutions-IAM5[Resource::*]', TRACING);
    RunbookAlarm.onFailures(
      this,
      'Errors',
      props.failures,
      { failed: this.handler.metricErrors(), all: this.handler.metricInvocations() },
      { name: `${props.binary}-errors`, meaning: `The function ${functionName} fails`, runbook: 'function-errors' },
    );
  }
}
