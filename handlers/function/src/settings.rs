//! The environment variables of one function.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// The environment variables of one function. In a Lambda process they are the process's; in the engine's process each
/// function has its own.
#[derive(Clone)]
pub struct Settings(Arc<Lookup>);

type Lookup = dyn Fn(&str) -> Option<String> + Send + Sync;

/// A setting that the function needs and its configuration lacks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("environment variable {0} is not set; set it in the function's configuration")]
pub struct MissingSetting(pub String);

impl Settings {
    /// The environment of this process.
    pub fn from_environment() -> Self {
        Self(Arc::new(|name| std::env::var(name).ok()))
    }

    /// What `lookup` answers for a name.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(lookup))
    }

    /// The value of a variable; `None` when it isn't set or empty.
    pub fn get(&self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.is_empty())
    }

    /// The value of a variable that the function cannot do without.
    ///
    /// # Errors
    /// Names the variable when it isn't set or empty.
    pub fn require(&self, name: &str) -> Result<String, MissingSetting> {
        self.get(name).ok_or_else(|| MissingSetting(name.to_owned()))
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Settings {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let values: HashMap<String, String> = pairs.into_iter().map(|(k, v)| (k.into(), v.into())).collect();
        Self::from_lookup(move |name| values.get(name).cloned())
    }
}

impl fmt::Debug for Settings {
    // Values may be secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Settings(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_or_empty_setting_is_named() {
        let settings: Settings = [("TODOS_TABLE", "todos"), ("EVENT_BUS_NAME", "")].into_iter().collect();
        assert_eq!(settings.require("TODOS_TABLE").as_deref(), Ok("todos"));
        for name in ["EVENT_BUS_NAME", "ACTIVITY_TABLE"] {
            assert_eq!(settings.require(name), Err(MissingSetting(name.to_owned())));
        }
    }
}
