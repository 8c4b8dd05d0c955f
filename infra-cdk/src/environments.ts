import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { capabilitiesOf, type Capabilities, type Choices } from './capabilities.ts';

export type { Capabilities, Choices, MailOptions, Switch } from './capabilities.ts';

/**
 * Where a copy of the stack runs. Environments of which an account holds only one have no suffix in their names; the
 * others carry what tells them apart.
 */
export type Environment =
  | { readonly kind: 'development' }
  | { readonly kind: 'integration' }
  | { readonly kind: 'production' }
  | { readonly kind: 'developer'; readonly name: string }
  | { readonly kind: 'preview'; readonly pullRequest: number }
  | { readonly kind: 'tenant'; readonly tenant: string };

/** What becomes of data when a stack is deleted. */
export type DataProtection =
  /** Tables, archive and logs outlive the stack, and tables refuse to be deleted. */
  | { readonly kind: 'retain' }
  /** Everything goes with the stack. */
  | { readonly kind: 'destroy' };

/** How long the event archive keeps an event. */
export type ArchiveRetention = { readonly kind: 'forever' } | { readonly kind: 'days'; readonly days: number };

/** All that one copy of the stack is made from. */
export interface Configuration {
  readonly environment: Environment;
  readonly capabilities: Capabilities;
  readonly data: DataProtection;
  readonly archive: ArchiveRetention;
  readonly logs: {
    readonly retention: RetentionDays;
    /** Whether logs of state machines and pipes hold what people wrote, or only what happened. */
    readonly includeExecutionData: boolean;
  };
  /** Where the app is served from, whose pages may upload: origins, with `*` for any port. */
  readonly appOrigins: readonly string[];
  /** Value of the tag `billing-group` on every resource. */
  readonly billingGroup: string;
}

/** The configuration of `environment`, less the capabilities named in `without`. */
export function configurationOf(
  environment: Environment,
  without: readonly (keyof Capabilities)[] = [],
  choices: Choices = {},
): Configuration {
  const lasting = environment.kind === 'production' || environment.kind === 'tenant';
  return {
    environment,
    capabilities: capabilitiesOf(lasting, without, choices),
    data: { kind: lasting ? 'retain' : 'destroy' },
    archive: lasting ? { kind: 'forever' } : { kind: 'days', days: 30 },
    logs: {
      retention: lasting ? RetentionDays.ONE_YEAR : RetentionDays.ONE_WEEK,
      includeExecutionData: !lasting,
    },
    appOrigins:
      choices.appOrigin !== undefined
        ? [choices.appOrigin]
        : lasting
          ? []
          : ['http://127.0.0.1:*', 'http://localhost:*'],
    billingGroup: `sluicegate${suffixOf(environment)}`,
  };
}

/** What names of this environment end in, so that several fit into one account. */
export function suffixOf(environment: Environment): string {
  switch (environment.kind) {
    case 'development':
    case 'integration':
    case 'production':
      return '';
    case 'developer':
      return `-${environment.name}`;
    case 'preview':
      return `-pr-${environment.pullRequest}`;
    case 'tenant':
      return `-${environment.tenant}`;
  }
}
