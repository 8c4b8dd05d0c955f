//! The parts of a parsed expression, and what each is evaluated against.

use jsonata_core::ast::{AstNode, BinaryOp, PathStep, Stage};

/// A part of a node.
pub(super) struct Part<'a> {
    pub(super) node: &'a AstNode,
    /// It is evaluated against the same context as the node, and not against what another part has found.
    pub(super) in_context: bool,
}

fn here(node: &AstNode) -> Part<'_> {
    Part { node, in_context: true }
}

fn inside(node: &AstNode) -> Part<'_> {
    Part { node, in_context: false }
}

/// The parts of a node, in the order they are written.
pub(super) fn parts<'a>(node: &'a AstNode) -> Vec<Part<'a>> {
    match node {
        AstNode::Path { steps } => {
            let stages = |step: &'a PathStep| -> Vec<Part<'a>> {
                let filter = |stage: &'a Stage| match stage {
                    Stage::Filter(filter) => Some(inside(filter)),
                    Stage::KeepArray | Stage::Index(_) => None,
                };
                step.stages.iter().filter_map(filter).collect()
            };
            steps
                .iter()
                .enumerate()
                .flat_map(|(position, step)| {
                    let part = Part { node: &step.node, in_context: position == 0 };
                    std::iter::once(part).chain(stages(step))
                })
                .collect()
        }
        // What is assigned to is no part.
        AstNode::Binary { op: BinaryOp::ColonEqual, rhs, .. } => vec![here(rhs)],
        AstNode::Binary { lhs, rhs, .. } => vec![here(lhs), here(rhs)],
        AstNode::Unary { operand, .. } => vec![here(operand)],
        AstNode::Function { args, .. } => args.iter().map(here).collect(),
        AstNode::Call { procedure, args } => std::iter::once(here(procedure)).chain(args.iter().map(here)).collect(),
        AstNode::Lambda { body, .. } => vec![here(body)],
        AstNode::Array(items) | AstNode::Block(items) => items.iter().map(here).collect(),
        AstNode::ArrayGroup(items) => items.iter().map(inside).collect(),
        AstNode::Object(pairs) => pairs.iter().flat_map(|(name, value)| [here(name), here(value)]).collect(),
        AstNode::ObjectTransform { input, pattern } => std::iter::once(here(input))
            .chain(pattern.iter().flat_map(|(name, value)| [inside(name), inside(value)]))
            .collect(),
        AstNode::Conditional { condition, then_branch, else_branch } => {
            [Some(condition), Some(then_branch), else_branch.as_ref()]
                .into_iter()
                .flatten()
                .map(|node| here(node))
                .collect()
        }
        AstNode::FunctionApplication(inner) => vec![inside(inner)],
        AstNode::Sort { input, terms } => {
            std::iter::once(here(input)).chain(terms.iter().map(|(term, _)| inside(term))).collect()
        }
        AstNode::Transform { location, update, delete } => {
            [Some(location), Some(update), delete.as_ref()].into_iter().flatten().map(|node| inside(node)).collect()
        }
        AstNode::String(_)
        | AstNode::Name(_)
        | AstNode::Number(_)
        | AstNode::Boolean(_)
        | AstNode::Null
        | AstNode::Undefined
        | AstNode::Placeholder
        | AstNode::Regex { .. }
        | AstNode::Variable(_)
        | AstNode::ParentVariable(_)
        | AstNode::Wildcard
        | AstNode::Descendant
        | AstNode::Parent(_) => Vec::new(),
    }
}

/// Every node right below one, to be changed.
pub(super) fn parts_mut(node: &mut AstNode) -> Vec<&mut AstNode> {
    match node {
        AstNode::Path { steps } => steps
            .iter_mut()
            .flat_map(|step| {
                let filters = step.stages.iter_mut().filter_map(|stage| match stage {
                    Stage::Filter(filter) => Some(&mut **filter),
                    Stage::KeepArray | Stage::Index(_) => None,
                });
                std::iter::once(&mut step.node).chain(filters)
            })
            .collect(),
        AstNode::Binary { lhs, rhs, .. } => vec![lhs, rhs],
        AstNode::Unary { operand: inner, .. } | AstNode::Lambda { body: inner, .. } => vec![inner],
        AstNode::FunctionApplication(inner) => vec![inner],
        AstNode::Function { args: items, .. }
        | AstNode::Array(items)
        | AstNode::Block(items)
        | AstNode::ArrayGroup(items) => items.iter_mut().collect(),
        AstNode::Call { procedure, args } => std::iter::once(&mut **procedure).chain(args).collect(),
        AstNode::Object(pairs) => pairs.iter_mut().flat_map(|(name, value)| [name, value]).collect(),
        AstNode::ObjectTransform { input, pattern } => {
            let pairs = pattern.iter_mut().flat_map(|(name, value)| [name, value]);
            std::iter::once(&mut **input).chain(pairs).collect()
        }
        AstNode::Conditional { condition: first, then_branch: second, else_branch: third }
        | AstNode::Transform { location: first, update: second, delete: third } => {
            [Some(first), Some(second), third.as_mut()].into_iter().flatten().map(|node| &mut **node).collect()
        }
        AstNode::Sort { input, terms } => {
            std::iter::once(&mut **input).chain(terms.iter_mut().map(|(term, _)| term)).collect()
        }
        AstNode::String(_)
        | AstNode::Name(_)
        | AstNode::Number(_)
        | AstNode::Boolean(_)
        | AstNode::Null
        | AstNode::Undefined
        | AstNode::Placeholder
        | AstNode::Regex { .. }
        | AstNode::Variable(_)
        | AstNode::ParentVariable(_)
        | AstNode::Wildcard
        | AstNode::Descendant
        | AstNode::Parent(_) => Vec::new(),
    }
}
