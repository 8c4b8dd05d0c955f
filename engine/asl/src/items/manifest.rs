//! Manifests: lists of objects that hold the items.

use std::sync::Arc;

use super::ReadFailure;
use super::csv::{Rows, item};
use crate::json::Value;

/// An Amazon S3 inventory: its items are the rows of its files, which say nothing of their columns themselves.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inventory {
    /// The bucket that has the files.
    pub bucket: String,
    /// Their keys.
    pub files: Vec<String>,
    columns: Vec<Arc<str>>,
}

impl Inventory {
    /// Reads a `manifest.json`.
    pub fn parse(text: &str) -> Result<Self, ReadFailure> {
        let damaged = |what: &str| ReadFailure::new(format!("The S3 inventory manifest has no valid {what}"));
        let manifest = Value::parse(text).map_err(|_| damaged("JSON"))?;
        match manifest.get("fileFormat").and_then(Value::as_str) {
            Some("CSV") => {}
            Some(other) => {
                return Err(ReadFailure::new(format!("sluice does not read S3 inventories in {other} yet; use CSV")));
            }
            None => return Err(damaged("fileFormat")),
        }
        let bucket =
            manifest.get("destinationBucket").and_then(Value::as_str).ok_or_else(|| damaged("destinationBucket"))?;
        let schema = manifest.get("fileSchema").and_then(Value::as_str).ok_or_else(|| damaged("fileSchema"))?;
        let files = manifest.get("files").and_then(Value::as_array).ok_or_else(|| damaged("files"))?;
        let key = |file: &Value| file.get("key").and_then(Value::as_str).map(str::to_owned);
        Ok(Self {
            bucket: bucket.rsplit(':').next().unwrap_or_default().to_owned(),
            files: files.iter().map(|file| key(file).ok_or_else(|| damaged("files"))).collect::<Result<_, _>>()?,
            columns: schema.split(',').map(|name| name.trim().into()).collect(),
        })
    }

    /// The items of one of the files, as text.
    pub fn items(&self, text: &str, limit: usize) -> Vec<Value> {
        Rows { rest: text, delimiter: ',' }.take(limit).map(|row| item(&self.columns, row)).collect()
    }
}

/// The buckets and keys of a list of objects: one `s3://bucket/key` a line, as Athena's `UNLOAD` writes it.
pub fn listed_objects(text: &str) -> Result<Vec<(String, String)>, ReadFailure> {
    let lines = text.lines().map(|line| line.trim().trim_matches('"')).filter(|line| !line.is_empty());
    let parse = |line: &str| {
        let (bucket, key) = line.strip_prefix("s3://")?.split_once('/')?;
        Some((bucket.to_owned(), key.to_owned()))
    };
    lines
        .map(|line| {
            parse(line)
                .ok_or_else(|| ReadFailure::new(format!("The manifest has a line that is no object of S3: {line}")))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inventory_names_its_files_and_columns() {
        let manifest = r#"{"sourceBucket":"photos","destinationBucket":"arn:aws:s3:::lists","fileFormat":"CSV",
            "fileSchema":"Bucket, Key, Size","files":[{"key":"inventory/data/a.csv.gz","size":3,"MD5checksum":"x"}]}"#;
        let inventory = Inventory::parse(manifest).expect("valid");
        assert_eq!(
            (inventory.bucket.as_str(), &inventory.files[..]),
            ("lists", &["inventory/data/a.csv.gz".to_owned()][..])
        );
        let items = inventory.items("\"photos\",\"a b.jpg\",\"12\"\n\"photos\",\"c.jpg\",\"7\"\n", 1);
        assert_eq!(Value::array(items).to_text(), r#"[{"Bucket":"photos","Key":"a b.jpg","Size":"12"}]"#);
        let other = manifest.replace("CSV", "ORC");
        assert!(Inventory::parse(&other).expect_err("not built").cause.contains("ORC"));
    }

    #[test]
    fn a_list_of_objects_is_one_a_line() {
        let found = listed_objects("s3://lists/a/1.csv\n\n\"s3://lists/b.csv\"\n").expect("valid");
        let pair = |bucket: &str, key: &str| (bucket.to_owned(), key.to_owned());
        assert_eq!(found, [pair("lists", "a/1.csv"), pair("lists", "b.csv")]);
        assert!(listed_objects("lists/a").is_err());
    }
}
