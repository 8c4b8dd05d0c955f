//! An event, flattened to the values of its fields.

use std::collections::HashMap;

use serde_json::Value;

use crate::json::{Comparable, Lexer, MAX_DEPTH, SyntaxError, Token};

/// An event to match: the values of each of its fields, with their places in the event's arrays.
#[derive(Clone, Debug, Default)]
pub struct Event {
    fields: HashMap<String, Vec<Leaf>>,
}

/// A text that is no event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MalformedEvent {
    /// The text is no JSON; with the reason and where.
    #[error("the event is not JSON: {0}")]
    Syntax(String),
    /// The text is JSON, but no object.
    #[error("the event is not a JSON object; an event is one object with fields")]
    NotAnObject,
}

impl From<SyntaxError> for MalformedEvent {
    fn from(error: SyntaxError) -> Self {
        Self::Syntax(error.to_string())
    }
}

/// One value of a field.
#[derive(Clone, Debug)]
pub(crate) struct Leaf {
    pub(crate) value: Scalar,
    pub(crate) place: Place,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Scalar {
    String(String),
    Number { spelling: String, comparable: Option<Comparable> },
    Bool(bool),
    Null,
}

/// In which element of which array a value lies: pairs of an array's number and an index, by array. Elements that are
/// values themselves have no place of their own: AWS lets `["x","y"]` be both at once.
pub(crate) type Place = Vec<(u32, u32)>;

impl Event {
    /// Reads an event from its JSON text.
    ///
    /// # Errors
    /// When the text is no JSON object.
    pub fn parse(text: &str) -> Result<Self, MalformedEvent> {
        let mut lexer = Lexer::new(text);
        if lexer.next()? != Token::StartObject {
            return Err(MalformedEvent::NotAnObject);
        }
        let mut flattening = Flattening::default();
        flattening.object(&mut lexer)?;
        if !lexer.is_at_end() {
            return Err(MalformedEvent::Syntax("there is more text behind the event".to_owned()));
        }
        Ok(flattening.event)
    }

    /// Takes an event from a JSON value.
    ///
    /// # Errors
    /// When the value is no object, or nested deeper than a text may be.
    pub fn from_value(value: &Value) -> Result<Self, MalformedEvent> {
        if !value.is_object() {
            return Err(MalformedEvent::NotAnObject);
        }
        let mut flattening = Flattening::default();
        flattening.tree(value, 0)?;
        Ok(flattening.event)
    }

    /// All fields with their values.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&String, &Vec<Leaf>)> {
        self.fields.iter()
    }

    /// The values of a field, in the event's order; the path's steps are joined by dots.
    pub(crate) fn values(&self, path: &str) -> &[Leaf] {
        self.fields.get(path).map_or(&[], Vec::as_slice)
    }
}

#[derive(Default)]
struct Flattening {
    event: Event,
    path: String,
    steps: usize,
    place: Place,
    arrays: u32,
}

impl Flattening {
    /// Reads the members of an object whose brace has been read.
    fn object(&mut self, lexer: &mut Lexer<'_>) -> Result<(), SyntaxError> {
        while lexer.next()? != Token::EndObject {
            let before = self.enter(lexer.text()?);
            let token = lexer.next()?;
            self.value(token, lexer)?;
            self.leave(before);
        }
        Ok(())
    }

    fn array(&mut self, lexer: &mut Lexer<'_>) -> Result<(), SyntaxError> {
        let array = self.number_array();
        let mut index = 0;
        loop {
            match lexer.next()? {
                Token::EndArray => return Ok(()),
                token @ (Token::StartObject | Token::StartArray) => {
                    self.place.push((array, index));
                    self.value(token, lexer)?;
                    self.place.pop();
                }
                token => self.value(token, lexer)?,
            }
            index += 1;
        }
    }

    fn value(&mut self, token: Token, lexer: &mut Lexer<'_>) -> Result<(), SyntaxError> {
        self.leaf(match token {
            Token::StartObject => return self.object(lexer),
            Token::StartArray => return self.array(lexer),
            Token::String => Scalar::String(lexer.text()?.to_owned()),
            Token::Number => Scalar::number(lexer.text()?.to_owned()),
            Token::True => Scalar::Bool(true),
            Token::False => Scalar::Bool(false),
            Token::Null | Token::Name | Token::EndObject | Token::EndArray | Token::End => Scalar::Null,
        });
        Ok(())
    }

    fn tree(&mut self, value: &Value, depth: usize) -> Result<(), MalformedEvent> {
        if depth > MAX_DEPTH {
            return Err(MalformedEvent::Syntax(format!("it is nested deeper than {MAX_DEPTH} levels")));
        }
        self.leaf(match value {
            Value::Object(members) => {
                for (name, member) in members {
                    let before = self.enter(name);
                    self.tree(member, depth + 1)?;
                    self.leave(before);
                }
                return Ok(());
            }
            Value::Array(elements) => {
                let array = self.number_array();
                for (index, element) in (0..).zip(elements) {
                    let has_place = element.is_object() || element.is_array();
                    if has_place {
                        self.place.push((array, index));
                    }
                    self.tree(element, depth + 1)?;
                    if has_place {
                        self.place.pop();
                    }
                }
                return Ok(());
            }
            Value::String(text) => Scalar::String(text.clone()),
            Value::Number(number) => Scalar::number(number.to_string()),
            Value::Bool(value) => Scalar::Bool(*value),
            Value::Null => Scalar::Null,
        });
        Ok(())
    }

    /// Goes into a member; answers how to get out again.
    fn enter(&mut self, name: &str) -> usize {
        let before = self.path.len();
        if self.steps > 0 {
            self.path.push('.');
        }
        self.path.push_str(name);
        self.steps += 1;
        before
    }

    fn leave(&mut self, before: usize) {
        self.steps -= 1;
        self.path.truncate(before);
    }

    fn number_array(&mut self) -> u32 {
        self.arrays += 1;
        self.arrays
    }

    fn leaf(&mut self, value: Scalar) {
        let leaf = Leaf { value, place: self.place.clone() };
        match self.event.fields.get_mut(&self.path) {
            Some(leaves) => leaves.push(leaf),
            None => {
                self.event.fields.insert(self.path.clone(), vec![leaf]);
            }
        }
    }
}

impl Scalar {
    pub(crate) fn view(&self) -> crate::condition::Value<'_> {
        use crate::condition::Value;
        match self {
            Self::String(text) => Value::String(text),
            Self::Number { spelling, comparable } => Value::Number { spelling, comparable: *comparable },
            Self::Bool(value) => Value::Bool(*value),
            Self::Null => Value::Null,
        }
    }

    fn number(spelling: String) -> Self {
        let comparable = Comparable::parse(&spelling);
        Self::Number { spelling, comparable }
    }
}
