//! Amazon DynamoDB and DynamoDB Streams, on dynoxide.
