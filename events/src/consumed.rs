//! Events that others publish and this stack listens for; their shapes are AWS's.

/// An event of AWS's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Consumed {
    /// The event's `detail-type`.
    pub detail_type: &'static str,
    /// The event's `source`.
    pub source: &'static str,
    /// What happened, in a sentence.
    pub meaning: &'static str,
    /// Where AWS documents its shape.
    pub documentation: &'static str,
}

/// Every event of AWS's that a rule listens for. Each has an example, `consumed/<source>/<detail type>.json`.
pub const CONSUMED: &[Consumed] = &[
    Consumed {
        detail_type: "MediaConvert Job State Change",
        source: "aws.mediaconvert",
        meaning: "A transcoding job has begun, has got on, or has ended.",
        documentation: "https://docs.aws.amazon.com/mediaconvert/latest/ug/mediaconvert_cwe_events.html",
    },
    Consumed {
        detail_type: "Object Created",
        source: "aws.s3",
        meaning: "An object was put into a bucket, or copied, or its upload in parts was completed.",
        documentation: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html",
    },
    Consumed {
        detail_type: "Object Deleted",
        source: "aws.s3",
        meaning: "An object was deleted, by somebody or by a lifecycle rule.",
        documentation: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html",
    },
];
