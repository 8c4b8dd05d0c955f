//! Log streams.

use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;

use super::{OfGroup, limit};
use crate::error::{constraint, invalid};
use crate::rows::{Group, Stream};
use crate::service::Context;

const PAGE: i64 = 50;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OfStream {
    log_group_name: String,
    log_stream_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Describe {
    #[serde(flatten)]
    group: OfGroup,
    log_stream_name_prefix: Option<String>,
    order_by: Option<String>,
    #[serde(default)]
    descending: bool,
    next_token: Option<String>,
    limit: Option<i64>,
}

pub(crate) fn create(context: &Context<'_>, input: OfStream) -> Result<Value, ServiceError> {
    let name = &input.log_stream_name;
    if name.is_empty() || name.contains([':', '*']) {
        return Err(constraint(name, "logStreamName", "satisfy regular expression pattern: [^:*]*"));
    }
    if name.len() > 512 {
        return Err(constraint(name, "logStreamName", "have length less than or equal to 512"));
    }
    Group::find(context.connection, &input.log_group_name)?.create_stream(context.connection, name, context.now)?;
    Ok(json!({}))
}

pub(crate) fn delete(context: &Context<'_>, input: OfStream) -> Result<Value, ServiceError> {
    let group = Group::find(context.connection, &input.log_group_name)?;
    group.stream(context.connection, &input.log_stream_name)?.delete(context.connection)?;
    Ok(json!({}))
}

pub(crate) fn describe(context: &Context<'_>, input: Describe) -> Result<Value, ServiceError> {
    let page = limit(input.limit, PAGE, PAGE)?;
    let by_time = match input.order_by.as_deref() {
        None | Some("LogStreamName") => false,
        Some("LastEventTime") if input.log_stream_name_prefix.is_some() => {
            return Err(invalid("Cannot order by LastEventTime with a logStreamNamePrefix."));
        }
        Some("LastEventTime") => true,
        Some(other) => {
            let set = "satisfy enum value set: [LogStreamName, LastEventTime]";
            return Err(constraint(other, "orderBy", set));
        }
    };
    let group = Group::find(context.connection, input.group.name()?)?;
    let mut streams = group.streams(context.connection)?;
    streams.retain(|stream| input.log_stream_name_prefix.as_ref().is_none_or(|prefix| stream.name.starts_with(prefix)));
    if by_time {
        streams.sort_by_key(Stream::last_time);
    }
    if input.descending {
        streams.reverse();
    }
    // The token is the last name of the page before.
    let from = match &input.next_token {
        None => 0,
        Some(last) => streams.iter().position(|stream| stream.name == *last).map_or(streams.len(), |index| index + 1),
    };
    let rest = &streams[from..];
    let shown: Vec<Value> = rest.iter().take(page).map(|stream| stream.to_value(&group, context.scope)).collect();
    let mut answer = json!({"logStreams": shown});
    if rest.len() > page {
        answer["nextToken"] = rest[page - 1].name.as_str().into();
    }
    Ok(answer)
}
