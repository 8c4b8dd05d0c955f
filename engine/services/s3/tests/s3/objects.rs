//! Objects: put, got, asked for with conditions, copied, listed, deleted.

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ChecksumAlgorithm, ChecksumMode, Delete, MetadataDirective, ObjectIdentifier, Tag, Tagging};
use http::Request;

use crate::support::{ADDRESS, Engine, code};

#[tokio::test]
async fn an_object_comes_back_with_its_headers_and_metadata() {
    let engine = Engine::new().await;
    let key = "a/ü b+c%.txt";
    let put = engine.client.put_object().bucket("photos").key(key).body(ByteStream::from_static(b"hello"));
    let put = put.content_type("text/plain").cache_control("no-cache").metadata("who", "me").send().await.unwrap();
    assert_eq!(put.e_tag(), Some("\"5d41402abc4b2a76b9719d911017c592\""));
    let got = engine.client.get_object().bucket("photos").key(key).send().await.unwrap();
    assert_eq!((got.content_type(), got.cache_control()), (Some("text/plain"), Some("no-cache")));
    assert_eq!(got.metadata().unwrap()["who"], "me");
    assert_eq!(got.content_length(), Some(5));
    assert_eq!(got.body.collect().await.unwrap().to_vec(), b"hello");
    let head = engine.client.head_object().bucket("photos").key(key).send().await.unwrap();
    assert_eq!(head.content_length(), Some(5));
}

#[tokio::test]
async fn a_range_is_answered_in_part_or_refused() {
    let engine = Engine::new().await;
    engine.put("digits", b"0123456789").await;
    for (range, expected, described) in [
        ("bytes=2-4", "234", "bytes 2-4/10"),
        ("bytes=7-", "789", "bytes 7-9/10"),
        ("bytes=-2", "89", "bytes 8-9/10"),
        ("bytes=8-99", "89", "bytes 8-9/10"),
    ] {
        let got = engine.client.get_object().bucket("photos").key("digits").range(range).send().await.unwrap();
        assert_eq!(got.content_range(), Some(described), "{range}");
        assert_eq!(got.body.collect().await.unwrap().to_vec(), expected.as_bytes(), "{range}");
    }
    let beyond = engine.client.get_object().bucket("photos").key("digits").range("bytes=10-").send().await;
    assert_eq!(code(beyond), "InvalidRange");
}

#[tokio::test]
async fn what_is_not_there_is_named_as_aws_names_it() {
    let engine = Engine::new().await;
    assert_eq!(code(engine.client.get_object().bucket("photos").key("x").send().await), "NoSuchKey");
    assert_eq!(code(engine.client.get_object().bucket("Nobodys").key("x").send().await), "NoSuchBucket");
    assert_eq!(code(engine.client.list_objects_v2().bucket("nobodys").send().await), "NoSuchBucket");
    let head = engine.client.head_object().bucket("photos").key("x").send().await.unwrap_err();
    assert!(head.into_service_error().is_not_found());
    assert_eq!(code(engine.client.get_bucket_acl().bucket("photos").send().await), "NotImplemented");
    let text = engine.client.get_bucket_acl().bucket("photos").send().await.unwrap_err().into_service_error();
    assert!(text.to_string().contains("GetBucketAcl") || format!("{text:?}").contains("GetBucketAcl"), "{text:?}");
}

#[tokio::test]
async fn conditions_guard_writes_and_spare_reads() {
    let engine = Engine::new().await;
    let put = || engine.client.put_object().bucket("photos").key("k").body(ByteStream::from_static(b"1"));
    let tag = put().if_none_match("*").send().await.unwrap().e_tag().unwrap().to_owned();
    assert_eq!(code(put().if_none_match("*").send().await), "PreconditionFailed");
    assert_eq!(code(put().if_match("\"other\"").send().await), "PreconditionFailed");
    put().if_match(&tag).send().await.unwrap();
    let get = || engine.client.get_object().bucket("photos").key("k");
    assert_eq!(code(get().if_match("\"other\"").send().await), "PreconditionFailed");
    let unchanged = get().if_none_match(&tag).send().await.unwrap_err();
    assert_eq!(unchanged.raw_response().unwrap().status().as_u16(), 304);
    get().if_none_match("\"other\"").send().await.unwrap();
}

#[tokio::test]
async fn a_body_that_is_not_as_announced_is_refused_and_leaves_the_old_object() {
    let engine = Engine::new().await;
    engine.put("k", b"old").await;
    let put = || engine.client.put_object().bucket("photos").key("k").body(ByteStream::from_static(b"new"));
    assert_eq!(code(put().checksum_sha256("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=").send().await), "BadDigest");
    assert_eq!(code(put().checksum_crc32("AAAAAA==").send().await), "BadDigest");
    assert_eq!(code(put().checksum_crc32("nonsense").send().await), "InvalidRequest");
    assert_eq!(code(put().content_md5("AAAAAAAAAAAAAAAAAAAAAA==").send().await), "BadDigest");
    assert_eq!(code(put().content_md5("no").send().await), "InvalidDigest");
    let signed = |header: &'static str, value: &str| {
        Request::put(format!("{ADDRESS}/photos/k"))
            .header("authorization", "AWS4-HMAC-SHA256 Credential=a/20300101/us-east-1/s3/aws4_request, Signature=0")
            .header(header, value)
            .body(b"new".to_vec())
            .unwrap()
    };
    let (status, text) = engine.send(signed("x-amz-content-sha256", &"0".repeat(64))).await;
    assert_eq!(status, 400);
    assert!(text.contains("<Code>XAmzContentSHA256Mismatch</Code>"), "{text}");
    for length in ["2", "4"] {
        let (status, text) = engine.send(signed("content-length", length)).await;
        assert_eq!(status, 400);
        assert!(text.contains("<Code>IncompleteBody</Code>"), "{text}");
    }
    assert_eq!(engine.get("k").await.unwrap(), b"old");
}

#[tokio::test]
async fn every_checksum_is_computed_kept_and_shown_when_asked() {
    let engine = Engine::new().await;
    for (algorithm, of) in [
        (ChecksumAlgorithm::Crc32, "crc32"),
        (ChecksumAlgorithm::Crc32C, "crc32c"),
        (ChecksumAlgorithm::Crc64Nvme, "crc64nvme"),
        (ChecksumAlgorithm::Sha1, "sha1"),
        (ChecksumAlgorithm::Sha256, "sha256"),
    ] {
        let put = engine.client.put_object().bucket("photos").key(of).body(ByteStream::from_static(b"123456789"));
        put.checksum_algorithm(algorithm).send().await.unwrap();
        let head = engine.client.head_object().bucket("photos").key(of).checksum_mode(ChecksumMode::Enabled);
        let head = head.send().await.unwrap();
        let shown = [
            ("crc32", head.checksum_crc32(), "y/Q5Jg=="),
            ("crc32c", head.checksum_crc32_c(), "4waSgw=="),
            ("crc64nvme", head.checksum_crc64_nvme(), "rosUhgp5mIg="),
            ("sha1", head.checksum_sha1(), "98O8HYCOBHMq32eZZczDTKeuNEE="),
            ("sha256", head.checksum_sha256(), "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU="),
        ];
        for (name, value, expected) in shown {
            assert_eq!(value, (name == of).then_some(expected), "{name} of {of}");
        }
    }
}

#[tokio::test]
async fn a_copy_takes_over_metadata_or_replaces_it() {
    let engine = Engine::new().await;
    let put = engine.client.put_object().bucket("photos").key("ü/from").body(ByteStream::from_static(b"x"));
    put.metadata("a", "1").tagging("t=1").send().await.unwrap();
    let copy = || engine.client.copy_object().bucket("photos").copy_source("photos/%C3%BC/from");
    copy().key("same").send().await.unwrap();
    let replaced = copy().key("other").metadata_directive(MetadataDirective::Replace).metadata("b", "2");
    replaced.send().await.unwrap();
    let metadata = async |key: &str| {
        engine.client.head_object().bucket("photos").key(key).send().await.unwrap().metadata().unwrap().clone()
    };
    assert_eq!(metadata("same").await["a"], "1");
    assert_eq!(metadata("other").await.keys().collect::<Vec<_>>(), ["b"]);
    let onto_itself = engine.client.copy_object().bucket("photos").key("ü/from").copy_source("photos/%C3%BC/from");
    assert_eq!(code(onto_itself.send().await), "InvalidRequest");
    assert_eq!(code(copy().key("k").copy_source_if_match("\"other\"").send().await), "PreconditionFailed");
    engine.client.delete_object().bucket("photos").key("ü/from").send().await.unwrap();
    assert_eq!(engine.get("same").await.unwrap(), b"x");
}

#[tokio::test]
async fn listings_roll_up_prefixes_and_continue() {
    let engine = Engine::new().await;
    for key in ["a/1", "a/2", "b ü", "c/1", "d"] {
        engine.put(key, b"").await;
    }
    let list = || engine.client.list_objects_v2().bucket("photos");
    let mut pages = list().delimiter("/").max_keys(2).into_paginator().send();
    let mut seen = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.unwrap();
        assert!(page.key_count().unwrap() <= 2);
        seen.extend(page.contents().iter().filter_map(|object| object.key()).map(str::to_owned));
        seen.extend(page.common_prefixes().iter().filter_map(|prefix| prefix.prefix()).map(str::to_owned));
    }
    seen.sort();
    assert_eq!(seen, ["a/", "b ü", "c/", "d"]);
    let keys = async |listing: aws_sdk_s3::operation::list_objects_v2::builders::ListObjectsV2FluentBuilder| {
        let page = listing.send().await.unwrap();
        page.contents().iter().filter_map(|object| object.key()).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(keys(list().prefix("a/")).await, ["a/1", "a/2"]);
    assert_eq!(keys(list().start_after("b ü")).await, ["c/1", "d"]);
    let encoded = list().prefix("b").encoding_type(aws_sdk_s3::types::EncodingType::Url);
    assert_eq!(keys(encoded).await, ["b%20%C3%BC"]);
    let old = engine.client.list_objects().bucket("photos").delimiter("/").max_keys(1).send().await.unwrap();
    assert_eq!((old.is_truncated(), old.next_marker()), (Some(true), Some("a/")));
}

#[tokio::test]
async fn many_objects_are_deleted_in_one_request() {
    let engine = Engine::new().await;
    engine.put("a", b"1").await;
    let named = |key: &str| ObjectIdentifier::builder().key(key).build().unwrap();
    let delete = Delete::builder().objects(named("a")).objects(named("never there")).build().unwrap();
    let deleted = engine.client.delete_objects().bucket("photos").delete(delete).send().await.unwrap();
    assert_eq!(deleted.deleted().len(), 2);
    assert_eq!(engine.get("a").await, None);
}

#[tokio::test]
async fn tags_are_put_counted_and_taken_away() {
    let engine = Engine::new().await;
    engine.put("k", b"1").await;
    let tag = Tag::builder().key("kind").value("photo").build().unwrap();
    let tagging = Tagging::builder().tag_set(tag).build().unwrap();
    engine.client.put_object_tagging().bucket("photos").key("k").tagging(tagging).send().await.unwrap();
    let tags = engine.client.get_object_tagging().bucket("photos").key("k").send().await.unwrap();
    assert_eq!(tags.tag_set()[0].value(), "photo");
    let got = engine.client.get_object().bucket("photos").key("k").send().await.unwrap();
    assert_eq!(got.tag_count(), Some(1));
    engine.client.delete_object_tagging().bucket("photos").key("k").send().await.unwrap();
    let tags = engine.client.get_object_tagging().bucket("photos").key("k").send().await.unwrap();
    assert!(tags.tag_set().is_empty());
}
