import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Machine } from '../machines/machine.ts';

/** A machine that processes uploads, and the setting that tells functions of it. */
export interface Processing {
  readonly setting: 'PROCESS_IMAGE_ARN' | 'PROCESS_VIDEO_ARN';
  readonly machine: Machine;
}

/** The settings that tell a function of `machines`. */
export function settingsOf(machines: readonly Processing[]): Record<string, string> {
  return Object.fromEntries(
    machines.map(({ setting, machine }) => [setting, machine.stateMachine.stateMachineArn] as const),
  );
}

/** Allows `grantee` to tell the task that waits for a film's job that nobody waits for the film any more. */
export function allowReleasing(grantee: IGrantable, machines: readonly Processing[]): void {
  const waiting = machines.filter(({ setting }) => setting === 'PROCESS_VIDEO_ARN');
  for (const { machine } of waiting) machine.stateMachine.grant(grantee, 'states:SendTaskFailure');
}
