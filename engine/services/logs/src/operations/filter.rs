//! FilterLogEvents.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;

use super::{OfGroup, limit};
use crate::error::invalid;
use crate::pattern::Pattern;
use crate::position::Position;
use crate::rows::{Event, Group, Range};
use crate::service::Context;

const MOST_BYTES: usize = 1_048_576;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Filter {
    #[serde(flatten)]
    group: OfGroup,
    log_stream_names: Option<Vec<String>>,
    log_stream_name_prefix: Option<String>,
    start_time: Option<i64>,
    end_time: Option<i64>,
    filter_pattern: Option<String>,
    next_token: Option<String>,
    limit: Option<i64>,
}

pub(crate) fn filter(context: &Context<'_>, input: Filter) -> Result<Value, ServiceError> {
    let most = limit(input.limit, 10_000, 10_000)?;
    if input.log_stream_names.is_some() && input.log_stream_name_prefix.is_some() {
        return Err(invalid("Specify either logStreamNames or logStreamNamePrefix, not both."));
    }
    let pattern = Pattern::parse(input.filter_pattern.as_deref().unwrap_or_default())?;
    let group = Group::find(context.connection, input.group.name()?)?;
    let fits = |name: &String| {
        input.log_stream_names.as_ref().is_none_or(|names| names.contains(name))
            && input.log_stream_name_prefix.as_ref().is_none_or(|prefix| name.starts_with(prefix))
    };
    let streams = group.streams(context.connection)?.into_iter().filter(|stream| fits(&stream.name));
    let streams: HashMap<i64, String> = streams.map(|stream| (stream.id, stream.name)).collect();
    let after = input.next_token.as_deref().map_or(Ok(Position::FIRST), Position::parse)?;
    let only = match streams.len() {
        1 => streams.keys().next().copied(),
        _ => None,
    };
    let range = Range {
        group: group.id,
        stream: only,
        from: input.start_time.unwrap_or(0).max(group.kept_from(context.now)),
        // The end of FilterLogEvents is included.
        to: input.end_time.map_or(i64::MAX, |end| end.saturating_add(1)),
    };
    let mut found: Vec<Value> = Vec::new();
    let (mut bytes, mut last, mut is_full) = (0, after, false);
    let take = |event: Event| {
        let Some(stream) = streams.get(&event.stream) else { return false };
        if !pattern.matches(&event.message) {
            return false;
        }
        bytes += event.message.len() + 26;
        if found.len() == most || (bytes > MOST_BYTES && !found.is_empty()) {
            is_full = true;
            return true;
        }
        last = event.position;
        found.push(json!({
            "logStreamName": stream,
            "timestamp": event.position.timestamp,
            "message": event.message,
            "ingestionTime": event.ingested,
            "eventId": event.position.digits(),
        }));
        false
    };
    if !streams.is_empty() {
        range.forward(context.connection, after, take)?;
    }
    let mut answer = json!({"events": found, "searchedLogStreams": []});
    if is_full {
        answer["nextToken"] = last.digits().into();
    }
    Ok(answer)
}
