//! AWS Systems Manager Parameter Store: parameters with versions, labels and tags.
//!
//! A `SecureString` is stored as it is given: there is no KMS on one machine. Who reads it without `WithDecryption` gets
//! `kms:<key>:<value>` instead of the value, so that a caller which forgets to decrypt notices here and not on AWS.

mod api;
mod errors;
mod name;
mod read;
mod service;
mod tables;
mod tags;
mod write;

pub use crate::service::Ssm;
