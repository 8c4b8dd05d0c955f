//! The wire face of Firehose.

use service::{Api, JsonVersion, Operations};

/// <https://docs.aws.amazon.com/firehose/latest/APIReference/API_Operations.html>
pub(crate) static API: Api = Api {
    id: "firehose",
    name: "Data Firehose",
    target_prefix: Some("Firehose_20150804"),
    json_version: JsonVersion::V1_1,
    query_version: None,
    routes: &[],
    operations: Operations {
        built: &[
            "CreateDeliveryStream",
            "DeleteDeliveryStream",
            "DescribeDeliveryStream",
            "ListDeliveryStreams",
            "ListTagsForDeliveryStream",
            "PutRecord",
            "PutRecordBatch",
            "TagDeliveryStream",
            "UntagDeliveryStream",
        ],
        not_built: &["StartDeliveryStreamEncryption", "StopDeliveryStreamEncryption", "UpdateDestination"],
    },
};
