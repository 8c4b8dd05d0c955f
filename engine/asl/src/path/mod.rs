//! JSONPath in the dialect of Step Functions: that of the Jayway library, with `$$` for the context object and `$name`
//! for variables.

mod evaluate;
mod filter;
mod parse;
mod reference;

use std::sync::Arc;

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
    Function(Function),
}

/// A function at the end of a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Function {
    Length,
    Min,
    Max,
    Average,
    Sum,
}

impl Path {
    /// Whether the path names exactly one place, so that its result is that value and not a list.
    fn is_definite(&self) -> bool {
        self.selectors
            .iter()
            .all(|selector| matches!(selector, Selector::Name(_) | Selector::Index(_) | Selector::Function(_)))
    }

    /// Whether the path is its root and nothing more.
    pub(crate) fn is_root(&self) -> bool {
        self.selectors.is_empty()
    }
}
