//! Languages whose functions an interpreter runs, and the runtimes' names for their versions.

/// A language whose functions an interpreter runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Python,
    Node,
}

/// What a runtime's name asks for: `python3.12`, `nodejs22.x`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Interpreted {
    pub language: Language,
    /// `3.12`, `22`
    pub version: String,
}

impl Interpreted {
    /// What this runtime asks for; `None` for one that needs no interpreter, or one that isn't known.
    pub(crate) fn of(runtime: &str) -> Option<Self> {
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if let Some(minor) = runtime.strip_prefix("python3.") {
            return is_number(minor).then(|| Self { language: Language::Python, version: format!("3.{minor}") });
        }
        let major = runtime.strip_prefix("nodejs")?.strip_suffix(".x")?;
        is_number(major).then(|| Self { language: Language::Node, version: major.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runtimes_name_tells_language_and_version() {
        let of = |runtime| Interpreted::of(runtime).map(|it| (it.language, it.version));
        assert_eq!(of("python3.12"), Some((Language::Python, "3.12".to_owned())));
        assert_eq!(of("nodejs22.x"), Some((Language::Node, "22".to_owned())));
        for other in ["provided.al2023", "python2.7", "python3.x", "nodejs", "nodejs.x", "nodejs8.10", "java21"] {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
