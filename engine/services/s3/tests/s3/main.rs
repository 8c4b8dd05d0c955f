//! S3 through AWS's own client, presigned URLs, browsers' requests, and calls from inside the engine.
#![allow(clippy::unwrap_used)]

mod browsers;
mod buckets;
mod calls;
mod durability;
mod events;
mod forms;
mod lifecycle;
mod multipart;
mod objects;
mod presigned;
mod refusals;
mod support;
mod versions;
