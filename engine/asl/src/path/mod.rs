//! JSONPath in the dialect of Step Functions: that of an early version of the Jayway library, without functions, with
//! `$$` for the context object and `$name` for variables.

mod evaluate;
mod filter;
mod nowhere;
mod parse;
mod reference;
mod spell;

use std::sync::Arc;

pub(crate) use nowhere::Nowhere;
pub(crate) use parse::parse;
pub(crate) use reference::ReferencePath;

/// A parsed path.
#[derive(Clone, Debug)]
pub(crate) struct Path {
    /// As the definition spells it.
    pub(crate) text: Arc<str>,
    pub(crate) root: Root,
    selectors: Vec<Selector>,
}

/// What a path starts from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Root {
    /// `$`
    Input,
    /// `$$`
    Context,
    /// `$name`
    Variable(Arc<str>),
}

/// One step of a path.
#[derive(Clone, Debug)]
pub(crate) enum Selector {
    Name(Arc<str>),
    Names(Vec<Arc<str>>),
    Index(i64),
    Indexes(Vec<i64>),
    Slice { start: Option<i64>, end: Option<i64>, step: i64 },
    Wildcard,
    Descend(Box<Selector>),
    Filter(filter::Filter),
}

impl Selector {
    /// Whether it names one place.
    fn is_definite(&self) -> bool {
        matches!(self, Self::Name(_) | Self::Names(_) | Self::Index(_))
    }
}

impl Path {
    /// Whether the path names exactly one place, so that its result is that value and not a list.
    pub(crate) fn is_definite(&self) -> bool {
        self.selectors.iter().all(Selector::is_definite)
    }

    /// As most errors spell it: AWS tells a path into the context object as if that were the input.
    pub(crate) fn told(&self) -> &str {
        match self.root {
            Root::Context => &self.text[1..],
            Root::Input | Root::Variable(_) => &self.text,
        }
    }

    /// Whether the path is its root and nothing more.
    pub(crate) fn is_root(&self) -> bool {
        self.selectors.is_empty()
    }

    /// Whether it is `$`.
    pub(crate) fn is_input(&self) -> bool {
        self.root == Root::Input && self.is_root()
    }
}
