//! Parameters that the called API doesn't have: Step Functions refuses them, at any depth.
//!
//! Known are the services of `data/parameters.json`. What a definition spells out is refused with it, for optimized
//! integrations; what comes of paths and expressions, when the task would start.
//! <https://docs.aws.amazon.com/step-functions/latest/dg/connect-parameters.html>

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::json::Value;
use crate::machine::Fields;
use crate::resource::{Resource, ResourceKind};

/// The generated file.
#[derive(Deserialize)]
struct File {
    services: Vec<Service>,
}

#[derive(Deserialize)]
struct Service {
    /// As resource ARNs have it.
    names: Vec<String>,
    /// The structure that each operation takes.
    operations: HashMap<String, String>,
    /// The type of each member of each structure.
    structures: HashMap<String, HashMap<String, String>>,
}

static SERVICES: LazyLock<Vec<Service>> = LazyLock::new(|| {
    let file: File =
        serde_json::from_str(include_str!("../../data/parameters.json")).expect("the generated file is of this form");
    file.services
});

/// How the names of members are to be read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Names {
    /// As they are.
    Evaluated,
    /// Behind names that end in `.$` are paths: those wait for their values.
    Template,
}

/// What speaks against a definition's `Parameters`.
pub(super) fn check_definition(fields: &Fields<'_>, kind: &ResourceKind) {
    let is_optimized = matches!(kind, ResourceKind::Integration { service, .. } if !service.starts_with("aws-sdk:"));
    let Some(parameters) = fields.members.get("Parameters").filter(|_| is_optimized) else { return };
    for objection in objections(kind, parameters, Names::Template) {
        fields.field_problem("Parameters", objection);
    }
}

/// What speaks against evaluated parameters.
pub(super) fn unsupported(kind: &ResourceKind, parameters: &Value) -> Vec<String> {
    objections(kind, parameters, Names::Evaluated)
}

fn objections(kind: &ResourceKind, parameters: &Value, names: Names) -> Vec<String> {
    let ResourceKind::Integration { service, action, .. } = kind else { return Vec::new() };
    let Some(service) = SERVICES.iter().find(|known| known.names.iter().any(|name| **name == **service)) else {
        return Vec::new();
    };
    let mut unknown = Vec::new();
    if let Some(request) = service.operations.get(&Resource::operation(action)) {
        service.collect_unknown(request, parameters, names, &mut unknown);
    }
    unknown.iter().map(|name| format!("The field \"{name}\" is not supported by Step Functions")).collect()
}

impl Service {
    fn collect_unknown<'a>(&self, wanted: &str, value: &'a Value, names: Names, unknown: &mut Vec<&'a str>) {
        match (wanted.split_at_checked(1), value) {
            (Some(("[", inner)), Value::Array(items)) => {
                items.iter().for_each(|item| self.collect_unknown(inner, item, names, unknown));
            }
            (Some(("{", inner)), Value::Object(members)) => {
                members.values().for_each(|member| self.collect_unknown(inner, member, names, unknown));
            }
            (Some((first, _)), Value::Object(members)) if !"[{".contains(first) => {
                let Some(structure) = self.structures.get(wanted) else { return };
                for (name, member) in members.iter() {
                    if names == Names::Template && name.ends_with(".$") {
                        continue;
                    }
                    match find(structure, name) {
                        Some(inner) => self.collect_unknown(inner, member, names, unknown),
                        None => unknown.push(name),
                    }
                }
            }
            _ => {}
        }
    }
}

/// The type of a member. Abbreviations may be spelled as AWS's SDK for Java does, `Acl` for `ACL`.
fn find<'a>(structure: &'a HashMap<String, String>, name: &str) -> Option<&'a str> {
    // Where the SDK's name would be `null`, a word of Java's.
    let name = if name == "Nul" { "NULL" } else { name };
    let respelled = || {
        let capital = |letter: &u8| letter.is_ascii_uppercase();
        let abbreviates = |known: &str| known.as_bytes().windows(2).any(|pair| pair.iter().all(capital));
        let is_it = |known: &str| abbreviates(known) && known.eq_ignore_ascii_case(name) && known[..1] == name[..1];
        structure.iter().find(|(known, _)| is_it(known)).map(|(_, inner)| inner)
    };
    structure.get(name).or_else(respelled).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(resource: &str, parameters: &str) -> Vec<String> {
        let resource = Resource::parse(&format!("arn:aws:states:::{resource}")).expect("a resource");
        let quoted = unsupported(&resource.kind, &Value::parse(parameters).expect("JSON"));
        let name = |text: &String| text.split('"').nth(1).map(str::to_owned);
        quoted.iter().filter_map(name).collect()
    }

    #[test]
    fn every_type_of_the_file_is_there() {
        for service in SERVICES.iter() {
            let members = service.structures.values().flat_map(HashMap::values);
            for wanted in members.chain(service.operations.values()) {
                let structure = wanted.trim_start_matches(['[', '{']);
                assert!(structure.is_empty() || service.structures.contains_key(structure), "{wanted}");
            }
        }
    }

    #[test]
    fn what_the_api_does_not_have_is_refused_at_any_depth() {
        let none: [&str; 0] = [];
        assert_eq!(refused("sqs:sendMessage", r#"{"QueueUrl":"q","MessageBody":{"any":1},"Foo":1}"#), ["Foo"]);
        assert_eq!(refused("dynamodb:getItem", r#"{"tableName":"t","Key":{"id":{"S":"1"}}}"#), ["tableName"]);
        assert_eq!(refused("dynamodb:putItem", r#"{"Item":{"a":{"M":{"b":{"Text":"c"}}}}}"#), ["Text"]);
        assert_eq!(refused("aws-sdk:sfn:listStateMachines", r#"{"maxResults":1}"#), ["maxResults"]);
        assert_eq!(refused("aws-sdk:sfn:listStateMachines", r#"{"MaxResults":1}"#), none);
        let token = r#"{"FunctionName":"f","TaskToken":"t","Payload":{"TaskToken":"t"}}"#;
        assert_eq!(refused("lambda:invoke.waitForTaskToken", token), ["TaskToken"]);
        assert_eq!(refused("events:putEvents", r#"{"Entries":[{"Detail":{"a":1},"EventBus":"b"}]}"#), ["EventBus"]);
        assert_eq!(refused("http:invoke", r#"{"Authentication":{"ConnectionArn":"c"},"Url":"u"}"#), ["Url"]);
    }

    #[test]
    fn abbreviations_have_two_spellings_and_unknown_services_none() {
        let none: [&str; 0] = [];
        assert_eq!(refused("aws-sdk:s3:putObject", r#"{"Acl":"private","ACL":"private"}"#), none);
        assert_eq!(refused("aws-sdk:s3:putObject", r#"{"acl":"private"}"#), ["acl"]);
        assert_eq!(refused("glue:startJobRun", r#"{"anything":1}"#), none);
    }
}
