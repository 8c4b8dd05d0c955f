//! Where a stream writes, and how much of it together.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use service::{Arn, ServiceError};

use crate::error::{constraint, invalid, missing, not_built};

const MEGABYTE: usize = 1 << 20;

/// A bucket that a stream writes to.
///
/// <https://docs.aws.amazon.com/firehose/latest/APIReference/API_ExtendedS3DestinationConfiguration.html>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Destination {
    /// As it was configured, with the defaults.
    description: Value,
    pub(crate) bucket: String,
    pub(crate) prefix: String,
    pub(crate) extension: String,
    pub(crate) is_gzip: bool,
    pub(crate) most_bytes: usize,
    pub(crate) longest: Duration,
}

/// Members that change nothing here: nobody else reads the bucket's keys, and nothing is written elsewhere.
const SHOWN: &[&str] = &["RoleARN", "ErrorOutputPrefix", "EncryptionConfiguration"];

/// Members that may be there as long as they are switched off.
const SWITCHES: &[&str] = &[
    "CloudWatchLoggingOptions",
    "DataFormatConversionConfiguration",
    "DynamicPartitioningConfiguration",
    "ProcessingConfiguration",
];

impl Destination {
    /// Reads the configuration of an S3 destination.
    ///
    /// # Errors
    /// AWS's for an invalid one; one that names the member for what isn't built.
    pub(crate) fn parse(configuration: &Value) -> Result<Self, ServiceError> {
        let members = configuration.as_object().ok_or_else(|| missing("extendedS3DestinationConfiguration"))?;
        let text = |name: &str| members.get(name).and_then(Value::as_str);
        refuse_what_is_not_built(members)?;
        text("RoleARN").ok_or_else(|| missing("extendedS3DestinationConfiguration.roleARN"))?;
        let arn = text("BucketARN").ok_or_else(|| missing("extendedS3DestinationConfiguration.bucketARN"))?;
        let bucket = arn.parse::<Arn>().ok().filter(|arn| arn.service == "s3").map(|arn| arn.resource);
        let bucket = bucket.ok_or_else(|| invalid(format!("BucketARN is not the ARN of a bucket: {arn}")))?;
        let prefix = text("Prefix").unwrap_or_default().to_owned();
        if prefix.contains("!{") {
            return Err(not_built(format_args!("expressions in Prefix, {prefix}")));
        }
        let is_gzip = match text("CompressionFormat").unwrap_or("UNCOMPRESSED") {
            "UNCOMPRESSED" => false,
            "GZIP" => true,
            other => return Err(not_built(format_args!("CompressionFormat {other}"))),
        };
        let hints = members.get("BufferingHints").unwrap_or(&Value::Null);
        let megabytes = hint(hints, "SizeInMBs", 5, 1, 128)?;
        let seconds = hint(hints, "IntervalInSeconds", 300, 0, 900)?;
        let mut description = configuration.clone();
        description["BufferingHints"] = json!({"SizeInMBs": megabytes, "IntervalInSeconds": seconds});
        description["CompressionFormat"] = if is_gzip { "GZIP" } else { "UNCOMPRESSED" }.into();
        if description["EncryptionConfiguration"].is_null() {
            description["EncryptionConfiguration"] = json!({"NoEncryptionConfig": "NoEncryption"});
        }
        Ok(Self {
            description,
            bucket,
            prefix,
            extension: text("FileExtension").unwrap_or(if is_gzip { ".gz" } else { "" }).to_owned(),
            is_gzip,
            most_bytes: usize::try_from(megabytes).unwrap_or(5) * MEGABYTE,
            longest: Duration::from_secs(seconds),
        })
    }

    /// The member of a description that tells of it.
    pub(crate) fn describe(&self) -> Value {
        let plain = ["RoleARN", "BucketARN", "Prefix", "ErrorOutputPrefix", "BufferingHints", "CompressionFormat"];
        let plain = plain.iter().chain(&["EncryptionConfiguration"]);
        let plain: Map<String, Value> =
            plain.filter_map(|name| Some(((*name).to_owned(), self.description.get(*name)?.clone()))).collect();
        json!([{
            "DestinationId": "destinationId-000000000001",
            "S3DestinationDescription": plain,
            "ExtendedS3DestinationDescription": self.description,
        }])
    }
}

fn refuse_what_is_not_built(members: &Map<String, Value>) -> Result<(), ServiceError> {
    let known = ["BucketARN", "Prefix", "BufferingHints", "CompressionFormat", "FileExtension", "S3BackupMode"];
    for (name, value) in members.iter().filter(|(_, value)| !value.is_null()) {
        let name = name.as_str();
        let is_off = value["Enabled"] != true;
        let is_fine = match name {
            "S3BackupMode" => value == "Disabled",
            "CustomTimeZone" => value == "UTC",
            _ => known.contains(&name) || SHOWN.contains(&name) || (SWITCHES.contains(&name) && is_off),
        };
        if !is_fine {
            return Err(not_built(name));
        }
    }
    Ok(())
}

fn hint(hints: &Value, name: &str, default: u64, least: u64, most: u64) -> Result<u64, ServiceError> {
    let value = &hints[name];
    if value.is_null() {
        return Ok(default);
    }
    match value.as_u64() {
        Some(number) if number < least => {
            Err(constraint(number, name, &format!("have value greater than or equal to {least}")))
        }
        Some(number) if number > most => {
            Err(constraint(number, name, &format!("have value less than or equal to {most}")))
        }
        Some(number) => Ok(number),
        None => Err(constraint(value, name, "be an integer")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn configuration(more: &Value) -> Value {
        let mut configuration = json!({"RoleARN": "arn:aws:iam::000000000000:role/r", "BucketARN": "arn:aws:s3:::b"});
        let members = configuration.as_object_mut().expect("an object");
        members.extend(more.as_object().expect("an object").clone());
        configuration
    }

    #[test]
    fn a_bucket_gets_five_megabytes_or_five_minutes_at_once() {
        let plain = Destination::parse(&configuration(&json!({}))).expect("valid");
        assert_eq!((plain.bucket.as_str(), plain.most_bytes, plain.longest.as_secs()), ("b", 5 << 20, 300));
        let hints = json!({"BufferingHints": {"SizeInMBs": 129}});
        assert!(Destination::parse(&configuration(&hints)).expect_err("too large").message.contains("equal to 128"));
    }

    #[test]
    fn what_is_not_built_is_refused_by_name() {
        for (member, value, named) in [
            ("CompressionFormat", json!("Snappy"), "Snappy"),
            ("Prefix", json!("a/!{timestamp:yyyy}/"), "!{timestamp:yyyy}"),
            ("ProcessingConfiguration", json!({"Enabled": true}), "ProcessingConfiguration"),
            ("S3BackupMode", json!("Enabled"), "S3BackupMode"),
            ("Invented", json!(1), "Invented"),
        ] {
            let refused = Destination::parse(&configuration(&json!({member: value}))).expect_err(member);
            assert!(refused.message.contains(named), "{}", refused.message);
        }
        let off = json!({"ProcessingConfiguration": {"Enabled": false}, "S3BackupMode": "Disabled"});
        assert!(Destination::parse(&configuration(&off)).is_ok());
    }
}
