//! What a media is and what becomes of it; pure.

mod arrival;
mod checksum;
mod ending;
mod file_name;
mod record;
mod request;
mod sniff;
mod transfer;

pub use arrival::{Arrival, Arrived, arrive};
pub use checksum::Checksum;
pub use ending::{Ending, Run, cancel_expired, delete, end, retry};
pub use file_name::FileName;
pub use record::{Record, Source, UploadRecord};
pub use request::{NewUpload, OWNER, media_id, request};
pub use sniff::is_video;
pub use transfer::{PART_LIMIT, Part, SINGLE_LIMIT, Transfer};
