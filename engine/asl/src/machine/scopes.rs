//! Names of variables in branches and iterations: what is assigned on the way to them can't be assigned in them.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html>

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Fields, State, Work, Workflow};
use crate::template::Template;

type Names = BTreeSet<Arc<str>>;

/// A way from one state to another, with what is assigned on it.
struct Way<'a> {
    from: usize,
    to: usize,
    assign: Option<&'a Template>,
}

/// Reports variables that are assigned although a state around has assigned them.
pub(super) fn check(machine: &Fields<'_>, workflow: &Workflow) {
    check_workflow(machine, workflow, &Names::new());
}

fn check_workflow(machine: &Fields<'_>, workflow: &Workflow, outer: &Names) {
    let ways = ways(workflow);
    for (index, state) in workflow.states.iter().enumerate() {
        if !outer.is_empty() {
            report(machine, state, outer);
        }
        let inner: Vec<&Workflow> = match &state.work {
            Work::Parallel(parallel) => parallel.branches.iter().map(|branch| &**branch).collect(),
            Work::Map(map) => vec![&map.processor],
            _ => continue,
        };
        let leading = leading_to(index, &ways);
        let assigned = ways.iter().filter(|way| leading.contains(&way.to)).filter_map(|way| way.assign);
        let known: Names =
            assigned.flat_map(|assign| assign.names().map(|(name, _)| name)).chain(outer.clone()).collect();
        inner.into_iter().for_each(|inner| check_workflow(machine, inner, &known));
    }
}

fn report(machine: &Fields<'_>, state: &State, outer: &Names) {
    let rules = match &state.work {
        Work::Choice(choice) => choice.assignments().collect(),
        _ => Vec::new(),
    };
    let catchers = state.catch.iter().map(|catcher| catcher.assign.as_ref());
    let places = std::iter::once((String::new(), state.io.assign.as_ref()))
        .chain(rules.into_iter().enumerate().map(|(index, assign)| (format!("/Choices[{index}]"), assign)))
        .chain(catchers.enumerate().map(|(index, assign)| (format!("/Catch[{index}]"), assign)));
    for (place, assign) in places {
        for (name, field) in assign.into_iter().flat_map(Template::names).filter(|(name, _)| outer.contains(name)) {
            machine.report(
                "DUPLICATE_VARIABLE_NAME",
                format!("The variable name '{name}' was already defined in a parent scope."),
                format!("{}{place}/Assign/{field}", state.location),
                None,
            );
        }
    }
}

fn ways(workflow: &Workflow) -> Vec<Way<'_>> {
    let mut ways = Vec::new();
    for (from, state) in workflow.states.iter().enumerate() {
        let own = state.io.assign.as_ref();
        ways.extend(state.next.map(|to| Way { from, to, assign: own }));
        ways.extend(state.catch.iter().map(|catcher| Way { from, to: catcher.next, assign: catcher.assign.as_ref() }));
        if let Work::Choice(choice) = &state.work {
            ways.extend(choice.ways(own).map(|(to, assign)| Way { from, to, assign }));
        }
    }
    ways
}

/// The state and all that lead to it.
fn leading_to(state: usize, ways: &[Way<'_>]) -> BTreeSet<usize> {
    let (mut found, mut open) = (BTreeSet::from([state]), vec![state]);
    while let Some(to) = open.pop() {
        open.extend(ways.iter().filter(|way| way.to == to).map(|way| way.from).filter(|from| found.insert(*from)));
    }
    found
}
