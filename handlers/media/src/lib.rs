//! The media context: its domain, the steps of its workflows, its Lambda functions.
//!
//! [`domain`] is pure: it decides what becomes of an upload and names each refusal. The steps read and write the
//! tables and buckets around it, one function each, and [`FUNCTIONS`] is what a Lambda binary or the engine runs.

mod buckets;
pub mod domain;
mod error;
mod functions;
mod machines;
mod object_index;
mod objects;
mod recipe;
mod records;
mod s3_event;
pub mod serve;
mod source;
pub mod steps;
pub mod stream;
mod upload_urls;
pub mod video;

pub use error::{MediaError, REJECTIONS};
pub use functions::{
    CLEAN_UPLOADS, COMPLETE_UPLOAD, CREATE_UPLOAD, DELETE, ERASE, FUNCTIONS, INDEX, INSPECT, PLAYLIST, PUBLISH, RENDER,
    RETRY, ROUTE, SERVE, SETTLE, SUMMARIZE, TRANSCODE, VIDEO_STATUS,
};
pub use recipe::{Recipe, SizeRecipes};
pub use records::Records;
pub use s3_event::{EventBucket, EventObject, ObjectDetail, ObjectEvent};
pub use source::SourceObject;
pub use upload_urls::{Header, PartUrl, UploadUrls};
