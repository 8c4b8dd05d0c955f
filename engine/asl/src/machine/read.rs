//! Definitions to machines.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Catcher, Fields, Io, Machine, QueryLanguage, Reader, ResultPath, Retrier, State, Work, Workflow};
use super::{graph, lint, scopes};
use crate::diagnostic::{Diagnostic, Invalid, Severity};
use crate::failure::names;
use crate::history::StateKind;
use crate::json::{Object, Value, json_problem};
use crate::jsonata::Seen;
use crate::path::{self, ReferencePath};
use crate::resource::{Pattern, ResourceKind};
use crate::states;

/// AWS's bound on the length of a definition.
const MAX_DEFINITION: usize = 1_048_576;
/// Branches within branches; parsing and running recurse this deep.
const MAX_NESTING: usize = 32;
/// Objects and arrays within each other; the reader of JSON reads as many.
const MAX_LEVELS: usize = 128;
const TOO_DEEP: &str = "TOO_DEEPLY_NESTED";
const TOO_DEEP_TEXT: &str = "The states are too deeply nested";
const NO_OBJECT: &str = "Definition must be a valid JSON object";
const MAX_SECONDS: f64 = 99_999_999.0;

/// Where names of states lead.
pub(crate) struct Names<'a>(HashMap<&'a str, usize>);

impl Names<'_> {
    /// The index of the state that `field` names.
    pub(crate) fn target(&self, fields: &Fields<'_>, field: &str) -> Option<usize> {
        let name = fields.text(field)?;
        let found = self.0.get(&**name).copied();
        if found.is_none() {
            // Whatever the field is.
            fields.report(
                "MISSING_TRANSITION_TARGET",
                format!("Missing 'Next' target: {name}"),
                fields.at(field),
                self.closest(name).map(|closest| format!("did you mean {closest}?")),
            );
        }
        found
    }

    fn closest(&self, name: &str) -> Option<&str> {
        self.0.keys().copied().find(|candidate| candidate.eq_ignore_ascii_case(name.trim()))
    }
}

pub(super) fn machine(definition: &str) -> Result<Machine, Invalid> {
    let machine = accepted(definition)?;
    let is_error = |diagnostic: &Diagnostic| diagnostic.severity == Severity::Error;
    if machine.warnings.iter().any(is_error) { Err(Invalid { diagnostics: machine.warnings }) } else { Ok(machine) }
}

/// A machine with all that is found about it, also errors, unless it could not run at all.
pub(super) fn accepted(definition: &str) -> Result<Machine, Invalid> {
    let reader = Reader::default();
    let machine = read_machine(definition, &reader);
    let diagnostics = reader.diagnostics.into_inner();
    match machine {
        Some(machine) => Ok(Machine { warnings: diagnostics, ..machine }),
        None => Err(Invalid { diagnostics }),
    }
}

/// The name that AWS gives a state that is tested by itself.
const LONE_STATE: &str = "StateName";

/// A machine of the one state, with states for it to lead to.
pub(super) fn lone_state(definition: &str) -> Result<Machine, Invalid> {
    let Ok(Value::Object(state)) = Value::parse(definition) else {
        return machine(definition);
    };
    let mut states = Object::from_iter([(LONE_STATE.into(), Value::Object(state.clone()))]);
    let rules = ["Choices", "Catch"].into_iter().filter_map(|field| state.get(field)?.as_array());
    let objects = rules.flat_map(|rules| rules.iter().filter_map(Value::as_object)).chain([&state]);
    for target in objects.flat_map(|object| [object.get("Next"), object.get("Default")]).flatten() {
        if let Some(target) = target.as_str() {
            let succeed = Object::from_iter([("Type".into(), Value::from("Succeed"))]);
            states.entry(target.into()).or_insert_with(|| Value::object(succeed));
        }
    }
    let members = [("StartAt".into(), Value::from(LONE_STATE)), ("States".into(), Value::object(states))];
    machine(&Value::object(Object::from_iter(members)).to_text())
}

fn read_machine(definition: &str, reader: &Reader) -> Option<Machine> {
    let value = match Value::parse_strictly(definition) {
        Ok(value) if definition.len() <= MAX_DEFINITION => value,
        Ok(_) => return invalid_json(reader, format!("Definition must not be longer than {MAX_DEFINITION} bytes")),
        Err(_) if definition.trim().is_empty() => {
            // AWS reads blank text as a value that is no object.
            return refuse(reader, "SCHEMA_VALIDATION_FAILED", NO_OBJECT.to_owned());
        }
        Err(error) if error.to_string().starts_with("recursion limit exceeded") => {
            return refuse(
                reader,
                TOO_DEEP,
                format!("{TOO_DEEP_TEXT}: the definition has more than {MAX_LEVELS} levels"),
            );
        }
        Err(error) => {
            let message = json_problem(definition)
                .or_else(|| duplicate_field(definition, &error))
                .unwrap_or_else(|| format!("Definition is not valid JSON: {error}"));
            return invalid_json(reader, message);
        }
    };
    let Value::Object(members) = &value else {
        return refuse(reader, "SCHEMA_VALIDATION_FAILED", NO_OBJECT.to_owned());
    };
    let mut fields = Fields {
        reader,
        members,
        location: "/".to_owned(),
        state: None,
        language: QueryLanguage::default(),
        seen: Seen::default(),
    };
    fields.language = declared(&fields).unwrap_or_default();
    check_language(&fields);
    reader.language.set(fields.language);
    let known: &[&[&str]] = &[&["Comment", "StartAt", "States", "Version", "TimeoutSeconds", "QueryLanguage"]];
    fields.refuse_unknown(known);
    fields.choice("Version", &["1.0"]);
    let timeout_seconds = fields.integer("TimeoutSeconds", 1, MAX_SECONDS as u64);
    let workflow = workflow(&fields, 0)?;
    scopes::check(&fields, &workflow);
    let comment = fields.text("Comment").cloned();
    let computes = workflow.computes();
    Some(Machine { workflow, timeout_seconds, comment, warnings: Vec::new(), computes })
}

/// AWS's words for an object that has a field twice.
fn duplicate_field(definition: &str, error: &serde_json::Error) -> Option<String> {
    let text = error.to_string();
    let duplicate = text.strip_suffix(&format!(" at line {} column {}", error.line(), error.column()))?;
    let place = format!("[Source: (String)\"{definition}\"; line: {}, column: {}]", error.line(), error.column() + 1);
    duplicate.starts_with("Duplicate field").then(|| format!("{duplicate}\n at {place}"))
}

fn invalid_json(reader: &Reader, message: String) -> Option<Machine> {
    refuse(reader, "INVALID_JSON_DESCRIPTION", message)
}

fn refuse(reader: &Reader, code: &'static str, message: String) -> Option<Machine> {
    // The parser's text ends with the place, which AWS tells as the location too.
    let location = message.split_once("\n at ").map(|(_, place)| place.to_owned()).unwrap_or_default();
    reader.diagnostics.borrow_mut().push(Diagnostic {
        severity: Severity::Error,
        code,
        message,
        location,
        state: None,
        hint: None,
    });
    None
}

/// The query language that a machine or a state declares: JSONPath is spelled so, and all else is JSONata.
fn declared(fields: &Fields<'_>) -> Option<QueryLanguage> {
    let declared = fields.get("QueryLanguage")?;
    let is_json_path = declared.as_str() == Some("JSONPath");
    Some(if is_json_path { QueryLanguage::JsonPath } else { QueryLanguage::Jsonata })
}

/// Reports a query language that there isn't.
fn check_language(fields: &Fields<'_>) {
    fields.choice("QueryLanguage", &["JSONPath", "JSONata"]);
}

/// The workflow in `fields`: `StartAt` and `States`.
pub(crate) fn workflow(fields: &Fields<'_>, nesting: usize) -> Option<Arc<Workflow>> {
    if nesting > MAX_NESTING {
        let message = format!("{TOO_DEEP_TEXT}: branches are nested more than {MAX_NESTING} levels deep");
        fields.report(TOO_DEEP, message, fields.location.clone(), None);
        return None;
    }
    if nesting > 0 {
        fields.refuse_unknown(&[BRANCH]);
    }
    fields.require(&["States", "StartAt"]);
    let states = fields.object("States")?;
    if states.members.is_empty() {
        fields.field_problem("States", "Value cannot be empty");
        return None;
    }
    let names = Names(states.members.keys().enumerate().map(|(index, name)| (&**name, index)).collect());
    let start = names.target(fields, "StartAt");
    let read: Vec<_> = states.members.keys().map(|name| state(&states, name, &names, nesting)).collect();
    graph::check(fields, &states, nesting == 0);
    Some(Arc::new(Workflow { start: start?, states: read.into_iter().collect::<Option<_>>()? }))
}

const COMMON: &[&str] = &["Type", "Comment", "QueryLanguage"];
const FLOW: &[&str] = &["Next", "End"];
const JSON_PATH_IO: &[&str] = &["InputPath", "OutputPath"];
const JSON_PATH_RESULT: &[&str] = &["ResultPath", "ResultSelector", "Parameters"];
const POLICIES: &[&str] = &["Retry", "Catch"];
const RETRIER: &[&str] =
    &["ErrorEquals", "IntervalSeconds", "MaxAttempts", "BackoffRate", "MaxDelaySeconds", "JitterStrategy", "Comment"];
const CATCHER: &[&str] = &["ErrorEquals", "Next", "Assign", "Comment"];
/// What a branch or a processor has; languages are those of the machine and of the states in it.
const BRANCH: &[&str] = &["StartAt", "States", "Comment", "ProcessorConfig"];

/// The fields of one query language or the other.
fn of_language<'a>(fields: &Fields<'_>, json_path: &'a [&'a str], jsonata: &'a [&'a str]) -> &'a [&'a str] {
    match fields.language {
        QueryLanguage::JsonPath => json_path,
        QueryLanguage::Jsonata => jsonata,
    }
}

fn state(states: &Fields<'_>, name: &Arc<str>, names: &Names<'_>, nesting: usize) -> Option<State> {
    let mut outer = states.clone();
    outer.state = Some(name.clone());
    if name.chars().count() > 80 {
        let message = format!("State name '{name}' exceeds the 80-character limit allowed by the service");
        outer.report("INVALID_STATE_NAME", message, outer.at(name), None);
    }
    let mut fields = outer.object(name)?;
    if !fields.reader.names.borrow_mut().insert(name.clone()) {
        let hint = Some("names are unique in the whole machine, in branches and item processors too".to_owned());
        fields.report("DUPLICATE_STATE_NAME", format!("Duplicate State name: {name}"), fields.location.clone(), hint);
    }
    let of_machine = states.reader.language.get();
    fields.language = declared(&fields).unwrap_or(of_machine);
    let is_downgrade = (of_machine, fields.language) == (QueryLanguage::Jsonata, QueryLanguage::JsonPath);
    if is_downgrade {
        fields.problem("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine");
    }
    let type_name = fields.get("Type").and_then(Value::as_str);
    fields.seen = if matches!(type_name, Some("Task" | "Parallel" | "Map")) { Seen::Result } else { Seen::Nothing };
    let fields = &fields;
    let type_name = match fields.text("Type") {
        Some(name) => &**name,
        None => {
            fields.require(&["Type"]);
            return None;
        }
    };
    let (work, own): (Option<Work>, &[&str]) = match type_name {
        "Pass" => (Some(Work::Pass(states::Pass::read(fields))), states::Pass::FIELDS),
        "Task" => (states::Task::read(fields).map(|task| Work::Task(Box::new(task))), states::Task::FIELDS),
        "Choice" => (states::Choice::read(fields, names).map(Work::Choice), states::Choice::FIELDS),
        "Wait" => (states::Wait::read(fields).map(Work::Wait), states::Wait::FIELDS),
        "Succeed" => (Some(Work::Succeed), &[]),
        "Fail" => (Some(Work::Fail(states::Fail::read(fields))), states::Fail::FIELDS),
        "Parallel" => (states::Parallel::read(fields, nesting).map(Work::Parallel), states::Parallel::FIELDS),
        "Map" => (states::Map::read(fields, nesting).map(|map| Work::Map(Box::new(map))), states::Map::FIELDS),
        other => {
            fields.field_problem("Type", format!("State type is not supported: {other}"));
            return None;
        }
    };
    if !is_downgrade {
        refuse_unknown(fields, type_name, own);
    }
    check_language(fields);
    fields.text("Comment");
    lint::check(fields, type_name);
    let next = transition(fields, names, type_name);
    let io = io(fields);
    let (retriers, catchers) = (fields.objects("Retry"), fields.objects("Catch"));
    check_wildcard(&retriers);
    check_wildcard(&catchers);
    let retry = retriers.iter().map(retrier).collect();
    let catchers = catchers.into_iter().map(|catcher| Fields { seen: Seen::ErrorOutput, ..catcher });
    let catch: Vec<_> = catchers.map(|catcher| read_catcher(&catcher, names)).collect();
    Some(State {
        name: name.clone(),
        location: fields.location.as_str().into(),
        io,
        work: work?,
        next: next?,
        retry,
        catch: catch.into_iter().collect::<Option<_>>()?,
    })
}

fn refuse_unknown(fields: &Fields<'_>, type_name: &str, own: &[&str]) {
    let mut known = vec![COMMON, own];
    if type_name != "Fail" {
        known.push(of_language(fields, JSON_PATH_IO, &["Output"]));
    }
    if matches!(type_name, "Pass" | "Task" | "Parallel" | "Map") {
        known.push(of_language(fields, JSON_PATH_RESULT, &["Arguments"]));
    }
    if !matches!(type_name, "Fail" | "Succeed") {
        known.push(&["Assign"]);
    }
    if !matches!(type_name, "Fail" | "Succeed" | "Choice") {
        known.push(FLOW);
    }
    if matches!(type_name, "Task" | "Parallel" | "Map") {
        known.push(POLICIES);
    }
    fields.refuse_unknown(&known);
    for field in own.iter().filter(|field| fields.has(field) && fields.language.other().owns(field)) {
        fields.refuse(field);
    }
}

/// `Next`, or `None` inside for the end; the outer `None` says that there was a problem.
fn transition(fields: &Fields<'_>, names: &Names<'_>, type_name: &str) -> Option<Option<usize>> {
    if matches!(type_name, "Choice" | "Succeed" | "Fail") {
        return Some(None);
    }
    let end = fields.boolean("End").unwrap_or(false);
    match (fields.has("Next"), end) {
        (true, true) => {
            fields.problem("There should only be one of the following fields: [Next, End]");
            None
        }
        (true, false) => names.target(fields, "Next").map(Some),
        (false, true) => Some(None),
        (false, false) => {
            fields.report(
                "SCHEMA_VALIDATION_FAILED",
                "This object should have only one of the following fields: [Next, End]".to_owned(),
                fields.location.clone(),
                Some("add \"Next\" with the name of the state to go on with, or \"End\": true".to_owned()),
            );
            None
        }
    }
}

fn io(fields: &Fields<'_>) -> Io {
    match fields.language {
        QueryLanguage::JsonPath => Io {
            language: fields.language,
            input_path: fields.selection("InputPath"),
            parameters: fields.template("Parameters"),
            result_selector: fields.template("ResultSelector"),
            result_path: result_path(fields),
            output_path: fields.selection("OutputPath"),
            output: None,
            assign: fields.assign(),
        },
        QueryLanguage::Jsonata => Io {
            language: fields.language,
            parameters: fields.template("Arguments"),
            output: fields.template("Output"),
            assign: fields.assign(),
            ..Io::default()
        },
    }
}

fn result_path(fields: &Fields<'_>) -> ResultPath {
    match fields.get("ResultPath") {
        None => ResultPath::Replace,
        Some(Value::Null) => ResultPath::Discard,
        Some(_) => match fields.text("ResultPath").map(|text| (text, ReferencePath::parse(text))) {
            Some((_, Some(path))) if path.is_root() => ResultPath::Replace,
            Some((_, Some(path))) => ResultPath::At(path),
            Some((text, None)) => {
                let problem = match path::parse(text) {
                    Some(_) => format!("Value is not a Reference Path: {text}"),
                    None => "Value must be a valid JSONPath.".to_owned(),
                };
                fields.field_problem("ResultPath", problem);
                ResultPath::Replace
            }
            None => ResultPath::Replace,
        },
    }
}

fn errors(fields: &Fields<'_>) -> Vec<Arc<str>> {
    fields.require(&["ErrorEquals"]);
    fields.refuse_empty("ErrorEquals");
    fields.texts("ErrorEquals")
}

/// `States.ALL` takes whatever the entries before it left: it stands alone in the last one.
fn check_wildcard(policies: &[Fields<'_>]) {
    for (position, policy) in policies.iter().enumerate() {
        let errors = policy.get("ErrorEquals").and_then(Value::as_array).map_or(&[][..], |errors| errors);
        let is_last = position + 1 == policies.len();
        if errors.iter().any(|error| error.as_str() == Some(names::ALL)) && (errors.len() > 1 || !is_last) {
            policy.field_problem("ErrorEquals", "States.ALL must appear alone and at end of list");
        }
    }
}

fn retrier(fields: &Fields<'_>) -> Retrier {
    fields.refuse_unknown(&[RETRIER]);
    let full_jitter = fields.choice("JitterStrategy", &["NONE", "FULL"]) == Some("FULL");
    Retrier {
        errors: errors(fields),
        interval_seconds: fields.integer("IntervalSeconds", 0, MAX_SECONDS as u64).unwrap_or(1),
        max_attempts: fields.integer("MaxAttempts", 0, MAX_SECONDS as u64).unwrap_or(3),
        backoff_rate: fields.number("BackoffRate", 1.0, f64::MAX).unwrap_or(2.0),
        max_delay_seconds: fields.integer("MaxDelaySeconds", 1, 31_622_400),
        full_jitter,
    }
}

fn read_catcher(fields: &Fields<'_>, names: &Names<'_>) -> Option<Catcher> {
    fields.refuse_unknown(&[CATCHER, of_language(fields, &["ResultPath"], &["Output"])]);
    let errors = errors(fields);
    fields.require(&["Next"]);
    let next = names.target(fields, "Next");
    Some(Catcher {
        errors,
        next: next?,
        result_path: result_path(fields),
        output: fields.template("Output"),
        assign: fields.assign(),
    })
}

/// Express machines neither wait for jobs nor for tokens, and run no distributed maps.
pub(super) fn check_express(machine: &Machine) -> Result<(), Invalid> {
    let mut diagnostics = Vec::new();
    machine.workflow.visit(&mut |state| {
        let (message, field) = match &state.work {
            Work::Task(task) => match &task.resource.kind {
                ResourceKind::Integration { pattern: Pattern::Sync | Pattern::Sync2, .. } => {
                    ("Express state machine does not support '.sync' service integration", "Resource".to_owned())
                }
                // The two spaces at the end are AWS's.
                ResourceKind::Integration { pattern: Pattern::WaitForTaskToken, .. } => (
                    "Express state machine does not support '.waitForTaskToken' service integration ",
                    "Resource".to_owned(),
                ),
                ResourceKind::Activity => {
                    ("Express state machine does not support Activity ARN", "Resource".to_owned())
                }
                _ => return,
            },
            Work::Map(map) if map.distributed.is_some() => (
                "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines",
                format!("{}/ProcessorConfig/Mode", map.field),
            ),
            _ => return,
        };
        debug_assert!(matches!(state.work.kind(), StateKind::Task | StateKind::Map));
        diagnostics.push(Diagnostic {
            severity: Severity::Error,
            code: "SCHEMA_VALIDATION_FAILED",
            message: message.to_owned(),
            location: format!("{}/{field}", state.location),
            state: Some(state.name.to_string()),
            hint: Some("make it a STANDARD state machine".to_owned()),
        });
    });
    if diagnostics.is_empty() { Ok(()) } else { Err(Invalid { diagnostics }) }
}
