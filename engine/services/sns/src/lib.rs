//! Amazon SNS: standard and FIFO topics, subscriptions of queues, functions and devices with filter policies, durable
//! delivery.
//!
//! What a publish accepted is on disk, with one row per subscription that takes it, before the publish is answered. Each row
//! stays until its endpoint has the message, or the subscription's dead-letter queue, or until retries are used up.
//!
//! Notifications are not signed: `Signature` says so in base64, and nothing is behind `SigningCertURL`. `UnsubscribeURL`
//! leads to this engine and works. Of the attributes of a topic, `KmsMasterKeyId`, `TracingConfig`, `DeliveryPolicy` and the
//! delivery status roles are kept and shown but do nothing, and access policies are kept but not enforced.

mod api;
mod delivery;
mod error;
mod filter;
mod message;
mod notification;
mod operations;
mod push;
mod registry;
mod rows;
mod service;
mod subscription;
mod topic;

pub use push::{Push, Pushes};
pub use service::Sns;
