import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Accepts a cdk-nag finding on `construct`, for a reason in words. */
export function acknowledge(construct: IConstruct, id: string, reason: string): void {
  if (reason.split(' ').length < 5) throw new Error(`say in a sentence why ${id} is accepted: ${reason}`);
  Validations.of(construct).acknowledge({ id, reason });
}

/** X-Ray has no resources that a policy could name. */
export const TRACING =
  'X-Ray accepts trace segments only for the resource *: the API has no resource-level permissions';
