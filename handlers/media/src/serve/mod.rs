//! `media-serve`: pictures by their address, made when somebody first asks for them.
//!
//! `GET /media/{id}/{preset}` answers anybody; `GET /media/{id}/w=…,h=…,fit=…,format=…,q=…,s=…` whom we signed the address
//! for, so that nobody can fill the bucket. What is made is kept beside the variants of the image machine and is the same
//! object where both make the same. See `docs/imaging.md`.

mod accept;
mod address;
mod error;
mod handler;
mod lease;
mod renditions;
mod reply;
mod signature;

pub use address::{Address, Picture, Size};
pub use error::ServeError;
pub use handler::{Request, ServePicture};
pub use reply::Reply;
pub use signature::sign;
