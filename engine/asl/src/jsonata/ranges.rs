//! The range operator with bounds that are far away: the library subtracts them as 64-bit integers.

use std::mem;

use jsonata_core::ast::{AstNode, BinaryOp};
use jsonata_core::value::JValue;

use super::dialect::Answer;
use super::tree::parts_mut;

/// A function that no expression can name.
pub(super) const BOUND: &str = "bound of a range";
/// The whole numbers up to it have a place of their own among JSON's. Any range beyond is too long, or of one number.
const FARTHEST: f64 = 9_007_199_254_740_992.0;

/// Passes both bounds of each range in the expression through [`bound`], and tells whether there is one.
pub(super) fn tame(node: &mut AstNode) -> bool {
    let mut found = false;
    for part in parts_mut(node) {
        found |= tame(part);
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
