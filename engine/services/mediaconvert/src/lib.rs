//! AWS Elemental MediaConvert: jobs, job templates, presets and queues, transcoded by the system's ffmpeg.
//!
//! A job's settings are AWS's. Each setting is either put into effect by ffmpeg or refused by name when the job is created,
//! so that a job that is accepted here means on AWS what it means here. A job is a row: what runs when the engine stops is
//! begun again by the next start, and its events are kept with it until the default bus has them.
//!
//! <https://docs.aws.amazon.com/mediaconvert/latest/ug/what-is.html>

mod api;
mod error;
mod events;
mod ffmpeg;
mod job;
mod names;
mod operations;
mod rows;
mod run;
mod service;
mod settings;

pub use service::{MediaConvert, Programs};
