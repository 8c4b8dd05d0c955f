//! From a pattern's text to its branches.

mod anything_but;
mod expression;
mod numeric;
mod reserved;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::condition::{Condition, MAX_COMPLEXITY, Network, complexity};
use crate::json::{Comparable, Lexer, SyntaxError, Token};
use crate::pattern::{Branch, Field, InvalidPattern};

/// How many branches the `$or`s of a pattern may multiply to.
const MAX_BRANCHES: usize = 1000;

type Fields = BTreeMap<String, Arc<[Condition]>>;

/// Compiles a pattern to its branches. Complaints come in the order in which AWS's compiler reads the text, so of several
/// mistakes it is the same one that is told. What follows the pattern's closing brace isn't read, as on AWS.
pub(crate) fn branches(text: &str) -> Result<Vec<Branch>, InvalidPattern> {
    let mut compiler = Compiler { lexer: Lexer::new(text), path: Vec::new(), branches: Vec::new() };
    if compiler.lexer.next()? != Token::StartObject {
        return Err(compiler.refuse("Filter is not an object"));
    }
    compiler.object(false)?;
    let too_complex = |fields: &Fields| fields.values().any(|conditions| complexity(conditions) > MAX_COMPLEXITY);
    if compiler.branches.iter().any(too_complex) {
        return Err(InvalidPattern::without_place(
            "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character",
        ));
    }
    let branch = |fields: Fields| Branch {
        fields: fields.into_iter().map(|(path, conditions)| Field { path, conditions }).collect(),
    };
    Ok(compiler.branches.into_iter().map(branch).collect())
}

struct Compiler<'a> {
    lexer: Lexer<'a>,
    path: Vec<String>,
    branches: Vec<Fields>,
}

impl Compiler<'_> {
    /// Reads the members of an object whose brace has been read.
    fn object(&mut self, inside_or: bool) -> Result<(), InvalidPattern> {
        let mut has_members = false;
        while self.lexer.next()? != Token::EndObject {
            has_members = true;
            let name = self.lexer.text()?.to_owned();
            if name == "$or" {
                self.alternatives()?;
                continue;
            }
            if inside_or && reserved::is_reserved(&name) {
                return Err(
                    self.refuse(&format!("{name} is Ruler reserved fieldName which cannot be used inside $or."))
                );
            }
            match self.lexer.next()? {
                Token::StartObject => {
                    self.path.push(name);
                    self.object(inside_or)?;
                    self.path.pop();
                }
                Token::StartArray => {
                    self.path.push(name);
                    let conditions = self.conditions()?;
                    let path = self.path.join(".");
                    self.path.pop();
                    self.require(path, conditions);
                }
                _ => return Err(self.refuse(&format!("\"{name}\" must be an object or an array"))),
            }
        }
        if has_members { Ok(()) } else { Err(self.refuse("Empty objects are not allowed")) }
    }

    /// Reads the objects of an `$or`: each goes on from what all branches so far require.
    fn alternatives(&mut self) -> Result<(), InvalidPattern> {
        let before = std::mem::take(&mut self.branches);
        if self.lexer.next()? != Token::StartArray {
            return Err(self.refuse("It must be an Array followed with $or."));
        }
        let mut finished = Vec::new();
        let mut alternatives = 0;
        loop {
            match self.lexer.next()? {
                Token::EndArray => break,
                Token::StartObject => {
                    alternatives += 1;
                    self.branches = if before.is_empty() { vec![Fields::new()] } else { before.clone() };
                    self.object(true)?;
                    finished.append(&mut self.branches);
                    if finished.len() > MAX_BRANCHES {
                        return Err(InvalidPattern::without_place(&format!(
                            "The $or relationships make more than {MAX_BRANCHES} combinations"
                        )));
                    }
                }
                _ => return Err(self.refuse("Only JSON object is allowed in array of $or relationship.")),
            }
        }
        self.branches = finished;
        if alternatives < 2 {
            return Err(self.refuse("There must have at least 2 Objects in $or relationship."));
        }
        Ok(())
    }

    /// Adds a field to all branches, in place of one of the same path.
    fn require(&mut self, path: String, conditions: Vec<Condition>) {
        if self.branches.is_empty() {
            self.branches.push(Fields::new());
        }
        let conditions: Arc<[Condition]> = conditions.into();
        for branch in &mut self.branches {
            branch.insert(path.clone(), Arc::clone(&conditions));
        }
    }

    /// Reads the members of a field's array whose bracket has been read.
    fn conditions(&mut self) -> Result<Vec<Condition>, InvalidPattern> {
        let mut conditions = Vec::new();
        loop {
            let condition = match self.lexer.next()? {
                Token::EndArray => break,
                Token::StartObject => self.expression()?,
                Token::String => {
                    let text = self.lexer.text()?;
                    // An address matches every spelling of itself.
                    Network::of_address(text).map_or_else(|| Condition::String(text.to_owned()), Condition::Cidr)
                }
                Token::Number => {
                    let spelling = self.lexer.text()?.to_owned();
                    let comparable = Comparable::parse(&spelling);
                    Condition::Number { spelling, comparable }
                }
                Token::True => Condition::Bool(true),
                Token::False => Condition::Bool(false),
                Token::Null => Condition::Null,
                _ => return Err(self.refuse("Match value must be String, number, true, false, or null")),
            };
            conditions.push(condition);
        }
        if conditions.is_empty() { Err(self.refuse("Empty arrays are not allowed")) } else { Ok(conditions) }
    }

    /// Requires the end of the object that a match expression is.
    fn end_object(&mut self, complaint: &str) -> Result<(), InvalidPattern> {
        if self.lexer.next()? == Token::EndObject { Ok(()) } else { Err(self.refuse(complaint)) }
    }

    /// A complaint about the place that has been read to.
    fn refuse(&self, reason: &str) -> InvalidPattern {
        InvalidPattern { reason: reason.to_owned(), places: format!("\n at {}", self.lexer.location()) }
    }

    /// A complaint that AWS's compiler catches and makes again about the place that it has read to.
    fn refuse_again(&self, error: InvalidPattern) -> InvalidPattern {
        InvalidPattern { places: format!("{}\n at {}", error.places, self.lexer.location()), reason: error.reason }
    }
}

impl InvalidPattern {
    /// A complaint that AWS makes without a place.
    fn without_place(reason: &str) -> Self {
        Self { reason: reason.to_owned(), places: String::new() }
    }
}

impl From<SyntaxError> for InvalidPattern {
    fn from(error: SyntaxError) -> Self {
        Self { reason: error.reason, places: format!("\n at {}", error.location) }
    }
}
