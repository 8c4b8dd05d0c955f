//! What a media is and what becomes of it; pure.

mod arrival;
mod checksum;
mod ending;
mod file_name;
mod record;
mod removal;
mod request;
mod sniff;
mod transfer;

pub use arrival::{Arrival, Arrived, arrive};
pub use checksum::Checksum;
pub use ending::{Ending, Run, end, retry};
pub use file_name::FileName;
pub use record::{Awaited, Record, Source, UploadRecord};
pub(crate) use removal::REMEMBERED_SECONDS;
pub use removal::{delete, expire};
pub use request::{NewUpload, OWNER, check_owner, media_id, request};
pub use sniff::is_video;
pub use transfer::{PART_LIMIT, Part, SINGLE_LIMIT, Transfer};
