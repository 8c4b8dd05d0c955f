//! Variables and who sees them: a branch or iteration reads those of the states around it and writes its own.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::json::{Object, Payload, Value};

/// The variables of a workflow level.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    own: Arc<IndexMap<Arc<str>, Variable>>,
    outer: Option<Arc<Scope>>,
}

#[derive(Clone, Debug)]
struct Variable {
    value: Value,
    /// The length of its text.
    bytes: usize,
}

/// Variables that a state assigns, as the history tells them.
pub(crate) type Assignments = Vec<(Arc<str>, Payload)>;

impl Scope {
    /// The scope of a branch or iteration inside `outer`.
    pub(crate) fn inside(outer: Scope) -> Self {
        Self { own: Arc::default(), outer: Some(Arc::new(outer)) }
    }

    /// The variable, from here or from around.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        let mut scope = self;
        loop {
            if let Some(variable) = scope.own.get(name) {
                return Some(&variable.value);
            }
            scope = scope.outer.as_deref()?;
        }
    }

    /// All variables that can be read here.
    pub(crate) fn visible(&self) -> Object {
        let mut variables = self.outer.as_ref().map(|outer| outer.visible()).unwrap_or_default();
        variables.extend(self.own.iter().map(|(name, variable)| (name.clone(), variable.value.clone())));
        variables
    }

    /// How large the variables of this level are together.
    pub(crate) fn bytes(&self) -> usize {
        self.own.values().map(|variable| variable.bytes).sum()
    }

    /// How much of [`Scope::bytes`] assigning these replaces.
    pub(crate) fn replaced_bytes(&self, assignments: &Assignments) -> usize {
        assignments.iter().filter_map(|(name, _)| self.own.get(name)).map(|variable| variable.bytes).sum()
    }

    /// Assigns all at once.
    pub(crate) fn assign(&mut self, assignments: &Assignments) {
        if assignments.is_empty() {
            return;
        }
        let own = Arc::make_mut(&mut self.own);
        for (name, value) in assignments {
            own.insert(name.clone(), Variable { value: value.value().clone(), bytes: value.text().len() });
        }
    }
}
