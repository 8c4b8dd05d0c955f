//! The Lambda functions of this context.

use function::Function;

/// All of them, for whoever links them.
pub const FUNCTIONS: &[Function] = &[];
