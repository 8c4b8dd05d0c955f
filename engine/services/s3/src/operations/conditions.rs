//! Conditions on what is there: `If-Match` and its kin.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html>

use clock::Timestamp;
use http::{HeaderMap, HeaderValue, header};
use s3s::dto::{self, ETagCondition};
use s3s::{S3Error, S3ErrorCode, S3Result, s3_error};

use crate::error::precondition_failed;
use crate::rows::objects::Object;
use crate::time;

/// The conditions of a request that reads.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) matches: Option<ETagCondition>,
    pub(super) none_matches: Option<ETagCondition>,
    pub(super) modified_since: Option<dto::Timestamp>,
    pub(super) unmodified_since: Option<dto::Timestamp>,
}

fn fits(condition: &ETagCondition, etag: &str) -> bool {
    condition.is_any() || condition.as_etag().is_some_and(|wanted| wanted.value() == etag)
}

fn seconds(moment: Timestamp) -> i64 {
    moment.as_millis().div_euclid(1000)
}

impl Reading {
    /// The error of a condition that doesn't hold: 412, or 304 for what the sender has already.
    pub(super) fn check(&self, object: &Object) -> S3Result<()> {
        let modified = seconds(object.modified_at);
        let at = |moment: &dto::Timestamp| seconds(time::from_dto(moment));
        match &self.matches {
            Some(condition) if !fits(condition, &object.etag) => return Err(precondition_failed()),
            Some(_) => {}
            None if self.unmodified_since.as_ref().is_some_and(|since| modified > at(since)) => {
                return Err(precondition_failed());
            }
            None => {}
        }
        let not_modified = match &self.none_matches {
            Some(condition) => fits(condition, &object.etag),
            None => self.modified_since.as_ref().is_some_and(|since| modified <= at(since)),
        };
        if not_modified { Err(unchanged(object)) } else { Ok(()) }
    }

    /// The same for the source of a copy, where everything that doesn't hold is 412.
    pub(super) fn check_source(&self, object: &Object) -> S3Result<()> {
        self.check(object).map_err(|_| precondition_failed())
    }
}

fn unchanged(object: &Object) -> S3Error {
    let mut error = S3Error::new(S3ErrorCode::NotModified);
    let mut headers = HeaderMap::new();
    let mut put = |name, text: String| drop(HeaderValue::from_str(&text).map(|value| headers.insert(name, value)));
    put(header::ETAG, format!("\"{}\"", object.etag));
    put(header::LAST_MODIFIED, time::http_date(object.modified_at));
    error.set_headers(headers);
    error
}

/// The conditions of a request that writes.
#[derive(Debug, Default)]
pub(super) struct Writing {
    pub(super) matches: Option<ETagCondition>,
    pub(super) none_matches: Option<ETagCondition>,
}

impl Writing {
    /// Of what a request may ask, AWS has `If-None-Match: *` and `If-Match` with a tag.
    pub(super) fn of(matches: Option<ETagCondition>, none_matches: Option<ETagCondition>) -> S3Result<Self> {
        if none_matches.as_ref().is_some_and(|condition| !condition.is_any()) {
            return Err(s3_error!(
                NotImplemented,
                "A header you provided implies functionality that is not implemented"
            ));
        }
        Ok(Self { matches, none_matches })
    }

    /// Checks against the current version of the key.
    pub(super) fn check(&self, current: Option<&Object>) -> S3Result<()> {
        let current = current.filter(|object| !object.is_marker);
        if self.none_matches.is_some() && current.is_some() {
            return Err(precondition_failed());
        }
        match (&self.matches, current) {
            (None, _) => Ok(()),
            (Some(_), None) => Err(crate::error::no_such_key()),
            (Some(condition), Some(object)) if fits(condition, &object.etag) => Ok(()),
            (Some(_), Some(_)) => Err(precondition_failed()),
        }
    }
}
