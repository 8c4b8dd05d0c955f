//! `media-serve`: from a request to a picture.

use std::collections::BTreeMap;

use async_trait::async_trait;
use events::{MediaKind, MediaStatus};
use function::{Context, Failure, MissingSetting, Step};
use imaging::presets;
use serde::Deserialize;

use super::ServeError;
use super::accept::negotiate;
use super::address::{Address, Picture};
use super::renditions::{Rendition, Renditions, Upload};
use super::reply::{Identity, Reply};
use super::signature::SigningKeys;
use crate::domain::Record;
use crate::records::Records;

/// What is read of a request to a function URL.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-request-payload>
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// `/media/{id}/card`
    pub raw_path: String,
    /// Names in lower case.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Holds the method.
    pub request_context: RequestContext,
}

/// What a request was.
#[derive(Clone, Debug, Deserialize)]
pub struct RequestContext {
    /// Of HTTP.
    pub http: Http,
}

/// What a request was in HTTP.
#[derive(Clone, Debug, Deserialize)]
pub struct Http {
    /// `GET`
    pub method: String,
}

/// Serves pictures by their address.
#[derive(Clone, Debug)]
pub struct ServePicture {
    records: Records,
    renditions: Renditions,
    keys: SigningKeys,
}

impl ServePicture {
    /// Works on the tables, buckets and secret that the function's settings name.
    ///
    /// # Errors
    /// Names the setting that is missing.
    pub fn build(context: &Context) -> Result<Self, MissingSetting> {
        Ok(Self {
            records: Records::build(context)?,
            renditions: Renditions::build(context)?,
            keys: SigningKeys::build(context)?,
        })
    }

    async fn answer(&self, request: &Request) -> Result<Reply, ServeError> {
        let method = &request.request_context.http.method;
        if method != "GET" && method != "HEAD" {
            return Err(ServeError::Method(method.clone()));
        }
        let address = Address::parse(&request.raw_path)?;
        self.check_signature(&address).await?;
        let record = self.records.find(&address.id).await?.ok_or_else(|| ServeError::NotFound(address.id.clone()))?;
        let upload = upload_of(&record)?;
        let header = |name: &str| request.headers.get(name).map(String::as_str);
        let format = address.format.unwrap_or_else(|| negotiate(header("accept"), address.offers().into_iter()));
        let recipe = address.recipe(format, record.upload.keep);
        let identity = Identity::new(&recipe.made_of(upload.hash), address.format.is_none());
        if identity.is_known(header("if-none-match")) {
            return Ok(Reply::not_modified(&identity));
        }
        Ok(match self.renditions.get(&recipe, upload).await? {
            Rendition::Bytes(bytes) => Reply::picture(&bytes, format, &identity),
            Rendition::At(url) => Reply::redirect(&url, &identity),
        })
    }

    /// Presets need no signature, but one that is there has to be right.
    async fn check_signature(&self, address: &Address) -> Result<(), ServeError> {
        match (&address.signature, &address.picture) {
            (None, Picture::Preset(_)) => Ok(()),
            (None, Picture::Size(_)) => {
                let names: Vec<_> = presets().iter().map(|preset| preset.name).collect();
                Err(ServeError::Unsigned { presets: names.join(", ") })
            }
            (Some(signature), _) if self.keys.signed(&address.path, signature).await? => Ok(()),
            (Some(_), _) => Err(ServeError::BadSignature),
        }
    }
}

/// What pictures of a media are made of, once it is ready.
fn upload_of(record: &Record) -> Result<Upload<'_>, ServeError> {
    let media = &record.media;
    match media.status {
        MediaStatus::Pending => Err(ServeError::NotReady("PENDING")),
        MediaStatus::Processing => Err(ServeError::NotReady("PROCESSING")),
        // It can be processed again.
        MediaStatus::Failed => Err(ServeError::NotReady("FAILED")),
        MediaStatus::Rejected => {
            let reason = media.reason.as_ref().map_or("for a reason that isn't kept", |reason| reason.message.as_str());
            Err(ServeError::Rejected(reason.to_owned()))
        }
        MediaStatus::Canceled | MediaStatus::Deleted => Err(ServeError::Deleted),
        MediaStatus::Ready if media.kind == Some(MediaKind::Video) => Err(ServeError::NotAPicture),
        MediaStatus::Ready => match (&record.source, &media.content_hash) {
            (Some(source), Some(hash)) => Ok(Upload { key: &source.key, hash }),
            _ => Err(ServeError::NotReady("READY without its upload")),
        },
    }
}

#[async_trait]
impl Step for ServePicture {
    type Input = Request;
    type Output = Reply;

    async fn run(&self, request: Request) -> Result<Reply, Failure> {
        let refused = match self.answer(&request).await {
            Ok(reply) => return Ok(reply),
            Err(refused) => refused,
        };
        let (status, code) = refused.status_and_code();
        if status >= 500 {
            tracing::error!(path = request.raw_path, code, error = %refused, "a picture can't be served");
        }
        Ok(Reply::refusal(&refused))
    }
}
