//! The wire face of SQS.

use service::{Api, JsonVersion, Operations};

/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html>
pub(crate) static API: Api = Api {
    id: "sqs",
    name: "SQS",
    target_prefix: Some("AmazonSQS"),
    json_version: JsonVersion::V1_0,
    query_version: Some("2012-11-05"),
    routes: &[],
    operations: Operations {
        built: &[
            "CancelMessageMoveTask",
            "ChangeMessageVisibility",
            "ChangeMessageVisibilityBatch",
            "CreateQueue",
            "DeleteMessage",
            "DeleteMessageBatch",
            "DeleteQueue",
            "GetQueueAttributes",
            "GetQueueUrl",
            "ListDeadLetterSourceQueues",
            "ListMessageMoveTasks",
            "ListQueueTags",
            "ListQueues",
            "PurgeQueue",
            "ReceiveMessage",
            "SendMessage",
            "SendMessageBatch",
            "SetQueueAttributes",
            "StartMessageMoveTask",
            "TagQueue",
            "UntagQueue",
        ],
        not_built: &["AddPermission", "RemovePermission"],
    },
};
