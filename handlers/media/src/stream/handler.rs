//! `media-playlist`: a playlist of a film, whose bucket is private.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_s3::presigning::PresigningConfig;
use events::{MediaSnapshot, MediaStatus};
use function::{Context, Failure, MissingSetting, Step};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::playlist::{Line, is_name};
use crate::MediaError;
use crate::buckets::Bucket;
use crate::records::Records;

/// How long the addresses in a playlist are good for: a player reads it once, and pauses.
const GOOD_FOR: Duration = Duration::from_secs(6 * 60 * 60);

/// How long a playlist may be kept, which is far less.
const KEEP: &str = "private, max-age=300";

/// A request for `/media/{id}/stream/{playlist}`, in payload format 2.0.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StreamRequest {
    /// What stands in the path.
    pub path_parameters: StreamedPlaylist,
}

/// Which playlist.
#[derive(Clone, Debug, Deserialize)]
pub struct StreamedPlaylist {
    /// The media.
    pub id: String,
    /// The name of the playlist: the one of the variant `hls`, or one that it names.
    pub playlist: String,
}

/// The answer, as an HTTP API takes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StreamReply {
    /// The HTTP status.
    pub status_code: u16,
    /// Names in lower case.
    pub headers: BTreeMap<&'static str, &'static str>,
    /// The playlist, or `{"code", "message"}`.
    pub body: String,
}

/// Answers playlists.
#[derive(Clone, Debug)]
pub struct StreamFilm {
    records: Records,
    media: Bucket,
}

impl StreamFilm {
    /// Works on the table and bucket that the function's settings name.
    ///
    /// # Errors
    /// Names the setting that is missing.
    pub fn build(context: &Context) -> Result<Self, MissingSetting> {
        Ok(Self { records: Records::build(context)?, media: Bucket::media(context)? })
    }

    /// The playlist with every address in it signed; `None` when there is none.
    async fn playlist(&self, wanted: &StreamedPlaylist) -> Result<Option<String>, MediaError> {
        let Some(record) = self.records.find(&wanted.id).await? else { return Ok(None) };
        let Some(folder) = folder(&record.media).filter(|_| is_name(&wanted.playlist)) else { return Ok(None) };
        let key = format!("{folder}/{}", wanted.playlist);
        let Some(bytes) = self.media.get(&key).await? else { return Ok(None) };
        let text = std::str::from_utf8(&bytes).map_err(|error| MediaError::InvalidRecord(format!("{key}: {error}")))?;
        let mut signed = String::with_capacity(text.len() * 4);
        for line in Line::all(text) {
            let written = match line {
                Line::Kept(line) => writeln!(signed, "{line}"),
                Line::Object { before, name, after } => {
                    writeln!(signed, "{before}{}{after}", self.sign(&format!("{folder}/{name}")).await?)
                }
            };
            written.expect("a text takes what is written");
        }
        Ok(Some(signed))
    }

    async fn sign(&self, key: &str) -> Result<String, MediaError> {
        let expiry = PresigningConfig::expires_in(GOOD_FOR).expect("S3 allows a week");
        let signed = self.media.client.get_object().bucket(&self.media.name).key(key).presigned(expiry).await;
        signed.map(|request| request.uri().to_owned()).map_err(|error| self.media.unavailable(&error))
    }
}

/// Where the stream of a film lies.
fn folder(media: &MediaSnapshot) -> Option<&str> {
    let stream = media.variants.iter().find(|variant| variant.name == "hls");
    let stream = stream.filter(|_| media.status == MediaStatus::Ready)?;
    stream.key.rsplit_once('/').map(|(folder, _)| folder)
}

#[async_trait]
impl Step for StreamFilm {
    type Input = StreamRequest;
    type Output = StreamReply;

    async fn run(&self, request: StreamRequest) -> Result<StreamReply, Failure> {
        let wanted = request.path_parameters;
        Ok(match self.playlist(&wanted).await? {
            Some(body) => StreamReply {
                status_code: 200,
                headers: BTreeMap::from([("content-type", "application/vnd.apple.mpegurl"), ("cache-control", KEEP)]),
                body,
            },
            None => StreamReply {
                status_code: 404,
                headers: BTreeMap::from([("content-type", "application/json"), ("cache-control", "no-store")]),
                body: json!({
                    "code": "Media.NotFound",
                    "message": format!("there is no such stream of media {:?}: {}", wanted.id, wanted.playlist),
                })
                .to_string(),
            },
        })
    }
}
