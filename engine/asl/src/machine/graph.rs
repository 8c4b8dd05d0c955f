//! Whether the states of a workflow can be reached, and whether it can end.

use std::collections::HashSet;

use super::Fields;
use crate::json::{Object, Value};

/// The code of both findings about targets.
const MISSING_TARGET: &str = "MISSING_TRANSITION_TARGET";
const SCHEMA: &str = "SCHEMA_VALIDATION_FAILED";

/// Reports states that nothing leads to and, of a whole machine, that it never ends. Says nothing of a definition that is
/// wrong in other ways: what its states lead to is not to be trusted.
pub(super) fn check(workflow: &Fields<'_>, states: &Fields<'_>, is_machine: bool) {
    if workflow.reader.diagnostics.borrow().iter().any(|finding| finding.code == SCHEMA) {
        return;
    }
    let objects: Vec<(&str, &Object)> =
        states.members.iter().filter_map(|(name, state)| Some((&**name, &**state.as_object()?))).collect();
    if is_machine && !objects.iter().any(|(_, state)| is_terminal(state)) {
        // AWS tells no place, and looks no further.
        workflow.report("MISSING_END_STATE", "Workflow has no terminal state".to_owned(), String::new(), None);
        return;
    }
    let Some(start) = workflow.get("StartAt").and_then(Value::as_str) else { return };
    let (mut reached, mut open) = (HashSet::new(), vec![start]);
    while let Some(name) = open.pop() {
        if let Some((name, state)) = states.members.get_key_value(name)
            && reached.insert(&**name)
        {
            open.extend(state.as_object().into_iter().flat_map(|state| targets(state)));
        }
    }
    for (name, _) in objects.iter().filter(|(name, _)| !reached.contains(name)) {
        workflow.report(MISSING_TARGET, format!("State \"{name}\" is not reachable."), states.at(name), None);
    }
}

fn is_terminal(state: &Object) -> bool {
    let ends = state.get("End").and_then(Value::as_bool) == Some(true);
    ends || matches!(state.get("Type").and_then(Value::as_str), Some("Succeed" | "Fail"))
}

/// The names of the states that a state leads to.
fn targets(state: &Object) -> impl Iterator<Item = &str> {
    let rules = ["Choices", "Catch"].into_iter().filter_map(|field| state.get(field)?.as_array());
    let rules = rules.flat_map(|rules| rules.iter().filter_map(|rule| rule.get("Next")));
    ["Next", "Default"].into_iter().filter_map(|field| state.get(field)).chain(rules).filter_map(Value::as_str)
}
