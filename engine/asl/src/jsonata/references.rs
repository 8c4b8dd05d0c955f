//! What an expression refers to: the machine's variables, and what Step Functions lets no expression refer to.
//!
//! An expression is evaluated without a context item: `$states` and variables are all that it begins with.
//! <https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html>

use std::collections::BTreeSet;

use jsonata_core::ast::{AstNode, BinaryOp, Stage};

use super::tree::parts;

/// The parts of `$states` that are there in every expression.
const ALWAYS: [&str; 2] = ["input", "context"];

/// Names that are functions wherever no variable has them.
const FUNCTIONS: &[&str] = &[
    "abs",
    "append",
    "assert",
    "average",
    "base64decode",
    "base64encode",
    "boolean",
    "ceil",
    "clone",
    "contains",
    "count",
    "decodeUrl",
    "decodeUrlComponent",
    "distinct",
    "each",
    "encodeUrl",
    "encodeUrlComponent",
    "error",
    "eval",
    "exists",
    "filter",
    "floor",
    "formatBase",
    "formatInteger",
    "formatNumber",
    "fromMillis",
    "hash",
    "join",
    "keys",
    "length",
    "lookup",
    "lowercase",
    "map",
    "match",
    "max",
    "merge",
    "millis",
    "min",
    "not",
    "now",
    "number",
    "pad",
    "parse",
    "parseInteger",
    "partition",
    "power",
    "random",
    "range",
    "reduce",
    "replace",
    "reverse",
    "round",
    "shuffle",
    "sift",
    "single",
    "sort",
    "split",
    "spread",
    "sqrt",
    "string",
    "substring",
    "substringAfter",
    "substringBefore",
    "sum",
    "toMillis",
    "trim",
    "type",
    "uppercase",
    "uuid",
    "zip",
];

/// What an expression refers to.
#[derive(Debug, Default)]
pub(super) struct References {
    /// Variables that are not bound in the expression itself, and no functions.
    pub(super) variables: BTreeSet<String>,
    /// Members of `$states` that not every expression sees.
    special: Vec<String>,
    /// What is said against the others.
    objections: Vec<String>,
}

impl References {
    pub(super) fn of(expression: &AstNode) -> Self {
        let mut references = Self::default();
        references.walk(expression, true, &mut Vec::new());
        references
    }

    /// What speaks against the expression in a place where `$states` has `seen` besides input and context.
    pub(super) fn objections(&self, seen: Option<&str>) -> Vec<String> {
        let hidden = self.special.iter().filter(|member| Some(member.as_str()) != seen);
        let hidden = hidden.map(|member| format!("Field '$states.{member}' does not exist."));
        self.objections.iter().cloned().chain(hidden).collect()
    }

    fn object(&mut self, objection: String) {
        if !self.objections.contains(&objection) {
            self.objections.push(objection);
        }
    }

    /// `in_context`: the node is evaluated against the expression's own context item, which there is none.
    fn walk<'a>(&mut self, node: &'a AstNode, in_context: bool, bound: &mut Vec<&'a str>) {
        let outside = bound.len();
        match node {
            AstNode::Name(name) if in_context => {
                self.object(format!("Reference to '{name}' at the top level is not supported."));
            }
            AstNode::Variable(name) if name.is_empty() && in_context => {
                self.object("Reference to '$' at the top level is not supported.".to_owned());
            }
            AstNode::ParentVariable(_) => self.object("Reference to '$$' is not supported.".to_owned()),
            AstNode::Variable(name) => {
                let is_free = !name.is_empty() && name != "states" && !bound.contains(&name.as_str());
                if is_free && !FUNCTIONS.contains(&name.as_str()) {
                    self.variables.insert(name.clone());
                }
            }
            AstNode::Lambda { params, .. } => bound.extend(params.iter().map(String::as_str)),
            AstNode::Path { steps } => {
                let mut nodes = steps.iter().map(|step| &step.node);
                if let (Some(AstNode::Variable(first)), Some(AstNode::Name(member))) = (nodes.next(), nodes.next())
                    && first == "states"
                    && !ALWAYS.contains(&member.as_str())
                    && !self.special.contains(member)
                {
                    self.special.push(member.clone());
                }
                for step in steps {
                    bound.extend(step.focus.as_deref());
                    bound.extend(step.index_var.as_deref());
                    bound.extend(step.stages.iter().filter_map(|stage| match stage {
                        Stage::Index(name) => Some(name.as_str()),
                        Stage::Filter(_) | Stage::KeepArray => None,
                    }));
                }
            }
            AstNode::Block(items) => {
                for item in items {
                    if let AstNode::Binary { op: BinaryOp::ColonEqual, lhs, .. } = item
                        && let AstNode::Variable(name) = &**lhs
                    {
                        bound.push(name);
                    }
                }
            }
            AstNode::Binary { op: BinaryOp::ColonEqual, lhs, .. } => {
                if let AstNode::Variable(name) = &**lhs {
                    bound.push(name);
                }
            }
            _ => {}
        }
        for part in parts(node) {
            self.walk(part.node, in_context && part.in_context, bound);
        }
        bound.truncate(outside);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> References {
        References::of(&jsonata_core::parser::parse(text).unwrap_or_else(|error| panic!("{text}: {error}")))
    }

    fn objected(text: &str) -> Vec<String> {
        of(text).objections(None)
    }

    #[test]
    fn what_begins_with_neither_states_nor_a_variable_is_objected_to() {
        let of_top = |name: &str| format!("Reference to '{name}' at the top level is not supported.");
        for (text, names) in [
            ("phone", &["phone"][..]),
            ("phone[0].number", &["phone"]),
            ("aaa + bbb & aaa", &["aaa", "bbb"]),
            ("$.phone", &["$"]),
            ("$map($states.input.a, function($x){ b })", &["b"]),
            ("{aaa: 1}", &["aaa"]),
            ("$count(items) > 3 ? left : right", &["items", "left", "right"]),
            ("(x; y)", &["x", "y"]),
        ] {
            assert_eq!(objected(text), names.iter().map(|name| of_top(name)).collect::<Vec<_>>(), "{text}");
        }
        assert_eq!(objected("$states.input.a.$$"), ["Reference to '$$' is not supported."]);
    }

    #[test]
    fn what_is_relative_to_something_found_is_fine() {
        for text in [
            "$states.input.items[phone > 3]",
            "$map($states.input.a, function($x){ $x.phone })",
            "$phone.number",
            "[1,2,3][$ > 1]",
            "[1,2].{'v': $}",
            "$states.input.items^(price).name",
            "$states.input.items{name: price}",
            "$states.input.items.(price * quantity)",
            "($x := $states.input; $x.a)",
            "'phone'",
            "$merge([$states.input, {'a': 1}])",
            "$states.input ~> |items|{'price': price * 2}|",
        ] {
            assert!(objected(text).is_empty(), "{text}: {:?}", objected(text));
        }
    }

    #[test]
    fn members_of_states_are_there_where_the_specification_says() {
        let missing = |member: &str| vec![format!("Field '$states.{member}' does not exist.")];
        assert_eq!(objected("$states.result.x"), missing("result"));
        assert_eq!(objected("$count([$states.errorOutput])"), missing("errorOutput"));
        assert_eq!(objected("$states.foo"), missing("foo"));
        assert!(of("$states.result").objections(Some("result")).is_empty());
        assert!(objected("($states).result").is_empty());
        assert!(objected("[$states, $states.input, $states.context]").is_empty());
    }

    #[test]
    fn variables_are_those_that_are_bound_outside() {
        let variables = |text: &str| of(text).variables.into_iter().collect::<Vec<_>>();
        assert_eq!(variables("$a + $b.c[$d = 1]"), ["a", "b", "d"]);
        assert_eq!(variables("($x := $a; $f := function($y){ $x + $y + $z }; $f(1))"), ["a", "z"]);
        assert_eq!(variables("$map($items, $string) ~> $sum"), ["items"]);
        assert_eq!(variables("'$no' & /* $comment */ $yes"), ["yes"]);
        assert_eq!(variables("$states.input.a#$i.[$i, $j]"), ["j"]);
    }
}
