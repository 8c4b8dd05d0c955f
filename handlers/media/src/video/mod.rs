//! Films: what one is, what is to be made of it, and how the job that makes it goes.

mod film;
mod job;
mod ladder;
mod status;
mod transcode;
mod waiting;

pub use film::Film;
pub use status::{FollowTranscoding, JobDetail, JobEvent, JobProgress, Metadata};
pub use transcode::{Transcode, TranscodeInput, Transcoding};
pub(crate) use waiting::WaitingTasks;
