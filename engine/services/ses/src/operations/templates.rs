//! Templates.

use clock::Timestamp;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use service::ServiceError;

use super::{PageOf, parse};
use crate::error;
use crate::outgoing::rendered;
use crate::rows::{self, Kind};
use crate::service::Call;
use crate::template::Content;

/// Bytes that a template may have.
const MAX_BYTES: usize = 500 << 10;

/// A template.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Template {
    pub(crate) content: Content,
    #[serde(default)]
    pub(crate) tags: Vec<Value>,
    created_at: Timestamp,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Put {
    template_name: String,
    template_content: Content,
    #[serde(default)]
    tags: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Of {
    template_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TestRender {
    template_name: String,
    template_data: String,
}

impl Template {
    pub(crate) fn named(connection: &Connection, name: &str) -> Result<Self, ServiceError> {
        let found = rows::get(connection, Kind::Template, name)?;
        found.ok_or_else(|| error::not_found(format!("Template {name} does not exist.")))
    }
}

/// Checks what a template says.
pub(crate) fn check(content: &Content) -> Result<(), ServiceError> {
    let parts = [&content.subject, &content.text, &content.html];
    if parts.iter().filter_map(|part| part.as_deref()).map(str::len).sum::<usize>() > MAX_BYTES {
        return Err(error::bad_request("The template exceeds 500 KB."));
    }
    content.check().map_err(|failure| error::bad_request(failure.to_string()))
}

pub(crate) fn create(call: Call<'_>) -> Result<Value, ServiceError> {
    let Put { template_name: name, template_content: content, tags } = parse(call.input)?;
    let allowed = |character: char| character.is_ascii_alphanumeric() || "-_".contains(character);
    if !(1..=64).contains(&name.len()) || !name.chars().all(allowed) {
        let rule = "up to 64 ASCII letters, digits, hyphens and underscores";
        return Err(error::bad_request(format!("a template's name has {rule}: {name}")));
    }
    if content.subject.as_deref().is_none_or(str::is_empty) {
        return Err(error::bad_request("The subject must be specified."));
    }
    check(&content)?;
    if rows::get::<Value>(call.connection, Kind::Template, &name)?.is_some() {
        return Err(error::exists(format!("Template {name} already exists.")));
    }
    rows::put(call.connection, Kind::Template, &name, &Template { content, tags, created_at: call.now })?;
    Ok(json!({}))
}

pub(crate) fn update(call: Call<'_>) -> Result<Value, ServiceError> {
    let Put { template_name: name, template_content: content, .. } = parse(call.input)?;
    let template = Template::named(call.connection, &name)?;
    check(&content)?;
    rows::put(call.connection, Kind::Template, &name, &Template { content, ..template })?;
    Ok(json!({}))
}

pub(crate) fn get(call: Call<'_>) -> Result<Value, ServiceError> {
    let Of { template_name: name } = parse(call.input)?;
    let Template { content, tags, .. } = Template::named(call.connection, &name)?;
    Ok(json!({"TemplateName": name, "TemplateContent": content, "Tags": tags}))
}

pub(crate) fn delete(call: Call<'_>) -> Result<Value, ServiceError> {
    let Of { template_name: name } = parse(call.input)?;
    Template::named(call.connection, &name)?;
    rows::delete(call.connection, Kind::Template, &name)?;
    Ok(json!({}))
}

pub(crate) fn list(call: Call<'_>) -> Result<Value, ServiceError> {
    let page: PageOf = parse(call.input)?;
    let templates = rows::all::<Template>(call.connection, Kind::Template, page.after())?;
    Ok(page.answer(
        "TemplatesMetadata",
        templates,
        |name, template| json!({"TemplateName": name, "CreatedTimestamp": template.created_at.as_epoch_seconds()}),
    ))
}

pub(crate) fn test_render(call: Call<'_>) -> Result<Value, ServiceError> {
    let TestRender { template_name, template_data } = parse(call.input)?;
    let template = Template::named(call.connection, &template_name)?;
    Ok(json!({ "RenderedTemplate": rendered(&template.content, &template_data, call.now)? }))
}
