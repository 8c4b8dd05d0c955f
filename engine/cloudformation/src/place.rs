//! Where in a template something is.

use std::fmt;

/// A place in a template: its file and a JSON pointer (RFC 6901) into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The file's name as it was given.
    pub file: String,
    /// `/Resources/Table/Properties/KeySchema/0`
    pub pointer: String,
}

impl fmt::Display for Spot {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}#{}", self.file, self.pointer)
    }
}

/// The way to a value while it is visited; written out only when something is wrong there.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    parent: Option<&'a Place<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    File(&'a str),
    Name(&'a str),
    Index(usize),
}

impl<'a> Place<'a> {
    /// The whole of a file.
    pub(crate) fn file(file: &'a str) -> Self {
        Self { parent: None, step: Step::File(file) }
    }

    /// A member of the object here.
    pub(crate) fn name(&'a self, name: &'a str) -> Self {
        Self { parent: Some(self), step: Step::Name(name) }
    }

    /// An element of the array here.
    pub(crate) fn index(&'a self, index: usize) -> Self {
        Self { parent: Some(self), step: Step::Index(index) }
    }

    /// Written out.
    pub(crate) fn spot(&self) -> Spot {
        let mut spot = self.parent.map_or_else(|| Spot { file: String::new(), pointer: String::new() }, Place::spot);
        match self.step {
            Step::File(file) => file.clone_into(&mut spot.file),
            Step::Name(name) => {
                spot.pointer.push('/');
                spot.pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
            }
            Step::Index(index) => {
                spot.pointer.push('/');
                spot.pointer.push_str(&index.to_string());
            }
        }
        spot
    }
}
