//! Delivery streams.

use serde_json::{Value, json};
use service::ServiceError;

use super::name;
use super::tags::tags;
use crate::destination::Destination;
use crate::rows::Stream;
use crate::service::Firehose;
use crate::{error, rows};

/// AWS's quota of streams of an account.
const MOST_STREAMS: usize = 5_000;

impl Firehose {
    pub(crate) async fn create_delivery_stream(&self, input: Value) -> Result<Value, ServiceError> {
        let name = name(&input)?.to_owned();
        let known = [
            "DeliveryStreamName",
            "DeliveryStreamType",
            "S3DestinationConfiguration",
            "ExtendedS3DestinationConfiguration",
            "Tags",
        ];
        let mut members = input.as_object().into_iter().flatten();
        if let Some((other, _)) = members.find(|(name, value)| !known.contains(&name.as_str()) && !value.is_null()) {
            return Err(error::not_built(other));
        }
        if let Some(kind) = input["DeliveryStreamType"].as_str().filter(|kind| *kind != "DirectPut") {
            return Err(error::not_built(format_args!("DeliveryStreamType {kind}")));
        }
        let destination = match (&input["ExtendedS3DestinationConfiguration"], &input["S3DestinationConfiguration"]) {
            (Value::Null, Value::Null) => {
                return Err(error::invalid("Exactly one destination configuration is supported for a Firehose"));
            }
            (extended, Value::Null) => Destination::parse(extended)?,
            (Value::Null, plain) => Destination::parse(plain)?,
            _ => return Err(error::invalid("Exactly one destination configuration is supported for a Firehose")),
        };
        let _alone = self.changes.lock().await;
        if self.streams().contains_key(&name) {
            return Err(error::in_use(&self.platform.scope, &name));
        }
        if self.streams().len() >= MOST_STREAMS {
            let message = format!("You have already consumed your firehose quota of {MOST_STREAMS} hoses.");
            return Err(ServiceError::client("LimitExceededException", message));
        }
        let stream = Stream { name, destination, created_at: self.platform.clock.now(), tags: tags(&input["Tags"])? };
        let arn = self.arn(&stream.name);
        self.keep(stream).await?;
        Ok(json!({"DeliveryStreamARN": arn}))
    }

    /// Writes a stream, and puts it in the place of what was.
    pub(super) async fn keep(&self, stream: Stream) -> Result<(), ServiceError> {
        let row = stream.clone();
        self.platform.store.write(move |connection| rows::put_stream(connection, &row)).await?;
        self.streams_mut().insert(stream.name.clone(), stream);
        Ok(())
    }

    /// What waits of the stream goes with it, as on AWS.
    pub(crate) async fn delete_delivery_stream(&self, input: &Value) -> Result<Value, ServiceError> {
        let _alone = self.changes.lock().await;
        let name = self.named(input)?.name;
        let row = name.clone();
        self.platform.store.write(move |connection| rows::delete_stream(connection, &row)).await?;
        self.streams_mut().remove(&name);
        self.buffers().forget(&name);
        Ok(json!({}))
    }

    pub(crate) fn describe_delivery_stream(&self, input: &Value) -> Result<Value, ServiceError> {
        let stream = self.named(input)?;
        Ok(json!({"DeliveryStreamDescription": {
            "DeliveryStreamName": stream.name,
            "DeliveryStreamARN": self.arn(&stream.name),
            "DeliveryStreamStatus": "ACTIVE",
            "DeliveryStreamType": "DirectPut",
            "DeliveryStreamEncryptionConfiguration": {"Status": "DISABLED"},
            "VersionId": "1",
            "CreateTimestamp": stream.created_at.as_epoch_seconds(),
            "Destinations": stream.destination.describe(),
            "HasMoreDestinations": false,
        }}))
    }

    pub(crate) fn list_delivery_streams(&self, input: &Value) -> Result<Value, ServiceError> {
        let after = input["ExclusiveStartDeliveryStreamName"].as_str().unwrap_or_default();
        let other_kind = input["DeliveryStreamType"].as_str().is_some_and(|kind| kind != "DirectPut");
        let limit = usize::try_from(input["Limit"].as_u64().unwrap_or(10)).unwrap_or(10).clamp(1, 10_000);
        let streams = self.streams();
        let mut names = streams.keys().filter(|name| name.as_str() > after && !other_kind).peekable();
        let page: Vec<&String> = names.by_ref().take(limit).collect();
        Ok(json!({"DeliveryStreamNames": page, "HasMoreDeliveryStreams": names.peek().is_some()}))
    }
}
