//! Buckets and their configurations.

use aws_sdk_s3::types::{CorsConfiguration, CorsRule};

use crate::support::{Engine, code};

#[tokio::test]
async fn a_bucket_is_made_found_listed_and_deleted_when_empty() {
    let engine = Engine::new().await;
    assert_eq!(code(engine.client.create_bucket().bucket("No_Good").send().await), "InvalidBucketName");
    engine.client.create_bucket().bucket("photos").send().await.expect("one's own bucket can be made again");
    engine.client.head_bucket().bucket("photos").send().await.unwrap();
    let listed = engine.client.list_buckets().send().await.unwrap();
    assert_eq!(listed.buckets().iter().filter_map(|bucket| bucket.name()).collect::<Vec<_>>(), ["photos"]);
    engine.put("k", b"1").await;
    assert_eq!(code(engine.client.delete_bucket().bucket("photos").send().await), "BucketNotEmpty");
    engine.client.delete_object().bucket("photos").key("k").send().await.unwrap();
    engine.client.delete_bucket().bucket("photos").send().await.unwrap();
    assert!(engine.client.head_bucket().bucket("photos").send().await.is_err());
}

#[tokio::test]
async fn configurations_are_kept_until_they_are_deleted() {
    let engine = Engine::new().await;
    let client = &engine.client;
    assert_eq!(code(client.get_bucket_cors().bucket("photos").send().await), "NoSuchCORSConfiguration");
    assert_eq!(code(client.get_bucket_policy().bucket("photos").send().await), "NoSuchBucketPolicy");
    assert_eq!(code(client.get_bucket_tagging().bucket("photos").send().await), "NoSuchTagSet");
    let lifecycle = client.get_bucket_lifecycle_configuration().bucket("photos").send().await;
    assert_eq!(code(lifecycle), "NoSuchLifecycleConfiguration");
    let block = client.get_public_access_block().bucket("photos").send().await.unwrap();
    assert_eq!(block.public_access_block_configuration().unwrap().block_public_acls(), Some(true));

    let rule = |method: &str| CorsRule::builder().allowed_methods(method).allowed_origins("*").build().unwrap();
    let cors = |method: &str| CorsConfiguration::builder().cors_rules(rule(method)).build().unwrap();
    let put = client.put_bucket_cors().bucket("photos");
    assert_eq!(code(put.clone().cors_configuration(cors("PATCH")).send().await), "InvalidRequest");
    put.cors_configuration(cors("PUT")).send().await.unwrap();
    assert_eq!(client.get_bucket_cors().bucket("photos").send().await.unwrap().cors_rules().len(), 1);
    client.delete_bucket_cors().bucket("photos").send().await.unwrap();
    assert!(client.get_bucket_cors().bucket("photos").send().await.is_err());

    let policy = client.put_bucket_policy().bucket("photos");
    assert_eq!(code(policy.clone().policy("no").send().await), "MalformedPolicy");
    policy.policy(r#"{"Statement":[]}"#).send().await.unwrap();
    let kept = client.get_bucket_policy().bucket("photos").send().await.unwrap();
    assert_eq!(kept.policy(), Some(r#"{"Statement":[]}"#));
}
