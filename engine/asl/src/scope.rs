//! Variables and who sees them: a branch or iteration reads those of the states around it and writes its own.

use std::sync::Arc;

use crate::json::{Object, Value};

/// The variables of a workflow level.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    own: Arc<Object>,
    outer: Option<Arc<Scope>>,
}

impl Scope {
    /// The scope of a branch or iteration inside `outer`.
    pub(crate) fn inside(outer: Scope) -> Self {
        Self { own: Arc::default(), outer: Some(Arc::new(outer)) }
    }

    /// The variable, from here or from around.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        let mut scope = self;
        loop {
            if let Some(value) = scope.own.get(name) {
                return Some(value);
            }
            scope = scope.outer.as_deref()?;
        }
    }

    /// Assigns all at once.
    pub(crate) fn assign(&mut self, variables: &[(Arc<str>, Value)]) {
        if variables.is_empty() {
            return;
        }
        let own = Arc::make_mut(&mut self.own);
        for (name, value) in variables {
            own.insert(name.clone(), value.clone());
        }
    }
}
