//! Pictures as they are kept in the bucket `media`, made there when they are missing.

use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_sdk_s3::presigning::PresigningConfig;
use bytes::Bytes;
use function::{Context, MissingSetting};
use tokio::sync::Semaphore;

use super::ServeError;
use super::lease::Leases;
use crate::MediaError;
use crate::buckets::{Bucket, MADE_OF, is_missing};
use crate::domain::Checksum;
use crate::recipe::Recipe;
use crate::source::{Content, off_the_reactor};

/// The largest picture that an answer holds: Lambda's 6 MiB, less the headers, in base64.
const MOST_BYTES: i64 = 4_600_000;

/// How long a URL is good for that leads to a larger one.
const URL_GOOD_FOR: Duration = Duration::from_secs(15 * 60);

/// How long it is waited for somebody else's making.
const PATIENCE: Duration = Duration::from_secs(20);

/// How often is looked whether it is there: soon, then less and less.
const PAUSES: (Duration, Duration) = (Duration::from_millis(20), Duration::from_millis(500));

/// A picture that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Rendition {
    /// Its bytes.
    Bytes(Bytes),
    /// It is too large for an answer; here it is for a quarter of an hour.
    At(String),
}

/// What a picture is made of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Upload<'a> {
    /// Its key in the bucket of uploads.
    pub(super) key: &'a str,
    /// In hexadecimal digits.
    pub(super) hash: &'a str,
}

/// The pictures, and what they are made of.
#[derive(Clone, Debug)]
pub(super) struct Renditions {
    uploads: Bucket,
    media: Bucket,
    leases: Leases,
    /// As many pictures are made at a time as there are processors: each needs one, and memory.
    making: Arc<Semaphore>,
}

impl Renditions {
    /// In the buckets and by the table that the function's settings name.
    pub(super) fn build(context: &Context) -> Result<Self, MissingSetting> {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            uploads: Bucket::uploads(context)?,
            media: Bucket::media(context)?,
            leases: Leases::build(context)?,
            making: Arc::new(Semaphore::new(processors)),
        })
    }

    /// The picture as it is kept, or made if it isn't. Of all who ask at once, one makes it and the others wait for it.
    pub(super) async fn get(&self, recipe: &Recipe, upload: Upload<'_>) -> Result<Rendition, ServeError> {
        let made_of = recipe.made_of(upload.hash);
        let (begun, mut pause) = (Instant::now(), PAUSES.0);
        loop {
            if let Some(kept) = self.kept(recipe, &made_of).await? {
                return Ok(kept);
            }
            if let Some(lease) = self.leases.take(&recipe.key).await? {
                let made = self.make(recipe, upload, &made_of).await;
                self.leases.give_back(lease).await;
                return made;
            }
            if begun.elapsed() > PATIENCE {
                return Err(ServeError::Busy);
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(PAUSES.1);
        }
    }

    async fn make(&self, recipe: &Recipe, upload: Upload<'_>, made_of: &str) -> Result<Rendition, ServeError> {
        // Who had the lease before may have finished after we looked.
        if let Some(kept) = self.kept(recipe, made_of).await? {
            return Ok(kept);
        }
        let _turn = self.making.acquire().await.expect("the semaphore is never closed");
        let begun = Instant::now();
        let content = self.read(upload).await?;
        Recipe::make(std::slice::from_ref(recipe), &self.media, &content).await?;
        let milliseconds = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::info!(key = recipe.key, milliseconds, "a picture was made");
        self.kept(recipe, made_of).await?.ok_or(ServeError::Deleted)
    }

    /// The upload, if it is the one that was looked at.
    async fn read(&self, upload: Upload<'_>) -> Result<Content, MediaError> {
        let superseded = || MediaError::Superseded { id: upload.key.to_owned() };
        let bytes = self.uploads.get(upload.key).await?.ok_or_else(superseded)?;
        let hashed = bytes.clone();
        let hash = off_the_reactor(move || Checksum::of(&hashed).hex()).await?;
        if hash == upload.hash { Ok(Content { bytes, hash }) } else { Err(superseded()) }
    }

    async fn kept(&self, recipe: &Recipe, made_of: &str) -> Result<Option<Rendition>, MediaError> {
        let bucket = &self.media;
        let read = bucket.client.get_object().bucket(&bucket.name).key(&recipe.key).send().await;
        let output = match read {
            Ok(output) => output,
            Err(error) if is_missing(&error) => return Ok(None),
            Err(error) => return Err(bucket.unavailable(&error)),
        };
        if output.metadata().and_then(|metadata| metadata.get(MADE_OF)).is_none_or(|made| made != made_of) {
            return Ok(None);
        }
        if output.content_length().is_some_and(|bytes| bytes > MOST_BYTES) {
            return Ok(Some(Rendition::At(self.url(&recipe.key).await?)));
        }
        let body = output.body.collect().await.map_err(|error| bucket.unavailable(&error))?;
        Ok(Some(Rendition::Bytes(body.into_bytes())))
    }

    async fn url(&self, key: &str) -> Result<String, MediaError> {
        let good_for = PresigningConfig::expires_in(URL_GOOD_FOR).expect("S3 allows a week");
        let get = self.media.client.get_object().bucket(&self.media.name).key(key);
        let request = get.presigned(good_for).await.map_err(|error| self.media.unavailable(&error))?;
        Ok(request.uri().to_owned())
    }
}
