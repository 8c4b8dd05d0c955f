//! A pull parser for JSON text that keeps what AWS's patterns depend on: duplicate keys, the spelling of numbers, positions.

mod error;
mod lexer;
mod number;
mod string;

pub(crate) use error::SyntaxError;
pub(crate) use lexer::{Lexer, MAX_DEPTH, Token};
pub(crate) use number::Comparable;
