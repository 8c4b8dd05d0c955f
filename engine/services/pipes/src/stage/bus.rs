//! Buses: an event for each item.

use ::service::Arn;
use clock::Timestamp;
use consumer::Source;
use event_pattern::Parameter;
use serde_json::{Value, json};

use super::{Delivery, Failure, Item, Outcome};
use crate::plan::BusTarget;

pub(super) async fn deliver(delivery: &Delivery<'_>, bus: &BusTarget) -> Result<Outcome, Failure> {
    let entries = delivery.items.iter().map(|item| entry(delivery, bus, item)).collect::<Result<Vec<_>, _>>()?;
    let answer = delivery.platform.services.call("events", "PutEvents", json!({"Entries": entries})).await?;
    let answers = answer.get("Entries").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let refused = |(_, answer): &(usize, &Value)| answer.get("ErrorCode").is_some_and(|code| !code.is_null());
    let failed: Vec<(usize, &Value)> = answers.iter().enumerate().filter(refused).collect();
    let reason = failed.first().map(|(_, answer)| format!("the bus refused events: {answer}")).unwrap_or_default();
    Ok(delivery.outcome(failed.into_iter().map(|(index, _)| index).collect(), reason))
}

fn entry(delivery: &Delivery<'_>, bus: &BusTarget, item: &Item) -> Result<Value, Failure> {
    let plan = delivery.plan;
    let text = |member: &str, parameter: &Option<Parameter>, default: String| match parameter {
        None => Ok(default),
        Some(parameter) => parameter
            .text(&item.source)
            .ok_or_else(|| Failure::new(format!("{member} of the target is a path that finds nothing in the event"))),
    };
    let service = match plan.intake.source {
        Source::Stream { .. } => "dynamodb",
        Source::Queue { .. } => "sqs",
    };
    let bus_arn: Arn = plan.target.arn.parse()?;
    let resources = bus.resources.iter().filter_map(|resource| resource.text(&item.source));
    let mut entry = json!({
        "EventBusName": bus_arn.to_string(),
        "DetailType": text("DetailType", &bus.detail_type, format!("Event from aws:{service}"))?,
        "Source": text("Source", &bus.source, format!("Pipe {}", plan.name))?,
        "Detail": item.payload.to_string(),
        "Resources": resources.collect::<Vec<_>>(),
    });
    if let Some(time) = &bus.time {
        let value = time.value(&item.source).unwrap_or_default();
        let seconds = match &value {
            Value::String(text) => Timestamp::parse_rfc3339(text).map(Timestamp::as_epoch_seconds),
            other => other.as_f64(),
        };
        let seconds =
            seconds.ok_or_else(|| Failure::new(format!("Time of the target does not find a time: {value}")))?;
        entry["Time"] = json!(seconds);
    }
    Ok(entry)
}
