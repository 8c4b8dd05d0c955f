//! Tells owners by e-mail and push what happened: reminders that are due, media that are ready or were rejected.
//!
//! Events wait in the queue `notifications`. For each event and channel there is one row in the table `notifications`: a
//! sender **claims** it, **sends**, and **marks** it as sent. Duplicates and replays find the mark and send nothing. A
//! refusal releases the claim, so that a retry may be lucky. Whose sender died between sending and marking is claimed again
//! once the claim has run out, and sent again: SES and SNS take no idempotency token, so nobody can know whether the first
//! was sent, and a reminder too many is better than none. That is the only way to be told twice
//! (`docs/decisions/0006-notifications-claim-send-mark.md`).
//!
//! An event that is older than [`Notice::KEPT_FOR`] isn't told any more, and a row outlives that: so replays of the archive
//! stay silent for ever though rows expire.

mod domain;
mod email;
mod error;
mod functions;
mod item;
mod ledger;
mod preferences;
mod push;
mod register_device;
mod send;
mod set_preference;

pub use domain::{Channel, Happening, Notice, Wording};
pub use error::NotificationError;
pub use functions::{FUNCTIONS, PREFERENCES, REGISTER_DEVICE, SEND};
pub use preferences::Preference;
pub use register_device::{Platform, RegisterDevice, RegisterDeviceInput};
pub use send::SendNotifications;
pub use set_preference::{SetPreference, SetPreferenceInput};
