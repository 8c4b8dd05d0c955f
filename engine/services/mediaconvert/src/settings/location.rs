//! Places in S3: where an input is, and where outputs go.

use std::str::FromStr;

/// An object: `s3://bucket/key`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct S3Location {
    pub(crate) bucket: String,
    pub(crate) key: String,
}

impl FromStr for S3Location {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.strip_prefix("s3://").and_then(|rest| rest.split_once('/'));
        match parts {
            Some((bucket, key)) if !bucket.is_empty() && !key.is_empty() => {
                Ok(Self { bucket: bucket.to_owned(), key: key.to_owned() })
            }
            _ => Err(format!("sluice reads and writes only s3://<bucket>/<key>: {text}")),
        }
    }
}

impl std::fmt::Display for S3Location {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "s3://{}/{}", self.bucket, self.key)
    }
}

impl S3Location {
    /// The name of the file without its ending.
    pub(crate) fn stem(&self) -> &str {
        let name = self.key.rsplit('/').next().unwrap_or(&self.key);
        name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
    }
}

/// Where a group's outputs go: a bucket, a folder in it, and what their names begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Destination {
    pub(crate) bucket: String,
    /// Empty, or with a slash at its end.
    pub(crate) folder: String,
    pub(crate) base: String,
}

impl Destination {
    /// A destination that ends in a slash, or names only a bucket, is a folder: names begin with that of the input.
    pub(crate) fn of(text: &str, input: &S3Location) -> Result<Self, String> {
        let wrong = || format!("should be s3://<bucket>/<path>: {text}");
        if text.contains('$') {
            return Err(format!("sluice has no format identifiers in destinations: {text}"));
        }
        let rest = text.strip_prefix("s3://").ok_or_else(wrong)?;
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() || key.split('/').any(|part| part == "..") {
            return Err(wrong());
        }
        let (folder, base) = match key.rsplit_once('/') {
            Some((folder, base)) => (format!("{folder}/"), base),
            None => (String::new(), key),
        };
        let base = if base.is_empty() { input.stem() } else { base };
        Ok(Self { bucket: bucket.to_owned(), folder, base: base.to_owned() })
    }

    /// The object of this file name.
    pub(crate) fn object(&self, file: &str) -> S3Location {
        S3Location { bucket: self.bucket.clone(), key: format!("{}{file}", self.folder) }
    }
}
