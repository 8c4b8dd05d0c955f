//! What a request may ask of the object that it makes.

use http::HeaderMap;
use s3s::dto::{ObjectOwnership, ServerSideEncryption, StorageClass};
use s3s::{S3Error, S3ErrorCode, S3Result, s3_error};

use crate::http::Details;
use crate::rows::objects::Record;
use crate::storage::Storage;

/// How many bytes the metadata of users may have, and as many that of S3 itself.
const MOST_METADATA: usize = 2048;
/// The classes of general purpose buckets.
const STORAGE_CLASSES: [&str; 8] = [
    StorageClass::STANDARD,
    StorageClass::REDUCED_REDUNDANCY,
    StorageClass::STANDARD_IA,
    StorageClass::ONEZONE_IA,
    StorageClass::INTELLIGENT_TIERING,
    StorageClass::GLACIER,
    StorageClass::GLACIER_IR,
    StorageClass::DEEP_ARCHIVE,
];
const ACL: &str = "x-amz-acl";

pub(super) fn storage_class(asked: Option<StorageClass>, details: &Details) -> S3Result<Option<String>> {
    match asked {
        Some(class) if !STORAGE_CLASSES.contains(&class.as_str()) => {
            details.add("StorageClassRequested", class.as_str());
            Err(s3_error!(InvalidStorageClass, "The storage class you specified is not valid"))
        }
        asked => Ok(asked.map(|class| class.as_str().to_owned())),
    }
}

/// Everything is said to be encrypted by S3's own keys, or as was asked; what lies on this machine's disk is not.
pub(super) fn encryption(asked: Option<&ServerSideEncryption>) -> S3Result<String> {
    let asked = asked.map_or(ServerSideEncryption::AES256, |asked| asked.as_str());
    match asked {
        ServerSideEncryption::AES256 | ServerSideEncryption::AWS_KMS | ServerSideEncryption::AWS_KMS_DSSE => {
            Ok(asked.to_owned())
        }
        _ => Err(s3_error!(
            InvalidEncryptionAlgorithmError,
            "The encryption request that you specified is not valid. The valid value is AES256."
        )),
    }
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html>
pub(super) fn metadata(record: &Record, details: &Details) -> S3Result<()> {
    let size = |pairs: &mut dyn Iterator<Item = (&String, &String)>| -> usize {
        pairs.map(|(name, value)| name.len() + value.len()).sum()
    };
    let of_users = size(&mut record.metadata.iter());
    let of_s3 = size(&mut record.headers.iter());
    for size in [of_users, of_s3] {
        if size > MOST_METADATA {
            details.add("Size", size.to_string());
            details.add("MaxSizeAllowed", MOST_METADATA.to_string());
            return Err(s3_error!(MetadataTooLarge, "Your metadata headers exceed the maximum allowed metadata size"));
        }
    }
    Ok(())
}

/// The access control list that a request's headers ask for: the name of one that S3 knows, or grants of its own.
fn acl_of(headers: &HeaderMap) -> Option<&str> {
    let grants = headers.keys().map(http::HeaderName::as_str).find(|name| name.starts_with("x-amz-grant-"));
    grants.or_else(|| headers.get(ACL).map(|value| value.to_str().unwrap_or(ACL)))
}

/// An error for a new bucket that is to let others in.
pub(super) fn acl_of_bucket(headers: &HeaderMap, ownership: &str) -> S3Result<()> {
    match acl_of(headers) {
        None | Some("private") => Ok(()),
        Some(_) if ownership == ObjectOwnership::BUCKET_OWNER_ENFORCED => Err(s3_error!(
            InvalidBucketAclWithObjectOwnership,
            "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"
        )),
        Some(acl) => Err(not_built(acl)),
    }
}

impl Storage {
    /// An error for an object that is to have an access control list: buckets don't allow them unless they are told to,
    /// and then only the list that an object has anyway is built.
    pub(super) async fn check_acl(&self, bucket: &str, headers: &HeaderMap) -> S3Result<()> {
        let Some(acl) = acl_of(headers).filter(|acl| *acl != "bucket-owner-full-control") else { return Ok(()) };
        let ownership: Option<Vec<String>> = self.configuration(bucket.to_owned(), "ownership").await?;
        if ownership.into_iter().flatten().any(|rule| rule == ObjectOwnership::BUCKET_OWNER_ENFORCED) {
            return Err(s3_error!(AccessControlListNotSupported, "The bucket does not allow ACLs"));
        }
        if acl == "private" { Ok(()) } else { Err(not_built(acl)) }
    }
}

fn not_built(acl: &str) -> S3Error {
    let message = format!("sluice does not implement access control lists of S3: {acl}");
    S3Error::with_message(S3ErrorCode::NotImplemented, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_measured_by_names_and_values() {
        let mut record = Record::default();
        record.metadata.insert("a".repeat(48), "b".repeat(2000));
        assert!(metadata(&record, &Details::default()).is_ok());
        record.headers.insert("x-amz-website-redirect-location".to_owned(), "/".repeat(2018));
        let details = Details::default();
        assert_eq!(metadata(&record, &details).expect_err("a refusal").code(), &S3ErrorCode::MetadataTooLarge);
        assert_eq!(details.take()[0], ("Size", "2049".to_owned()));
    }
}
