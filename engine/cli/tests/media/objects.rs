//! What is in the buckets, and what the object index says of it.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::support::Sluice;

/// The objects of both buckets.
pub(crate) struct Objects(aws_sdk_s3::Client);

impl Objects {
    pub(crate) fn of(sluice: &Sluice) -> Self {
        let config = aws_sdk_s3::config::Builder::from(&sluice.sdk()).force_path_style(true);
        Self(aws_sdk_s3::Client::from_conf(config.build()))
    }

    /// The keys of what there is of a media.
    pub(crate) async fn of_media(&self, id: &str) -> Vec<String> {
        [self.below(&format!("uploads/{id}/")).await, self.below(&format!("media/{id}/")).await].concat()
    }

    /// Writes an object into the bucket whose name begins so.
    pub(crate) async fn put(&self, bucket: &str, key: &str) -> String {
        let buckets = self.buckets().await;
        let bucket = buckets.iter().find(|name| name.starts_with(bucket)).unwrap();
        self.0.put_object().bucket(bucket).key(key).body(b"late".to_vec().into()).send().await.unwrap();
        format!("{bucket}/{key}")
    }

    async fn buckets(&self) -> Vec<String> {
        let listed = self.0.list_buckets().send().await.unwrap();
        listed.buckets().iter().map(|bucket| bucket.name().unwrap().to_owned()).collect()
    }

    /// The keys that begin so.
    pub(crate) async fn below(&self, prefix: &str) -> Vec<String> {
        let mut keys = Vec::new();
        for bucket in self.buckets().await {
            let page = self.0.list_objects_v2().bucket(bucket).prefix(prefix).send().await.unwrap();
            keys.extend(page.contents().iter().map(|object| object.key().unwrap().to_owned()));
        }
        keys
    }

    /// How many uploads in parts are open.
    pub(crate) async fn open_uploads(&self) -> usize {
        let mut open = 0;
        for bucket in self.buckets().await {
            open += self.0.list_multipart_uploads().bucket(bucket).send().await.unwrap().uploads().len();
        }
        open
    }
}

/// How many entries the object index has for an owner.
pub(crate) async fn indexed(sluice: &Sluice, owner: &str) -> usize {
    let table = aws_sdk_dynamodb::Client::new(&sluice.sdk());
    let query = table.query().table_name("objects").index_name("byOwner").key_condition_expression("#owner = :owner");
    let query = query.expression_attribute_names("#owner", "owner");
    let found = query.expression_attribute_values(":owner", AttributeValue::S(owner.to_owned())).send().await.unwrap();
    found.items().len()
}

/// The entry of an object, named by bucket and key.
pub(crate) async fn entry(sluice: &Sluice, object: &str) -> Option<HashMap<String, AttributeValue>> {
    let table = aws_sdk_dynamodb::Client::new(&sluice.sdk());
    let read = table.get_item().table_name("objects").key("objectKey", AttributeValue::S(object.to_owned()));
    read.consistent_read(true).send().await.unwrap().item
}
