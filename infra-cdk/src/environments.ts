import { RetentionDays } from 'aws-cdk-lib/aws-logs';

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

/** A piece that can be left out: off means that nothing of it is synthesized. */
export type Switch<Options = unknown> = { readonly enabled: false } | ({ readonly enabled: true } & Options);

/** From whom mail comes, and to whom it goes where nobody said. */
export interface MailOptions {
  /** The domain that mail comes from; SES has to verify it. */
  readonly mailDomain: string;
  /** Who is written to for an owner that gave no address. */
  readonly fallbackRecipient: string;
}

/** The pieces beyond the spine, one switch each. */
export interface Capabilities {
  /** The record of what happened to each todo: table, machine and rule. */
  readonly activity: Switch;
  /** The `remind` machine and the pipe that starts it. */
  readonly reminders: Switch;
  /** Mail and pushes about reminders and uploads: queue, functions, tables, SES identity and templates. */
  readonly notifications: Switch<MailOptions>;
  /** Counters per event type and hour: table, function and rule. */
  readonly analytics: Switch;
  /** Uploads, and every variant of pictures: buckets, tables, machines, rules. */
  readonly media: Switch;
  /** Films: MediaConvert's queue and job template, and the machine; needs `media`. */
  readonly video: Switch;
  /** The topic that every alarm notifies; people subscribe to it. */
  readonly alerts: Switch;
}

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

/**
 * The configuration of `environment`, less the capabilities named in `without`. Pages of `appOrigin` may upload; when it is
 * absent, pages of this machine may where people develop, and none where customers are. Mail comes from `mailDomain`.
 */
export function configurationOf(
  environment: Environment,
  without: readonly (keyof Capabilities)[] = [],
  appOrigin?: string,
  mailDomain = 'sluicegate.example',
): Configuration {
  const lasting = environment.kind === 'production' || environment.kind === 'tenant';
  const on = <Options>(name: keyof Capabilities, options?: Options): Switch<Options> =>
    without.includes(name) ? { enabled: false } : { enabled: true, ...(options as Options) };
  return {
    environment,
    capabilities: {
      activity: on('activity'),
      reminders: on('reminders'),
      // SES's own mailbox takes everything and bothers nobody.
      notifications: on('notifications', { mailDomain, fallbackRecipient: 'success@simulator.amazonses.com' }),
      analytics: on('analytics'),
      media: on('media'),
      video: on('video'),
      alerts: lasting ? on('alerts') : { enabled: false },
    },
    data: { kind: lasting ? 'retain' : 'destroy' },
    archive: lasting ? { kind: 'forever' } : { kind: 'days', days: 30 },
    logs: {
      retention: lasting ? RetentionDays.ONE_YEAR : RetentionDays.ONE_WEEK,
      includeExecutionData: !lasting,
    },
    appOrigins: appOrigin !== undefined ? [appOrigin] : lasting ? [] : ['http://127.0.0.1:*', 'http://localhost:*'],
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
