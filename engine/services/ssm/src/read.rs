//! The reading operations.

use rusqlite::Connection;
use serde::Deserialize;
use serde_json::{Value, json};
use service::{Scope, ServiceError};

use crate::errors;
use crate::name::Reference;
use crate::tables::Version;
use crate::tags;

/// GetParameter.
pub(crate) fn one(connection: &Connection, scope: &Scope, name: &str, decrypt: bool) -> Result<Value, ServiceError> {
    let reference = Reference::parse(name, scope);
    let version = Version::find(connection, &reference)?;
    Ok(json!({"Parameter": version.to_parameter(scope, decrypt, reference.selector.as_deref())}))
}

/// GetParameters.
pub(crate) fn many(
    connection: &Connection,
    scope: &Scope,
    names: &[String],
    decrypt: bool,
) -> Result<Value, ServiceError> {
    if names.is_empty() || names.len() > 10 {
        let constraint = if names.is_empty() { "greater than or equal to 1" } else { "less than or equal to 10" };
        let constraint = format!("Member must have length {constraint}");
        return Err(errors::constraint("names", &format!("[{}]", names.join(", ")), &constraint));
    }
    let (mut found, mut invalid) = (Vec::new(), Vec::new());
    for name in names {
        let reference = Reference::parse(name, scope);
        match Version::find(connection, &reference) {
            Ok(version) => found.push(version.to_parameter(scope, decrypt, reference.selector.as_deref())),
            Err(error) if error.is_server_fault() => return Err(error),
            Err(_) => invalid.push(name.clone()),
        }
    }
    Ok(json!({"Parameters": found, "InvalidParameters": invalid}))
}

/// A page of a list: `NextToken` is the place in it where the next one begins.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Page {
    max_results: Option<usize>,
    next_token: Option<String>,
}

impl Page {
    fn of(&self, all: Vec<Value>, most: usize) -> Result<Value, ServiceError> {
        let invalid = || ServiceError::client("InvalidNextToken", "The specified token is not valid.");
        let start: usize = self.next_token.as_deref().map_or(Ok(0), str::parse).map_err(|_| invalid())?;
        let size = self.max_results.unwrap_or(most);
        if !(1..=most).contains(&size) {
            let constraint = if size == 0 {
                "greater than or equal to 1".to_owned()
            } else {
                format!("less than or equal to {most}")
            };
            return Err(errors::constraint(
                "maxResults",
                &size.to_string(),
                &format!("Member must have value {constraint}"),
            ));
        }
        let more = all.len() > start.saturating_add(size);
        let mut page = json!({"Parameters": all.into_iter().skip(start).take(size).collect::<Vec<_>>()});
        if more {
            page["NextToken"] = (start + size).to_string().into();
        }
        Ok(page)
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ByPath {
    path: String,
    #[serde(default)]
    recursive: bool,
    #[serde(default)]
    with_decryption: bool,
    #[serde(default)]
    parameter_filters: Vec<Filter>,
    #[serde(flatten)]
    page: Page,
}

impl ByPath {
    pub(crate) fn run(&self, connection: &Connection, scope: &Scope) -> Result<Value, ServiceError> {
        if !self.path.starts_with('/') {
            return Err(ServiceError::validation(
                "The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward slash \"/\". It can't be prefixed with \"aws\" or \"ssm\" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol \"/\". Valid example: /get/parameters2-/by1./path0_.",
            ));
        }
        let mut found = Vec::new();
        for version in Version::all_latest(connection)? {
            if is_below(&version.name, &self.path, self.recursive)
                && all_match(&self.parameter_filters, connection, &version)?
            {
                found.push(version.to_parameter(scope, self.with_decryption, None));
            }
        }
        self.page.of(found, 10)
    }
}

fn is_below(name: &str, path: &str, recursive: bool) -> bool {
    let rest = name.strip_prefix(path.trim_end_matches('/')).and_then(|rest| rest.strip_prefix('/'));
    rest.is_some_and(|rest| recursive || !rest.contains('/'))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Describe {
    #[serde(default)]
    parameter_filters: Vec<Filter>,
    #[serde(default)]
    filters: Vec<Filter>,
    #[serde(flatten)]
    page: Page,
}

impl Describe {
    pub(crate) fn run(&self, connection: &Connection, scope: &Scope) -> Result<Value, ServiceError> {
        let mut found = Vec::new();
        for version in Version::all_latest(connection)? {
            if all_match(&self.parameter_filters, connection, &version)?
                && all_match(&self.filters, connection, &version)?
            {
                found.push(version.to_metadata(scope));
            }
        }
        self.page.of(found, 50)
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Filter {
    key: String,
    option: Option<String>,
    #[serde(default)]
    values: Vec<String>,
}

fn all_match(filters: &[Filter], connection: &Connection, version: &Version) -> Result<bool, ServiceError> {
    for filter in filters {
        if !filter.matches(connection, version)? {
            return Ok(false);
        }
    }
    Ok(true)
}

impl Filter {
    fn matches(&self, connection: &Connection, version: &Version) -> Result<bool, ServiceError> {
        let default = if self.key == "Path" { "OneLevel" } else { "Equals" };
        let option = self.option.as_deref().unwrap_or(default);
        if self.key == "Path" {
            return match option {
                "OneLevel" | "Recursive" => {
                    Ok(self.values.iter().any(|path| is_below(&version.name, path, option == "Recursive")))
                }
                other => Err(self.unknown_option(other)),
            };
        }
        let more = |member: &str| version.more.get(member).and_then(Value::as_str).map(str::to_owned);
        let subjects: Vec<String> = match self.key.as_str() {
            "Name" => vec![version.name.clone()],
            "Type" => vec![version.kind.clone()],
            "KeyId" | "Tier" | "DataType" => more(&self.key).into_iter().collect(),
            "Label" => version.labels(connection)?,
            key => match key.strip_prefix("tag:") {
                Some(wanted) => {
                    let tags = tags::list(connection, &version.name)?;
                    let found: Vec<_> =
                        tags.into_iter().filter(|(key, _)| key == wanted).map(|(_, value)| value).collect();
                    if self.values.is_empty() {
                        return Ok(!found.is_empty());
                    }
                    found
                }
                None => {
                    return Err(ServiceError::client(
                        "InvalidFilterKey",
                        format!("The specified key isn't valid: {key}"),
                    ));
                }
            },
        };
        let compare: fn(&str, &str) -> bool = match option {
            "Equals" => |subject, value| subject == value,
            "BeginsWith" => |subject, value| subject.trim_start_matches('/').starts_with(value.trim_start_matches('/')),
            "Contains" => |subject, value| subject.contains(value),
            other => return Err(self.unknown_option(other)),
        };
        Ok(subjects.iter().any(|subject| self.values.iter().any(|value| compare(subject, value))))
    }

    fn unknown_option(&self, option: &str) -> ServiceError {
        ServiceError::client(
            "InvalidFilterOption",
            format!("The following filter option is not valid for {}: {option}", self.key),
        )
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct History {
    name: String,
    #[serde(default)]
    with_decryption: bool,
    #[serde(flatten)]
    page: Page,
}

impl History {
    pub(crate) fn run(&self, connection: &Connection, scope: &Scope) -> Result<Value, ServiceError> {
        let name = Reference::parse(&self.name, scope).name;
        let history = Version::history(connection, &name)?;
        if history.is_empty() {
            return Err(errors::not_found());
        }
        let mut found = Vec::new();
        for version in history {
            found.push(version.to_history(scope, self.with_decryption, version.labels(connection)?));
        }
        self.page.of(found, 50)
    }
}
