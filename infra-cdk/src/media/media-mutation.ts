import { StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { Machine } from '../machines/machine.ts';
import { ConcernStack } from '../stacks/concern-stack.ts';
import { MediaFunction, type MediaFunctionProps } from './media-function.ts';

/** Properties of {@link MediaMutation}. */
export interface MediaMutationProps extends MediaFunctionProps {
  /** The machine. */
  readonly machine: 'create-upload' | 'complete-upload' | 'delete-media' | 'retry-processing';
  /** The name that the definition has for the step's function. */
  readonly binding: string;
}

/** A mutation of the media context: an Express machine, answered synchronously, and its step. */
export class MediaMutation extends Construct {
  readonly machine: Machine;
  readonly step: MediaFunction;

  constructor(scope: Construct, id: string, props: MediaMutationProps) {
    super(scope, id);
    this.step = new MediaFunction(this, 'Step', { ...props, refuses: true });
    this.machine = new Machine(this, 'Machine', {
      name: props.machine,
      type: StateMachineType.EXPRESS,
      bindings: { [props.binding]: this.step.handler.functionArn },
      failures: { kind: 'share', percent: 50 },
      runbook: 'mutation-failures',
    });
    this.step.handler.grantInvokeLatestVersion(this.machine);
    ConcernStack.of(this).publish(`media/${props.machine}-arn`, this.machine.stateMachine.stateMachineArn);
  }
}
