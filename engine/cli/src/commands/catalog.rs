//! `sluice events catalog`: every declared event with who publishes and who consumes it.
//!
//! Consumers are found by matching each rule's pattern against the event's published examples, not by reading names.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use event_pattern::{Event, Pattern};
use events::{CONSUMED, CONTRACTS};
use serde::Serialize;
use serde_json::{Value, json};

use crate::output::{Output, Table, dim};
use crate::stack::Project;

/// An event in the catalogue.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    detail_type: &'static str,
    source: &'static str,
    meaning: &'static str,
    /// Of the contract; events of AWS's have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u32>,
    /// The JSON Schema's file, or where AWS documents the shape.
    schema: String,
    emitters: Vec<String>,
    consumers: Vec<Consumer>,
}

/// A rule that takes an event, and where it leads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Consumer {
    rule: String,
    targets: Vec<String>,
}

/// A rule of a template.
struct Rule {
    consumer: Consumer,
    pattern: Pattern,
}

/// Runs the command.
pub(crate) fn run(folder: Option<&Path>, output: Output) -> Result<()> {
    let project = Project::find(folder)?;
    let templates = templates(&project)?;
    let rules = rules(&templates)?;
    let mut entries = Vec::new();
    for contract in CONTRACTS {
        let examples = examples(&project.events().join("examples").join(contract.detail_type))?;
        entries.push(Entry {
            detail_type: contract.detail_type,
            source: contract.source,
            meaning: contract.meaning,
            version: Some(contract.version),
            schema: format!("events/schemas/{}.json", contract.detail_type),
            emitters: emitters(&project, &templates, contract.detail_type, contract.source)?,
            consumers: consumers(&rules, &examples),
        });
    }
    for consumed in CONSUMED {
        let file = project.events().join("consumed").join(consumed.source);
        let example = read(&file.join(format!("{}.json", consumed.detail_type)))?;
        entries.push(Entry {
            detail_type: consumed.detail_type,
            source: consumed.source,
            meaning: consumed.meaning,
            version: None,
            schema: consumed.documentation.to_owned(),
            emitters: vec!["AWS".to_owned()],
            consumers: consumers(&rules, &[event(&example)?]),
        });
    }
    output.print(&entries, |entries, out| {
        let mut table = Table::new(&["EVENT", "VERSION", "SOURCE", "EMITTED BY", "CONSUMED BY"]);
        for entry in entries {
            let consumers = entry
                .consumers
                .iter()
                .map(|consumer| format!("{} {}", consumer.rule, dim(&format!("→ {}", consumer.targets.join(", ")))));
            let version = entry.version.map_or_else(String::new, |version| version.to_string());
            let (first, rest) = split_first(consumers.collect());
            let (detail_type, source) = (entry.detail_type.to_owned(), entry.source.to_owned());
            table.row([detail_type, version, source, entry.emitters.join(", "), first]);
            for consumer in rest {
                table.row([String::new(), String::new(), String::new(), String::new(), consumer]);
            }
        }
        table.write(out, "no events")
    })?;
    Ok(())
}

fn split_first(mut lines: Vec<String>) -> (String, Vec<String>) {
    if lines.is_empty() {
        return (dim("nobody"), lines);
    }
    let first = lines.remove(0);
    (first, lines)
}

fn consumers(rules: &[Rule], examples: &[Event]) -> Vec<Consumer> {
    let takes = |rule: &&Rule| examples.iter().any(|example| rule.pattern.matches(example));
    let found: BTreeSet<Consumer> = rules.iter().filter(takes).map(|rule| rule.consumer.clone()).collect();
    found.into_iter().collect()
}

fn examples(folder: &Path) -> Result<Vec<Event>> {
    let files = fs::read_dir(folder).with_context(|| format!("there are no examples: {}", folder.display()))?;
    files.map(|file| event(&read(&file?.path())?)).collect()
}

fn event(envelope: &Value) -> Result<Event> {
    Event::from_value(envelope).context("an example is no event")
}

fn read(path: &Path) -> Result<Value> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("this is not JSON: {}", path.display()))
}

fn templates(project: &Project) -> Result<Vec<Value>> {
    let mut files: Vec<_> =
        fs::read_dir(project.templates())?.map(|file| Ok(file?.path())).collect::<std::io::Result<_>>()?;
    files.sort();
    files.iter().filter(|file| file.extension().is_some_and(|ending| ending == "json")).map(|file| read(file)).collect()
}

fn resources<'a>(template: &'a Value, kind: &'a str) -> impl Iterator<Item = &'a Value> {
    let all = template["Resources"].as_object().into_iter().flat_map(|resources| resources.values());
    all.filter(move |resource| resource["Type"] == kind).map(|resource| &resource["Properties"])
}

fn rules(templates: &[Value]) -> Result<Vec<Rule>> {
    let mut rules = Vec::new();
    for template in templates {
        for rule in resources(template, "AWS::Events::Rule").filter(|rule| rule["EventPattern"].is_object()) {
            let name = rule["Name"].as_str().unwrap_or("unnamed").to_owned();
            let pattern = Pattern::parse(&without_references(&rule["EventPattern"]).to_string())
                .map_err(|error| anyhow::anyhow!("the pattern of the rule {name}: {}", error.reason()))?;
            let targets = rule["Targets"].as_array().into_iter().flatten();
            let targets = targets.map(|target| target_name(template, &target["Arn"])).collect();
            rules.push(Rule { consumer: Consumer { rule: name, targets }, pattern });
        }
    }
    Ok(rules)
}

/// A pattern in which whatever is only known once it is deployed may be anything.
fn without_references(pattern: &Value) -> Value {
    match pattern {
        Value::Object(members) if is_reference(members) => json!({"exists": true}),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), without_references(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Value::Array(values) => values.iter().map(without_references).collect(),
        other => other.clone(),
    }
}

fn is_reference(members: &serde_json::Map<String, Value>) -> bool {
    members.len() == 1 && members.keys().all(|name| name == "Ref" || name.starts_with("Fn::"))
}

/// The name of what a target's ARN refers to: of the resource, or of the parameter that holds the ARN.
fn target_name(template: &Value, arn: &Value) -> String {
    if let Some(parameter) = arn["Ref"].as_str()
        && let Some(default) = template["Parameters"][parameter]["Default"].as_str()
    {
        let name = default.rsplit('/').next().unwrap_or(default);
        return name.strip_suffix("-arn").unwrap_or(name).to_owned();
    }
    let logical_id = arn["Ref"].as_str().or_else(|| arn["Fn::GetAtt"][0].as_str());
    let properties = logical_id.map(|id| &template["Resources"][id]["Properties"]);
    let names = ["FunctionName", "QueueName", "StateMachineName", "TopicName", "Name"];
    let named = properties.and_then(|properties| names.iter().find_map(|name| properties[*name].as_str()));
    named.or(logical_id).or(arn.as_str()).unwrap_or("elsewhere").to_owned()
}

/// Machines that name the event, and pipes that publish what a table's stream tells, by their source.
fn emitters(project: &Project, templates: &[Value], detail_type: &str, source: &str) -> Result<Vec<String>> {
    let mut emitters = Vec::new();
    for folder in fs::read_dir(project.workflows())? {
        let folder = folder?.path();
        let definition = fs::read_to_string(folder.join("definition.asl.json")).unwrap_or_default();
        if definition.contains(&format!("\"DetailType\": \"{detail_type}\"")) {
            emitters.push(folder.file_name().unwrap_or_default().to_string_lossy().into_owned());
        }
    }
    emitters.sort();
    if emitters.is_empty() {
        let about = source.rsplit('.').next().unwrap_or(source);
        for pipe in templates.iter().flat_map(|template| resources(template, "AWS::Pipes::Pipe")) {
            let name = pipe["Name"].as_str().unwrap_or_default();
            if pipe["TargetParameters"]["EventBridgeEventBusParameters"].is_object() && name.contains(about) {
                emitters.push(name.to_owned());
            }
        }
    }
    Ok(emitters)
}
