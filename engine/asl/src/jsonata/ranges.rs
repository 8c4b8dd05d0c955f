//! The range operator with bounds that are far away: the library subtracts them as 64-bit integers.

use std::mem;

use jsonata_core::ast::{AstNode, BinaryOp, Stage};
use jsonata_core::value::JValue;

use super::dialect::Answer;

/// A function that no expression can name.
pub(super) const BOUND: &str = "bound of a range";
/// The whole numbers up to it have a place of their own among JSON's. Any range beyond is too long, or of one number.
const FARTHEST: f64 = 9_007_199_254_740_992.0;

/// Passes both bounds of each range in the expression through [`bound`], and tells whether there is one.
pub(super) fn tame(node: &mut AstNode) -> bool {
    let mut found = false;
    let mut part = |node: &mut AstNode| found |= tame(node);
    match node {
        AstNode::Path { steps } => {
            for step in steps {
                part(&mut step.node);
                for stage in &mut step.stages {
                    if let Stage::Filter(filter) = stage {
                        part(filter);
                    }
                }
            }
        }
        AstNode::Binary { lhs, rhs, .. } => [lhs, rhs].into_iter().for_each(|node| part(node)),
        AstNode::Unary { operand, .. } => part(operand),
        AstNode::Function { args, .. } => args.iter_mut().for_each(part),
        AstNode::Call { procedure, args } => {
            part(procedure);
            args.iter_mut().for_each(part);
        }
        AstNode::Lambda { body, .. } => part(body),
        AstNode::Array(items) | AstNode::Block(items) | AstNode::ArrayGroup(items) => items.iter_mut().for_each(part),
        AstNode::Object(pairs) => {
            pairs.iter_mut().for_each(|(name, value)| [name, value].into_iter().for_each(&mut part))
        }
        AstNode::ObjectTransform { input, pattern } => {
            part(input);
            pattern.iter_mut().for_each(|(name, value)| [name, value].into_iter().for_each(&mut part));
        }
        AstNode::Conditional { condition, then_branch, else_branch } => {
            [Some(condition), Some(then_branch), else_branch.as_mut()]
                .into_iter()
                .flatten()
                .for_each(|node| part(node));
        }
        AstNode::FunctionApplication(inner) => part(inner),
        AstNode::Sort { input, terms } => {
            part(input);
            terms.iter_mut().for_each(|(term, _)| part(term));
        }
        AstNode::Transform { location, update, delete } => {
            [Some(location), Some(update), delete.as_mut()].into_iter().flatten().for_each(|node| part(node));
        }
        _ => {}
    }
    if let AstNode::Binary { op: BinaryOp::Range, lhs, rhs } = node {
        found = true;
        for side in [lhs, rhs] {
            let inner = mem::replace(&mut **side, AstNode::Undefined);
            **side = AstNode::Function { name: BOUND.to_owned(), args: vec![inner], is_builtin: true };
        }
    }
    found
}

/// The number, or the farthest one on its side; anything else as it is.
pub(super) fn bound(arguments: &[JValue]) -> Answer {
    Ok(match arguments.first() {
        Some(JValue::Number(number)) if number.is_finite() => JValue::Number(number.clamp(-FARTHEST, FARTHEST)),
        Some(other) => other.clone(),
        None => JValue::Undefined,
    })
}
