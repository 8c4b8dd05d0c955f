//! The steps of the workflows, and what listens to tables, buckets and clients: one function each.

mod clean_uploads;
mod complete_upload;
mod create_upload;
mod delete;
mod erase;
mod index_object;
mod inspect;
mod publish;
mod render;
mod retry;
mod route;
mod settle;
mod summarize;

pub use clean_uploads::{CleanInput, CleanUploads, Cleaned};
pub use complete_upload::{CompleteUpload, CompleteUploadInput, SentPart};
pub use create_upload::{CreateUpload, CreateUploadInput, CreatedUpload};
pub use delete::{DeleteInput, DeleteMedia};
pub use erase::{EraseInput, EraseSubject, Erased};
pub use index_object::{IndexObject, Indexed};
pub use inspect::{InspectImage, InspectInput, Inspected};
pub use publish::{Publication, PublishChanges, StreamImages, StreamRecord};
pub use render::{RenderInput, RenderSize};
pub use retry::{RetryInput, RetryProcessing};
pub use route::{Route, RouteUpload, Routed};
pub use settle::{Settle, SettleInput, Settled};
pub use summarize::{SummarizeImage, SummarizeInput, Summarized};
