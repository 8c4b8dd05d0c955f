//! SendEmail and SendBulkEmail.

use rusqlite::Connection;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use service::{Arn, ServiceError};

use super::parse;
use super::templates::{Template as StoredTemplate, check};
use crate::error;
use crate::outgoing::{Body, Destination, File, Named, Outgoing, decoded};
use crate::service::Call;
use crate::template::{self, Content};

/// Entries that a bulk request may have.
const MAX_ENTRIES: usize = 50;
/// Members that ask for what there isn't.
const NOT_BUILT: &[&str] = &["ListManagementOptions", "EndpointId", "TenantName", "ConfigurationOverrides"];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Email {
    from_email_address: Option<String>,
    #[serde(default)]
    destination: Destination,
    #[serde(default)]
    reply_to_addresses: Vec<String>,
    content: EmailContent,
    #[serde(default)]
    email_tags: Vec<Named>,
    configuration_set_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct EmailContent {
    simple: Option<Simple>,
    raw: Option<Raw>,
    template: Option<TemplateUse>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Simple {
    subject: Text,
    body: SimpleBody,
    #[serde(default)]
    headers: Vec<Named>,
    #[serde(default)]
    attachments: Vec<File>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SimpleBody {
    text: Option<Text>,
    html: Option<Text>,
}

/// A text; its character set is UTF-8 here whatever it says, since JSON carries text.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Text {
    data: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Raw {
    data: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TemplateUse {
    template_name: Option<String>,
    template_arn: Option<String>,
    template_content: Option<Content>,
    template_data: Option<String>,
    #[serde(default)]
    headers: Vec<Named>,
    #[serde(default)]
    attachments: Vec<File>,
}

impl TemplateUse {
    /// The template's name, where it has one, and what it says.
    fn found(&self, connection: &Connection) -> Result<(Option<String>, Content), ServiceError> {
        let name_in =
            |arn: &String| arn.parse::<Arn>().map_or_else(|_| arn.clone(), |arn| arn.resource_name().to_owned());
        match (self.template_name.clone().or_else(|| self.template_arn.as_ref().map(name_in)), &self.template_content) {
            (Some(name), None) => {
                let content = StoredTemplate::named(connection, &name)?.content;
                Ok((Some(name), content))
            }
            (None, Some(content)) => check(content).map(|()| (None, content.clone())),
            (Some(_), Some(_)) => Err(error::bad_request("name a template or give its content, not both")),
            (None, None) => Err(error::bad_request("a template needs TemplateName, TemplateArn or TemplateContent")),
        }
    }
}

pub(crate) fn email(call: Call<'_>) -> Result<Value, ServiceError> {
    built(&call.input)?;
    let input: Email = parse(call.input)?;
    let EmailContent { simple, raw, template } = input.content;
    let (body, headers, files) = match (simple, raw, template) {
        (Some(simple), None, None) => {
            let text = |text: Option<Text>| text.map(|text| text.data);
            let (text, html) = (text(simple.body.text), text(simple.body.html));
            if text.is_none() && html.is_none() {
                return Err(error::bad_request("the body needs Text or Html"));
            }
            (Body::Simple { subject: simple.subject.data, text, html }, simple.headers, simple.attachments)
        }
        (None, Some(raw), None) => (Body::Raw(decoded("Data", &raw.data)?), Vec::new(), Vec::new()),
        (None, None, Some(template)) => {
            let (name, content) = template.found(call.connection)?;
            let data = data(template.template_data.as_deref())?;
            (Body::Template { name, content, data }, template.headers, template.attachments)
        }
        _ => return Err(error::bad_request("the content is one of Simple, Raw and Template")),
    };
    let outgoing = Outgoing {
        from: input.from_email_address,
        reply_to: input.reply_to_addresses,
        destination: input.destination,
        body,
        headers,
        files: files.into_iter().map(File::decoded).collect::<Result<_, _>>()?,
        tags: input.email_tags,
        configuration_set: input.configuration_set_name,
    };
    Ok(json!({ "MessageId": outgoing.send(call.connection, &call.scope.region, call.now)? }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Bulk {
    from_email_address: Option<String>,
    #[serde(default)]
    reply_to_addresses: Vec<String>,
    #[serde(default)]
    default_email_tags: Vec<Named>,
    default_content: BulkContent,
    bulk_email_entries: Vec<Entry>,
    configuration_set_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BulkContent {
    template: TemplateUse,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    destination: Destination,
    #[serde(default)]
    replacement_tags: Vec<Named>,
    #[serde(default)]
    replacement_headers: Vec<Named>,
    replacement_email_content: Option<ReplacementContent>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ReplacementContent {
    replacement_template: Option<ReplacementTemplate>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ReplacementTemplate {
    replacement_template_data: Option<String>,
}

pub(crate) fn bulk(call: Call<'_>) -> Result<Value, ServiceError> {
    built(&call.input)?;
    let input: Bulk = parse(call.input)?;
    let from = input.from_email_address.ok_or_else(|| error::bad_request("FromEmailAddress is required"))?;
    if !(1..=MAX_ENTRIES).contains(&input.bulk_email_entries.len()) {
        let count = input.bulk_email_entries.len();
        return Err(error::bad_request(format!("a bulk request has 1 to {MAX_ENTRIES} entries, this one has {count}")));
    }
    let template = input.default_content.template;
    let (name, content) = template.found(call.connection)?;
    let defaults = data(template.template_data.as_deref())?;
    let files = template.attachments.into_iter().map(File::decoded).collect::<Result<Vec<_>, _>>()?;
    let mut results = Vec::new();
    for entry in input.bulk_email_entries {
        let replacement = entry.replacement_email_content.and_then(|content| content.replacement_template);
        let own = replacement.and_then(|template| template.replacement_template_data);
        let mut merged = defaults.clone();
        let sent = data(own.as_deref()).and_then(|own| {
            merged.extend(own);
            let or_default = |own: Vec<Named>, default: &[Named]| if own.is_empty() { default.to_vec() } else { own };
            let outgoing = Outgoing {
                from: Some(from.clone()),
                reply_to: input.reply_to_addresses.clone(),
                destination: entry.destination,
                body: Body::Template { name: name.clone(), content: content.clone(), data: merged },
                headers: or_default(entry.replacement_headers, &template.headers),
                files: files.clone(),
                tags: or_default(entry.replacement_tags, &input.default_email_tags),
                configuration_set: input.configuration_set_name.clone(),
            };
            outgoing.send(call.connection, &call.scope.region, call.now)
        });
        results.push(match sent {
            Ok(id) => json!({"Status": "SUCCESS", "MessageId": id}),
            Err(failure) if failure.is_server_fault() => return Err(failure),
            Err(failure) => json!({"Status": status(&failure), "Error": failure.message}),
        });
    }
    Ok(json!({ "BulkEmailEntryResults": results }))
}

fn status(failure: &ServiceError) -> &'static str {
    match failure.code.as_str() {
        "MessageRejected" => "MESSAGE_REJECTED",
        "NotFoundException" => "CONFIGURATION_SET_NOT_FOUND",
        "SendingPausedException" if failure.message.contains("configuration set") => "CONFIGURATION_SET_SENDING_PAUSED",
        "SendingPausedException" => "ACCOUNT_SENDING_PAUSED",
        "BadRequestException" => "INVALID_PARAMETER",
        _ => "FAILED",
    }
}

fn data(text: Option<&str>) -> Result<Map<String, Value>, ServiceError> {
    template::data(text).map_err(|failure| error::bad_request(failure.to_string()))
}

fn built(input: &Value) -> Result<(), ServiceError> {
    NOT_BUILT.iter().find(|member| input.get(**member).is_some()).map_or(Ok(()), |member| Err(error::not_built(member)))
}
