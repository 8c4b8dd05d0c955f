//! Buckets that keep versions.

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{BucketVersioningStatus, VersioningConfiguration};

use crate::support::{Engine, code};

impl Engine {
    async fn version(&self, status: BucketVersioningStatus) {
        let configuration = VersioningConfiguration::builder().status(status).build();
        let put = self.client.put_bucket_versioning().bucket("photos").versioning_configuration(configuration);
        put.send().await.unwrap();
    }

    async fn put_version(&self, body: &'static [u8]) -> Option<String> {
        let put = self.client.put_object().bucket("photos").key("k").body(ByteStream::from_static(body));
        put.send().await.unwrap().version_id().map(str::to_owned)
    }
}

#[tokio::test]
async fn a_deleted_object_is_behind_a_marker_until_that_is_deleted() {
    let engine = Engine::new().await;
    assert_eq!(engine.put_version(b"0").await, None);
    engine.version(BucketVersioningStatus::Enabled).await;
    let first = engine.put_version(b"1").await.unwrap();
    let second = engine.put_version(b"2").await.unwrap();
    let deleted = engine.client.delete_object().bucket("photos").key("k").send().await.unwrap();
    assert_eq!(deleted.delete_marker(), Some(true));
    assert_eq!(code(engine.client.get_object().bucket("photos").key("k").send().await), "NoSuchKey");
    let by_version = engine.client.get_object().bucket("photos").key("k").version_id(&first).send().await.unwrap();
    assert_eq!(by_version.body.collect().await.unwrap().to_vec(), b"1");

    let listed = engine.client.list_object_versions().bucket("photos").send().await.unwrap();
    let versions: Vec<_> = listed.versions().iter().filter_map(|version| version.version_id()).collect();
    assert_eq!(versions, [second.as_str(), first.as_str(), "null"]);
    assert_eq!(listed.delete_markers().len(), 1);

    let marker = deleted.version_id().unwrap();
    let marker_got = engine.client.get_object().bucket("photos").key("k").version_id(marker).send().await;
    assert_eq!(code(marker_got), "MethodNotAllowed");
    engine.client.delete_object().bucket("photos").key("k").version_id(marker).send().await.unwrap();
    assert_eq!(engine.get("k").await.unwrap(), b"2");
    engine.client.delete_object().bucket("photos").key("k").version_id(&second).send().await.unwrap();
    assert_eq!(engine.get("k").await.unwrap(), b"1");
}

#[tokio::test]
async fn versions_are_listed_page_by_page() {
    let engine = Engine::new().await;
    engine.version(BucketVersioningStatus::Enabled).await;
    for body in [b"1", b"2", b"3"] {
        engine.put_version(body).await;
    }
    engine.put("other", b"x").await;
    let (mut key, mut version, mut seen) = (None, None, 0);
    loop {
        let page = engine.client.list_object_versions().bucket("photos").max_keys(2);
        let page = page.set_key_marker(key).set_version_id_marker(version).send().await.unwrap();
        seen += page.versions().len();
        if page.is_truncated() != Some(true) {
            break;
        }
        key = page.next_key_marker().map(str::to_owned);
        version = page.next_version_id_marker().map(str::to_owned);
    }
    assert_eq!(seen, 4);
}

#[tokio::test]
async fn a_suspended_bucket_overwrites_the_version_without_an_id() {
    let engine = Engine::new().await;
    engine.version(BucketVersioningStatus::Enabled).await;
    engine.put_version(b"1").await;
    engine.version(BucketVersioningStatus::Suspended).await;
    assert_eq!(engine.put_version(b"2").await.as_deref(), Some("null"));
    assert_eq!(engine.put_version(b"3").await.as_deref(), Some("null"));
    let listed = engine.client.list_object_versions().bucket("photos").send().await.unwrap();
    assert_eq!(listed.versions().len(), 2);
    assert_eq!(engine.get("k").await.unwrap(), b"3");
}
