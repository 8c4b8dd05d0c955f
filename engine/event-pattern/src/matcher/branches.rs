//! The alternatives of all rules.

use crate::leaves::FieldId;
use crate::pattern::{Branch, Field};

/// The alternatives of all rules, by number.
#[derive(Clone, Debug, Default)]
pub(super) struct Branches {
    /// What deciding most events takes, kept small.
    heads: Vec<Head>,
    bodies: Vec<Body>,
    free: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    /// The rule's number.
    pub(super) rule: u32,
    /// Whether the branch asks for no other field than the one by which it is found.
    pub(super) is_single: bool,
}

/// A branch and where its fields are found.
#[derive(Clone, Debug, Default)]
pub(super) struct Body {
    pub(super) fields: Vec<(FieldId, Field)>,
    /// Which of the fields it is found by.
    pub(super) key: usize,
    /// Whether one of the fields may be absent.
    pub(super) may_lack: bool,
}

impl Branches {
    /// Adds a branch of a rule with its fields' numbers; answers its own.
    pub(super) fn add(&mut self, rule: u32, branch: Branch, fields: &[FieldId], key: usize) -> u32 {
        let head = Head { rule, is_single: fields.len() == 1 };
        let may_lack = branch.fields.iter().any(Field::may_be_absent);
        let body = Body { fields: fields.iter().copied().zip(branch.fields).collect(), key, may_lack };
        match self.free.pop() {
            Some(number) => {
                self.heads[number as usize] = head;
                self.bodies[number as usize] = body;
                number
            }
            None => {
                self.heads.push(head);
                self.bodies.push(body);
                u32::try_from(self.bodies.len() - 1).unwrap_or(u32::MAX)
            }
        }
    }

    pub(super) fn remove(&mut self, number: u32) -> Body {
        self.free.push(number);
        std::mem::take(&mut self.bodies[number as usize])
    }

    #[inline]
    pub(super) fn head(&self, number: u32) -> Head {
        self.heads[number as usize]
    }

    #[inline]
    pub(super) fn body(&self, number: u32) -> &Body {
        &self.bodies[number as usize]
    }

    /// All branches have smaller numbers.
    pub(super) fn end(&self) -> usize {
        self.bodies.len()
    }
}
