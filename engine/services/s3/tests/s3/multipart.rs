//! Multipart uploads.

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart};

use crate::support::{Engine, code};

const PART: usize = 5 << 20;

impl Engine {
    async fn begin(&self) -> String {
        let begun = self.client.create_multipart_upload().bucket("photos").key("big").content_type("video/mp4");
        begun.send().await.unwrap().upload_id().unwrap().to_owned()
    }

    async fn part(&self, upload: &str, number: i32, body: Vec<u8>) -> CompletedPart {
        let part = self.client.upload_part().bucket("photos").key("big").upload_id(upload).part_number(number);
        let part = part.body(ByteStream::from(body)).send().await.unwrap();
        CompletedPart::builder().part_number(number).set_e_tag(part.e_tag().map(str::to_owned)).build()
    }

    async fn complete(&self, upload: &str, parts: Vec<CompletedPart>) -> Result<String, String> {
        let parts = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
        let complete = self.client.complete_multipart_upload().bucket("photos").key("big").upload_id(upload);
        match complete.multipart_upload(parts).send().await {
            Ok(done) => Ok(done.e_tag().unwrap().to_owned()),
            Err(refused) => Err(code::<(), _>(Err(refused))),
        }
    }
}

#[tokio::test]
async fn parts_become_one_object_in_the_order_of_their_numbers() {
    let engine = Engine::new().await;
    let upload = engine.begin().await;
    let last = engine.part(&upload, 7, b"end".to_vec()).await;
    engine.part(&upload, 2, vec![9; PART]).await;
    let first = engine.part(&upload, 2, vec![1; PART]).await;
    let listed = engine.client.list_parts().bucket("photos").key("big").upload_id(&upload).send().await.unwrap();
    assert_eq!(listed.parts().iter().filter_map(|part| part.part_number()).collect::<Vec<_>>(), [2, 7]);
    let uploads = engine.client.list_multipart_uploads().bucket("photos").send().await.unwrap();
    assert_eq!(uploads.uploads()[0].upload_id(), Some(upload.as_str()));
    assert_eq!(engine.get("big").await, None);

    let tag = engine.complete(&upload, vec![first, last]).await.unwrap();
    assert!(tag.ends_with("-2\""), "{tag}");
    let whole = engine.get("big").await.unwrap();
    assert_eq!((whole.len(), whole[0], &whole[PART..]), (PART + 3, 1, b"end".as_slice()));
    let head = engine.client.head_object().bucket("photos").key("big").part_number(2).send().await.unwrap();
    assert_eq!((head.content_length(), head.parts_count()), (Some(3), Some(2)));
    assert_eq!(head.content_type(), Some("video/mp4"));
    assert_eq!(engine.complete(&upload, vec![]).await, Err("NoSuchUpload".to_owned()));
}

#[tokio::test]
async fn an_upload_is_completed_only_with_what_was_sent() {
    let engine = Engine::new().await;
    let upload = engine.begin().await;
    let small = engine.part(&upload, 1, b"small".to_vec()).await;
    let second = engine.part(&upload, 2, b"2".to_vec()).await;
    let forged = CompletedPart::builder().part_number(1).e_tag("\"0\"").build();
    assert_eq!(engine.complete(&upload, vec![forged]).await, Err("InvalidPart".to_owned()));
    let both = vec![small.clone(), second.clone()];
    assert_eq!(engine.complete(&upload, both).await, Err("EntityTooSmall".to_owned()));
    assert_eq!(engine.complete(&upload, vec![second, small]).await, Err("InvalidPartOrder".to_owned()));
    let abort = engine.client.abort_multipart_upload().bucket("photos").key("big").upload_id(&upload);
    abort.clone().send().await.unwrap();
    assert_eq!(code(abort.send().await), "NoSuchUpload");
    assert_eq!(engine.get("big").await, None);
}

#[tokio::test]
async fn checksums_of_parts_make_the_checksum_of_the_object() {
    let engine = Engine::new().await;
    let begun = engine.client.create_multipart_upload().bucket("photos").key("big");
    let begun = begun.checksum_algorithm(ChecksumAlgorithm::Sha256).send().await.unwrap();
    let upload = begun.upload_id().unwrap();
    let part = engine.client.upload_part().bucket("photos").key("big").upload_id(upload).part_number(1);
    let part = part.checksum_algorithm(ChecksumAlgorithm::Sha256).body(ByteStream::from_static(b"x"));
    let part = part.send().await.unwrap();
    assert!(part.checksum_sha256().is_some());
    let named = CompletedPart::builder().part_number(1).set_e_tag(part.e_tag().map(str::to_owned));
    let named = named.set_checksum_sha256(part.checksum_sha256().map(str::to_owned)).build();
    let parts = CompletedMultipartUpload::builder().parts(named).build();
    let complete = engine.client.complete_multipart_upload().bucket("photos").key("big").upload_id(upload);
    let done = complete.multipart_upload(parts).send().await.unwrap();
    assert!(done.checksum_sha256().unwrap().ends_with("-1"), "{done:?}");
}

#[tokio::test]
async fn a_part_is_copied_from_a_range_of_another_object() {
    let engine = Engine::new().await;
    engine.put("source", b"0123456789").await;
    let upload = engine.begin().await;
    let copy = engine.client.upload_part_copy().bucket("photos").key("big").upload_id(&upload).part_number(1);
    let copy = copy.copy_source("photos/source");
    assert_eq!(code(copy.clone().copy_source_range("bytes=5-99").send().await), "InvalidArgument");
    let copied = copy.copy_source_range("bytes=2-4").send().await.unwrap();
    let tag = copied.copy_part_result().and_then(|part| part.e_tag()).map(str::to_owned);
    let part = CompletedPart::builder().part_number(1).set_e_tag(tag).build();
    engine.complete(&upload, vec![part]).await.unwrap();
    assert_eq!(engine.get("big").await.unwrap(), b"234");
}
