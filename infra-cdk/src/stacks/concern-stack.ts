import { DefaultStackSynthesizer, Stack, Tags } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Configuration } from '../environments.ts';
import { Names } from '../names.ts';
import type { SharedValue, SharedValues } from '../shared/shared-values.ts';

/** What every stack of the application is made from. */
export interface ConcernStackProps {
  readonly configuration: Configuration;
  readonly shared: SharedValues;
}

/** A stack of one concern, whose constructs find the configuration and the names of their environment in it. */
export class ConcernStack extends Stack {
  readonly configuration: Configuration;
  readonly names: Names;
  private readonly shared: SharedValues;

  constructor(scope: Construct, concern: string, description: string, props: ConcernStackProps) {
    const names = new Names(props.configuration.environment);
    super(scope, concern, {
      stackName: names.stack(concern),
      description,
      analyticsReporting: false,
      terminationProtection: props.configuration.data.kind === 'retain',
      synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }),
    });
    this.configuration = props.configuration;
    this.names = names;
    this.shared = props.shared;
    Tags.of(this).add('billing-group', props.configuration.billingGroup);
    Tags.of(this).add('concern', concern.toLowerCase());
  }

  /** The concern stack that `construct` belongs to. */
  static override of(construct: Construct): ConcernStack {
    const stack = Stack.of(construct);
    if (stack instanceof ConcernStack) return stack;
    throw new Error(`this construct must be in a ConcernStack: ${construct.node.path}`);
  }

  /** Writes a value for the other stacks. */
  publish(name: SharedValue, value: string): void {
    this.shared.publish(this, name, value);
  }

  /** Reads a value of another stack. */
  read(name: SharedValue): string {
    return this.shared.read(this, name);
  }
}
