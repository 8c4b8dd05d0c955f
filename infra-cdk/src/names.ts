import { suffixOf, type Environment } from './environments.ts';
import type { SharedValue } from './shared/shared-values.ts';

/** The names of one environment's stacks, resources and parameters. */
export class Names {
  private readonly suffix: string;

  constructor(environment: Environment) {
    this.suffix = suffixOf(environment);
  }

  /** `Sluicegate-Data`, or `Sluicegate-pr-12-Data`. */
  stack(concern: string): string {
    return `Sluicegate${this.suffix}-${concern}`;
  }

  /** `todos`, or `todos-pr-12`. */
  resource(name: string): string {
    return `${name}${this.suffix}`;
  }

  /** `/sluicegate/data/todos-table-name`, or `/sluicegate-pr-12/data/todos-table-name`. */
  parameter(value: SharedValue): string {
    return `/sluicegate${this.suffix}/${value}`;
  }
}
