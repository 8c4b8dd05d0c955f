//! The paths of all fields that rules ask for, as one tree.

use super::texts::ByText;
use crate::leaves::FieldId;
use crate::reader::{Fields, Interest};

/// The tree of the paths. Each step of a path is a node, numbered by the field that it leads to.
#[derive(Clone, Debug)]
pub(super) struct Paths {
    nodes: Vec<Node>,
    free: Vec<FieldId>,
}

#[derive(Clone, Debug, Default)]
struct Node {
    below: ByText<Option<FieldId>>,
    interest: Interest,
    /// How many branches ask for its values, and how many of them for its numbers by value.
    users: u32,
    number_users: u32,
}

const ROOT: FieldId = FieldId(0);

impl Default for Paths {
    fn default() -> Self {
        Self { nodes: vec![Node::default()], free: Vec::new() }
    }
}

impl Paths {
    /// The field of a path, for one branch more.
    pub(super) fn acquire(&mut self, path: &str, numbers: bool) -> FieldId {
        let mut field = ROOT;
        for step in path.split('.') {
            field = self.descend(field, step);
        }
        let node = &mut self.nodes[index(field)];
        node.users += 1;
        node.number_users += u32::from(numbers);
        node.note_interest();
        field
    }

    fn descend(&mut self, field: FieldId, step: &str) -> FieldId {
        let fresh = self.free.last().copied().unwrap_or(FieldId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)));
        let node = &mut self.nodes[index(field)];
        let below = *node.below.entry(step.as_bytes()).0.get_or_insert(fresh);
        node.note_interest();
        if below == fresh {
            if self.free.pop().is_none() {
                self.nodes.push(Node::default());
            } else {
                self.nodes[index(fresh)] = Node::default();
            }
        }
        below
    }

    /// Tells that one branch less asks for a path.
    pub(super) fn release(&mut self, path: &str, numbers: bool) {
        let mut trail = vec![ROOT];
        for step in path.split('.') {
            let Some(field) = trail.last().and_then(|field| self.below(*field, step)) else { return };
            trail.push(field);
        }
        if let Some(field) = trail.last() {
            let node = &mut self.nodes[index(*field)];
            node.users -= 1;
            node.number_users -= u32::from(numbers);
            node.note_interest();
        }
        // What nobody needs goes, from the end of the path on.
        for (step, outer) in path.split('.').rev().zip(trail.iter().rev().skip(1)) {
            let Some(field) = self.below(*outer, step) else { return };
            let node = &self.nodes[index(field)];
            if node.users > 0 || !node.below.is_empty() {
                return;
            }
            let outer = &mut self.nodes[index(*outer)];
            outer.below.remove_if(step.as_bytes(), |_| true);
            outer.note_interest();
            self.free.push(field);
        }
    }

    /// The field of a path, where somebody asks for it.
    pub(super) fn find(&self, path: &str) -> Option<FieldId> {
        let field = path.split('.').try_fold(ROOT, |field, step| self.below(field, step))?;
        (self.nodes[index(field)].users > 0).then_some(field)
    }

    /// All fields have smaller numbers.
    pub(super) fn end(&self) -> usize {
        self.nodes.len()
    }

    fn below(&self, field: FieldId, step: &str) -> Option<FieldId> {
        self.step(field, step.as_bytes(), 0, step.len())
    }
}

impl Node {
    fn note_interest(&mut self) {
        self.interest =
            Interest { values: self.users > 0, numbers: self.number_users > 0, below: !self.below.is_empty() };
    }
}

impl Fields for Paths {
    fn root(&self) -> FieldId {
        ROOT
    }

    #[inline]
    fn step(&self, field: FieldId, bytes: &[u8], from: usize, to: usize) -> Option<FieldId> {
        *self.nodes[index(field)].below.get(bytes, from, to)?
    }

    #[inline]
    fn interest(&self, field: FieldId) -> Interest {
        self.nodes[index(field)].interest
    }
}

pub(super) fn index(field: FieldId) -> usize {
    field.0 as usize
}
