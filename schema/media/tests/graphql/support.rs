//! The function with the settings that it is deployed with.

use schema_testing::{Aws, machine};
use serde_json::Value;

/// The function, with AWS as `play` answers an operation and its input: status and body.
pub(crate) fn playing(play: impl Fn(&str, &Value) -> (u16, Value) + Send + Sync + 'static) -> Aws {
    let settings = [
        ("MEDIA_TABLE", "media".to_owned()),
        ("MEDIA_BUCKET", "results".to_owned()),
        ("CREATE_UPLOAD_ARN", machine("create-upload")),
        ("COMPLETE_UPLOAD_ARN", machine("complete-upload")),
        ("DELETE_MEDIA_ARN", machine("delete-media")),
        ("RETRY_PROCESSING_ARN", machine("retry-processing")),
    ];
    Aws::playing(&media_schema::GRAPHQL, "/media/graphql", settings, play)
}

/// The function, with AWS as nobody should call it.
pub(crate) fn idle() -> Aws {
    playing(|operation, input| panic!("{operation} was called with {input}"))
}
