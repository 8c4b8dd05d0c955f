//! The functions that this binary links: what a template names by its binary runs in this process.

use function::Function;

/// Every linked function.
pub(crate) fn linked() -> impl Iterator<Item = Function> {
    [
        todo::FUNCTIONS,
        analytics::FUNCTIONS,
        media::FUNCTIONS,
        notification::FUNCTIONS,
        todo_schema::FUNCTIONS,
        media_schema::FUNCTIONS,
    ]
    .into_iter()
    .flatten()
    .copied()
}
