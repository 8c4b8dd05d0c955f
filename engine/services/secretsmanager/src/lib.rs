//! AWS Secrets Manager: secrets with versions, staging labels, tags and a recovery window.
//!
//! **Values are stored as they are given, unencrypted**, in the data directory: there is no KMS on one machine, and a key
//! beside the data would protect nothing. `KmsKeyId` is kept and shown but encrypts nothing, and resource policies are kept
//! but not enforced. Don't put secrets of production here.
//!
//! A secret whose recovery window is over is gone for every operation from that moment on, and deleted with the next write.

mod api;
mod error;
mod filter;
mod name;
mod operations;
mod password;
mod rows;
mod secret;
mod service;
mod stages;

pub use crate::service::SecretsManager;
