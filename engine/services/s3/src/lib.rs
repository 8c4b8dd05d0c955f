//! Amazon S3: buckets and objects on `s3s`, bodies in files, rows in the store, events to whom a bucket's configuration names.
//!
//! A body is a file of its own that is on disk before a row names it, and a row is what makes an object: a crash leaves the
//! old object or the new one, and the next start removes files without a row. Requests are read by `s3s`; calls from inside
//! the engine become the same requests, so that there is one behaviour.
//!
//! Kept and shown but without effect: bucket policies, encryption, public access blocks, storage classes and transitions
//! between them. Ownership decides how requests for access control lists are refused. So are anonymous requests. Nothing on
//! disk is encrypted.

mod api;
mod bodies;
mod checksum;
mod error;
mod events;
mod http;
mod json;
mod lifecycle;
mod operations;
mod rows;
mod s3;
mod service;
mod storage;
mod time;
mod upload;

pub use service::S3;
