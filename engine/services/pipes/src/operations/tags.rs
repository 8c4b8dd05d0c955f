//! Tags.

use ::service::ServiceError;
use serde_json::{Value, json};

use crate::error::{invalid, not_found};
use crate::service::Pipes;
use crate::tables::PipeRow;

/// AWS's limit of tags of a resource.
const MOST_TAGS: usize = 50;

pub(crate) async fn tag_resource(pipes: &Pipes, input: &Value) -> Result<Value, ServiceError> {
    let given = given(input.get("tags").unwrap_or(&Value::Null))?;
    change(pipes, input, move |tags| {
        for (key, value) in given.as_object().into_iter().flatten() {
            tags[key] = value.clone();
        }
    })
    .await
}

pub(crate) async fn untag_resource(pipes: &Pipes, input: &Value) -> Result<Value, ServiceError> {
    // A query parameter that is given once arrives as a text.
    let keys: Vec<String> = match input.get("tagKeys") {
        Some(Value::Array(keys)) => keys.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::String(key)) => vec![key.clone()],
        _ => return Err(invalid("tagKeys", "is required")),
    };
    change(pipes, input, move |tags| {
        if let Some(tags) = tags.as_object_mut() {
            tags.retain(|key, _| !keys.contains(key));
        }
    })
    .await
}

pub(crate) async fn list_tags(pipes: &Pipes, input: &Value) -> Result<Value, ServiceError> {
    let name = pipe_of(input)?;
    let row = pipes
        .platform
        .store
        .read(move |connection| PipeRow::find(connection, &name)?.ok_or_else(|| not_found(&name)))
        .await?;
    Ok(json!({"tags": row.tags}))
}

/// The tags of a call, checked.
pub(super) fn given(tags: &Value) -> Result<Value, ServiceError> {
    let is_valid = tags.as_object().is_some_and(|tags| {
        tags.len() <= MOST_TAGS && tags.iter().all(|(key, value)| !key.is_empty() && value.is_string())
    });
    if is_valid { Ok(tags.clone()) } else { Err(invalid("Tags", format!("must be at most {MOST_TAGS} texts by key"))) }
}

async fn change(
    pipes: &Pipes,
    input: &Value,
    change: impl FnOnce(&mut Value) + Send + 'static,
) -> Result<Value, ServiceError> {
    let name = pipe_of(input)?;
    pipes
        .platform
        .store
        .write(move |connection| {
            let mut row = PipeRow::find(connection, &name)?.ok_or_else(|| not_found(&name))?;
            change(&mut row.tags);
            given(&row.tags)?;
            row.save(connection)
        })
        .await?;
    Ok(json!({}))
}

fn pipe_of(input: &Value) -> Result<String, ServiceError> {
    let arn = input.get("resourceArn").and_then(Value::as_str).unwrap_or_default();
    let parsed: ::service::Arn = arn.parse().map_err(|_| invalid("resourceArn", format!("must be an ARN: {arn}")))?;
    match parsed.resource.strip_prefix("pipe/") {
        Some(name) if parsed.service == "pipes" => Ok(name.to_owned()),
        _ => Err(invalid("resourceArn", format!("must be the ARN of a pipe: {arn}"))),
    }
}
