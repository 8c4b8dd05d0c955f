//! Films as streams: their playlists, in which every address is signed.

mod handler;
mod playlist;

pub use handler::{StreamFilm, StreamReply, StreamRequest, StreamedPlaylist};
