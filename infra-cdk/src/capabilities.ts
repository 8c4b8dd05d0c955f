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
  /** Pushes to devices, by the credentials in a secret that is made by hand; needs `notifications`. */
  readonly push: Switch<{ readonly secretName: string }>;
  /** Counters per event type and hour: table, function and rule. */
  readonly analytics: Switch;
  /** Uploads, and every variant of pictures: buckets, tables, machines, rules. */
  readonly media: Switch;
  /** Films: MediaConvert's queue and job template, and the machine; needs `media`. */
  readonly video: Switch;
  /** Pictures in any size by their address, made when they are asked for: function and CloudFront; needs `media`. */
  readonly pictures: Switch;
  /** The topic that S3 tells of every upload, for subscribers of other systems; needs `media`. Only where it is asked for. */
  readonly uploadTopic: Switch;
  /** The topic that every alarm notifies; people subscribe to it. */
  readonly alerts: Switch;
}

/** What nobody can know but those whose copy it is. */
export interface Choices {
  /**
   * The origin whose pages may upload.
   *
   * @default - pages of this machine where people develop, and none where customers are
   */
  readonly appOrigin?: string | undefined;
  /**
   * The domain that mail comes from.
   *
   * @default 'sluicegate.example'
   */
  readonly mailDomain?: string | undefined;
  /**
   * The secret with the credentials of push services.
   *
   * @default - there are no pushes to devices
   */
  readonly pushSecret?: string | undefined;
  /**
   * Whether S3 tells a topic of every upload.
   *
   * @default false
   */
  readonly uploadTopic?: boolean | undefined;
}

/**
 * The capabilities of an environment, less those named in `without`. Where data lasts there are customers, and people who
 * want to hear of alarms.
 */
export function capabilitiesOf(
  lasting: boolean,
  without: readonly (keyof Capabilities)[],
  { mailDomain = 'sluicegate.example', pushSecret, uploadTopic = false }: Choices,
): Capabilities {
  const on = <Options>(name: keyof Capabilities, options?: Options): Switch<Options> =>
    without.includes(name) ? { enabled: false } : { enabled: true, ...(options as Options) };
  return {
    activity: on('activity'),
    reminders: on('reminders'),
    // SES's own mailbox takes everything and bothers nobody.
    notifications: on('notifications', { mailDomain, fallbackRecipient: 'success@simulator.amazonses.com' }),
    push:
      pushSecret === undefined || without.includes('notifications')
        ? { enabled: false }
        : on('push', { secretName: pushSecret }),
    analytics: on('analytics'),
    media: on('media'),
    video: on('video'),
    pictures: on('pictures'),
    uploadTopic: uploadTopic ? on('uploadTopic') : { enabled: false },
    alerts: lasting ? on('alerts') : { enabled: false },
  };
}
