//! The buckets `uploads` and `media`.

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{RequestChecksumCalculation, ResponseChecksumValidation};
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{Delete, ObjectIdentifier};
use bytes::Bytes;
use function::{Context, MissingSetting};

use crate::MediaError;
use crate::records::unavailable;

/// A variant's address never shows anything else.
pub(crate) const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// The name of the metadata that says what an object was made of, and how.
pub(crate) const MADE_OF: &str = "made-of";

/// A bucket and the way to it.
#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    pub(crate) client: Client,
    pub(crate) name: String,
}

/// What is to be stored.
#[derive(Clone, Debug)]
pub(crate) struct NewObject<'a> {
    pub(crate) key: &'a str,
    pub(crate) content_type: &'a str,
    pub(crate) body: Bytes,
    /// See [`MADE_OF`].
    pub(crate) made_of: &'a str,
    /// `<width>x<height>`
    pub(crate) dimensions: (u32, u32),
}

/// What a variant's object says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Made {
    pub(crate) made_of: String,
    pub(crate) dimensions: (u32, u32),
    pub(crate) bytes: u64,
}

impl Bucket {
    /// The bucket of uploads that the function's settings name.
    pub(crate) fn uploads(context: &Context) -> Result<Self, MissingSetting> {
        Ok(Self { client: client(context), name: context.settings.require("UPLOADS_BUCKET")? })
    }

    /// The bucket of results that the function's settings name.
    pub(crate) fn media(context: &Context) -> Result<Self, MissingSetting> {
        Ok(Self { client: client(context), name: context.settings.require("MEDIA_BUCKET")? })
    }

    /// The whole of an object; `None` when there is none.
    pub(crate) async fn get(&self, key: &str) -> Result<Option<Bytes>, MediaError> {
        match self.client.get_object().bucket(&self.name).key(key).send().await {
            Ok(output) => {
                let body = output.body.collect().await.map_err(|error| self.unavailable(&error))?;
                Ok(Some(body.into_bytes()))
            }
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(self.unavailable(&error)),
        }
    }

    /// The first `count` bytes of an object, and the size of all of it; `None` when there is none.
    pub(crate) async fn head_bytes(&self, key: &str, count: u64) -> Result<Option<(Bytes, u64)>, MediaError> {
        let read = self.client.get_object().bucket(&self.name).key(key).range(format!("bytes=0-{}", count - 1));
        match read.send().await {
            Ok(output) => {
                let range = output.content_range().and_then(|range| range.rsplit('/').next()?.parse().ok());
                let size = range.unwrap_or_else(|| output.content_length().unwrap_or_default().unsigned_abs());
                let body = output.body.collect().await.map_err(|error| self.unavailable(&error))?;
                Ok(Some((body.into_bytes(), size)))
            }
            Err(error) if is_missing(&error) => Ok(None),
            // An object without a byte has no range of bytes.
            Err(error) if error.code() == Some("InvalidRange") => Ok(Some((Bytes::new(), 0))),
            Err(error) => Err(self.unavailable(&error)),
        }
    }

    /// What the object of a variant was made of; `None` when there is none.
    pub(crate) async fn made(&self, key: &str) -> Result<Option<Made>, MediaError> {
        match self.client.head_object().bucket(&self.name).key(key).send().await {
            Ok(output) => {
                let metadata = |name| output.metadata().and_then(|metadata| metadata.get(name)).cloned();
                let dimensions = metadata("dimensions").and_then(|text| {
                    let (width, height) = text.split_once('x')?;
                    Some((width.parse().ok()?, height.parse().ok()?))
                });
                let bytes = output.content_length().unwrap_or_default().unsigned_abs();
                Ok(metadata(MADE_OF).zip(dimensions).map(|(made_of, dimensions)| Made { made_of, dimensions, bytes }))
            }
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(self.unavailable(&error)),
        }
    }

    /// Stores a variant.
    pub(crate) async fn put(&self, object: NewObject<'_>) -> Result<(), MediaError> {
        let (width, height) = object.dimensions;
        let put = self.client.put_object().bucket(&self.name).key(object.key);
        let put = put
            .content_type(object.content_type)
            .cache_control(IMMUTABLE)
            .metadata(MADE_OF, object.made_of)
            .metadata("dimensions", format!("{width}x{height}"))
            .body(ByteStream::from(object.body));
        put.send().await.map(|_| ()).map_err(|error| self.unavailable(&error))
    }

    /// Deletes every object whose key begins so, a page at a time.
    pub(crate) async fn delete_all(&self, prefix: &str) -> Result<u64, MediaError> {
        let mut deleted = 0;
        loop {
            let list = self.client.list_objects_v2().bucket(&self.name).prefix(prefix);
            let page = list.send().await.map_err(|error| self.unavailable(&error))?;
            let keys: Vec<_> = page
                .contents()
                .iter()
                .filter_map(|object| ObjectIdentifier::builder().key(object.key()?).build().ok())
                .collect();
            if keys.is_empty() {
                return Ok(deleted);
            }
            deleted += keys.len() as u64;
            let keys = Delete::builder().set_objects(Some(keys)).quiet(true).build().expect("objects are set");
            let output = self.client.delete_objects().bucket(&self.name).delete(keys).send().await;
            let output = output.map_err(|error| self.unavailable(&error))?;
            if let Some(error) = output.errors().first() {
                let reason = format!("{}: {}", error.key().unwrap_or_default(), error.message().unwrap_or_default());
                return Err(MediaError::Unavailable { resource: format!("the bucket {}", self.name), reason });
            }
        }
    }

    /// Deletes an object, which may be gone already.
    pub(crate) async fn delete(&self, key: &str) -> Result<(), MediaError> {
        let deleted = self.client.delete_object().bucket(&self.name).key(key).send().await;
        deleted.map(|_| ()).map_err(|error| self.unavailable(&error))
    }

    pub(crate) fn unavailable(&self, error: &(dyn std::error::Error + 'static)) -> MediaError {
        unavailable(&format!("the bucket {}", self.name), error)
    }
}

/// Bucket names stay in the path, where certificates and addresses without a name don't mind them; checksums are ours to
/// choose, as a signed URL has to name the one that its client sends.
fn client(context: &Context) -> Client {
    let config = aws_sdk_s3::config::Builder::from(&context.aws)
        .force_path_style(true)
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired);
    Client::from_conf(config.build())
}

/// Whether an error says that there is no such object.
pub(crate) fn is_missing<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    matches!(error.code(), Some("NoSuchKey" | "NotFound" | "NoSuchUpload"))
}
