//! PutLogEvents and GetLogEvents.

use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;

use super::{OfGroup, limit};
use crate::error::{constraint, invalid};
use crate::position::{Position, Way};
use crate::rows::{Event, Group, Range};
use crate::service::Context;

const HOUR: i64 = 3_600_000;
/// Bytes of a request, each event counting for 26 more than its message.
const MOST_BYTES: usize = 1_048_576;
const MOST_EVENTS: usize = 10_000;
/// How old events may be, and how far in the future.
const OLDEST: i64 = 14 * 24 * HOUR;
const NEWEST: i64 = 2 * HOUR;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Put {
    log_group_name: String,
    log_stream_name: String,
    log_events: Vec<InputEvent>,
}

#[derive(Deserialize)]
struct InputEvent {
    timestamp: i64,
    message: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Get {
    #[serde(flatten)]
    group: OfGroup,
    log_stream_name: String,
    start_time: Option<i64>,
    end_time: Option<i64>,
    next_token: Option<String>,
    limit: Option<i64>,
    #[serde(default)]
    start_from_head: bool,
}

pub(crate) fn put(context: &Context<'_>, input: Put) -> Result<Value, ServiceError> {
    let events = &input.log_events;
    let (Some(first), Some(last)) = (events.first(), events.last()) else {
        return Err(constraint("[]", "logEvents", "have length greater than or equal to 1"));
    };
    if events.len() > MOST_EVENTS {
        return Err(constraint("[...]", "logEvents", "have length less than or equal to 10000"));
    }
    let bytes: usize = events.iter().map(|event| event.message.len() + 26).sum();
    if bytes > MOST_BYTES {
        return Err(invalid(format!("Upload too large: {bytes} bytes exceeds limit of {MOST_BYTES}")));
    }
    if events.iter().any(|event| event.message.is_empty()) {
        return Err(invalid("Log event message must not be empty."));
    }
    if !events.is_sorted_by_key(|event| event.timestamp) {
        return Err(invalid("Log events in a single PutLogEvents request must be in chronological order."));
    }
    if last.timestamp - first.timestamp > 24 * HOUR {
        return Err(invalid(
            "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
        ));
    }
    let group = Group::find(context.connection, &input.log_group_name)?;
    let stream = group.stream(context.connection, &input.log_stream_name)?;
    let now = context.now.as_millis();
    let before = |time: i64| events.iter().take_while(|event| event.timestamp < time).count();
    let (too_old, expired, too_new) =
        (before(now - OLDEST), before(group.kept_from(context.now)), before(now + NEWEST + 1));
    let mut answer = json!({"nextSequenceToken": format!("{now:056}")});
    let mut rejected = json!({});
    if too_new < events.len() {
        rejected["tooNewLogEventStartIndex"] = too_new.into();
    }
    if too_old > 0 {
        rejected["tooOldLogEventEndIndex"] = too_old.into();
    }
    if expired > too_old {
        rejected["expiredLogEventEndIndex"] = expired.into();
    }
    if rejected != json!({}) {
        answer["rejectedLogEventsInfo"] = rejected;
    }
    let accepted = too_old.max(expired)..too_new;
    let kept = input.log_events.into_iter().enumerate().filter(|(index, _)| accepted.contains(index));
    let kept: Vec<(i64, String)> = kept.map(|(_, event)| (event.timestamp, event.message)).collect();
    if !kept.is_empty() {
        group.append(context.connection, &stream, &kept, context.now)?;
    }
    Ok(answer)
}

pub(crate) fn get(context: &Context<'_>, input: Get) -> Result<Value, ServiceError> {
    let most = limit(input.limit, 10_000, 10_000)?;
    let group = Group::find(context.connection, input.group.name()?)?;
    let stream = group.stream(context.connection, &input.log_stream_name)?;
    let way = match (&input.next_token, input.start_from_head) {
        (Some(token), _) => Way::parse(token)?,
        (None, true) => Way::Forward(Position::FIRST),
        (None, false) => Way::Backward(Position::LAST),
    };
    let range = Range {
        group: group.id,
        stream: Some(stream.id),
        from: input.start_time.unwrap_or(0).max(group.kept_from(context.now)),
        to: input.end_time.unwrap_or(i64::MAX),
    };
    let mut events: Vec<Event> = Vec::new();
    let mut bytes = 0;
    let take = |event: Event| {
        bytes += event.message.len() + 26;
        // At least one, so that no event stops the way.
        if bytes > MOST_BYTES && !events.is_empty() {
            return true;
        }
        events.push(event);
        events.len() == most
    };
    match way {
        Way::Forward(after) => range.forward(context.connection, after, take)?,
        Way::Backward(before) => {
            range.backward(context.connection, before, take)?;
            events.reverse();
        }
    }
    // Where nothing was found the ways lead on from the same place.
    let here = match way {
        Way::Forward(position) => position,
        Way::Backward(Position::LAST) => Position::FIRST,
        Way::Backward(position) => position,
    };
    let backward = events.first().map_or(here, |event| event.position);
    let forward = events.last().map_or(here, |event| event.position);
    let shown: Vec<Value> = events
        .iter()
        .map(|event| {
            json!({"timestamp": event.position.timestamp, "message": event.message, "ingestionTime": event.ingested})
        })
        .collect();
    Ok(json!({
        "events": shown,
        "nextForwardToken": Way::Forward(forward).token(),
        "nextBackwardToken": Way::Backward(backward).token(),
    }))
}
