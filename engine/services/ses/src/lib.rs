//! Amazon SES v2: sending by content, raw MIME and template, and a mailbox that keeps every message that was sent.
//!
//! No message leaves the machine. What SendEmail accepted is on disk, as the MIME that a recipient would get, before it is
//! answered; [`Mailbox`] reads it back, which AWS has no way to do.
//!
//! **An identity that was created counts as verified at once**: there is no DNS to look at and nobody to click a link.
//! Sending from any other address is refused as AWS does it. The account is out of the sandbox, so recipients need no
//! verification. Messages are not signed with DKIM; tokens are made up. Whoever is on the suppression list is marked in the
//! mailbox as not reached. A template whose data lack an attribute is accepted, as on AWS, and kept with the reason why
//! nobody would get it.

mod address;
mod api;
mod error;
mod mailbox;
mod mime;
mod operations;
mod outgoing;
mod rows;
mod service;
mod template;

pub use self::mailbox::{Attachment, Letter, LetterContent, Mailbox};
pub use self::service::Ses;
