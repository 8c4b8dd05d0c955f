//! What is said when an expression fails: the words of the reference implementation, which AWS hands on.
//!
//! <https://github.com/jsonata-js/jsonata>

use std::collections::BTreeSet;

use jsonata_core::ast::{AstNode, BinaryOp};
use jsonata_core::value::JValue;

use super::convert::to_value;
use super::tree::parts;

/// AWS's own bounds have no code.
pub(super) const OUT_OF_MEMORY: &str = "Expression evaluation memory limit exceeded: Check for excessive memory usage";
const OUT_OF_STACK: &str =
    "Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive";
const OUT_OF_TIME: &str = "Expression evaluation timeout: Check for infinite loop";

/// As many nodes are evaluated at most to find the one that failed.
const MAX_SUSPECTS: usize = 32;

/// Errors whose text names no values.
const FIXED: &[(&str, &str)] = &[
    ("D1004", "Regular expression matches zero length string"),
    ("D3001", "Attempting to invoke string function on Infinity or NaN"),
    ("D3010", "Second argument of replace function cannot be an empty string"),
    ("D3011", "Fourth argument of replace function must evaluate to a positive number"),
    ("D3012", "Attempted to replace a matched string with a non-string value"),
    ("D3020", "Third argument of split function must evaluate to a positive number"),
    ("D3040", "Third argument of match function must evaluate to a positive number"),
    ("D3050", "The second argument of reduce function must be a function with at least two arguments"),
    (
        "D3070",
        "The single argument form of the sort function can only be applied to an array of strings or an array of numbers.  Use the second argument to specify a comparison function",
    ),
    ("D3080", "The picture string must only contain a maximum of two sub-pictures"),
    ("D3081", "The sub-picture must not contain more than one instance of the 'decimal-separator' character"),
    ("D3082", "The sub-picture must not contain more than one instance of the 'percent' character"),
    ("D3083", "The sub-picture must not contain more than one instance of the 'per-mille' character"),
    ("D3084", "The sub-picture must not contain both a 'percent' and a 'per-mille' character"),
    (
        "D3085",
        "The mantissa part of a sub-picture must contain at least one character that is either an 'optional digit character' or a member of the 'decimal digit family'",
    ),
    (
        "D3086",
        "The sub-picture must not contain a passive character that is preceded by an active character and that is followed by another active character",
    ),
    (
        "D3087",
        "The sub-picture must not contain a 'grouping-separator' character that appears adjacent to a 'decimal-separator' character",
    ),
    ("D3088", "The sub-picture must not contain a 'grouping-separator' at the end of the integer part"),
    ("D3089", "The sub-picture must not contain two adjacent instances of the 'grouping-separator' character"),
    (
        "D3090",
        "The integer part of the sub-picture must not contain a member of the 'decimal digit family' that is followed by an instance of the 'optional digit character'",
    ),
    (
        "D3091",
        "The fractional part of the sub-picture must not contain an instance of the 'optional digit character' that is followed by a member of the 'decimal digit family'",
    ),
    (
        "D3092",
        "A sub-picture that contains a 'percent' or 'per-mille' character must not contain a character treated as an 'exponent-separator'",
    ),
    (
        "D3093",
        "The exponent part of the sub-picture must comprise only of one or more characters that are members of the 'decimal digit family'",
    ),
    ("D3138", "The $single() function expected exactly 1 matching result.  Instead it matched more."),
    ("D3139", "The $single() function expected exactly 1 matching result.  Instead it matched 0."),
    ("T1006", "Attempted to invoke a non-function"),
    ("T1008", "Attempted to partially apply a non-function"),
    ("T2003", "The left side of the range operator (..) must evaluate to an integer"),
    ("T2004", "The right side of the range operator (..) must evaluate to an integer"),
    ("T2006", "The right side of the function application operator ~> must be a function"),
    ("T2008", "The expressions within an order-by clause must evaluate to numeric or string values"),
];

/// Functions that call the functions they are given.
const CALLING: [&str; 8] = ["map", "filter", "reduce", "each", "sift", "single", "sort", "replace"];

/// How the library names the elements of an array that a function wants.
const ELEMENTS: [(&str, &str); 6] = [
    ("Number", "numbers"),
    ("String", "strings"),
    ("Boolean", "booleans"),
    ("Function", "functions"),
    ("Object", "objects"),
    ("Array", "arrays"),
];

/// Evaluates a part of the expression by itself: its value, or the library's words.
pub(super) type Evaluate<'a> = dyn FnMut(&AstNode) -> Result<JValue, String> + 'a;

/// What follows `threw an error during evaluation`; `message` is the library's.
pub(super) fn ending(message: &str, expression: &AstNode, evaluate: &mut Evaluate<'_>) -> String {
    let Some((code, text)) = message.split_once(": ").filter(|(code, _)| is_code(code)) else {
        return format!(": {message}");
    };
    match code {
        "D1011" | "U1001" => return format!(": {OUT_OF_STACK}"),
        "D1012" => return format!(": {OUT_OF_TIME}"),
        "D2014" | "D2015" => return format!(": {OUT_OF_MEMORY}"),
        _ => {}
    }
    let fixed = FIXED.iter().find(|(known, _)| *known == code).map(|(_, text)| (*text).to_owned());
    let told = fixed.or_else(|| match code {
        "T0410" | "T0412" => of_argument(code, message, text, expression, evaluate),
        "T2009" | "T2010" => of_comparison(code, message, expression, evaluate),
        "D3030" => text
            .strip_prefix("Cannot convert '")
            .and_then(|rest| rest.strip_suffix("' to number"))
            .map(|given| format!("Unable to cast value to a number: {}", quoted(given))),
        "D3100" => text.rsplit_once("got ").map(|(_, radix)| {
            format!("The radix of the formatBase function must be between 2 and 36.  It was given {radix}")
        }),
        _ => None,
    });
    format!(". {code}: {}", told.unwrap_or_else(|| quote_operator(text)))
}

fn is_code(text: &str) -> bool {
    text.len() == 5 && text.starts_with(|first: char| first.is_ascii_uppercase()) && text[1..].parse::<u16>().is_ok()
}

fn quoted(text: &str) -> String {
    crate::json::Value::from(text).to_text()
}

/// The reference implementation puts the operator that an error is about into quotes; the library doesn't.
fn quote_operator(message: &str) -> String {
    let quoted = message.split_once(" side of the ").and_then(|(before, rest)| {
        let (operator, after) = rest.split_once(" operator")?;
        let bare = !operator.is_empty() && !operator.contains(['"', ' ']);
        bare.then(|| format!("{before} side of the \"{operator}\" operator{after}"))
    });
    quoted.unwrap_or_else(|| message.to_owned())
}

/// An argument that a function doesn't take.
fn of_argument(
    code: &str,
    message: &str,
    text: &str,
    expression: &AstNode,
    evaluate: &mut Evaluate<'_>,
) -> Option<String> {
    if text.contains("of function \"") {
        return Some(text.to_owned());
    }
    let function = function_name(message, expression, evaluate)?;
    if let Some(given) = text.strip_prefix("Argument count mismatch: ").and_then(|rest| rest.rsplit_once("got ")) {
        // The first that there is no place for, or the first that is missing.
        let given: usize = given.1.parse().ok()?;
        return Some(format!("Argument {} of function \"{function}\" does not match function signature", given.max(1)));
    }
    let position: usize = text.strip_prefix("Argument ")?.split(' ').next()?.parse().ok()?;
    if code == "T0410" {
        return Some(format!("Argument {position} of function \"{function}\" does not match function signature"));
    }
    let (_, element) = text.rsplit_once("array of ")?;
    let element = ELEMENTS.iter().find(|(known, _)| element.starts_with(known)).map_or(element, |(_, plural)| plural);
    Some(format!("Argument {position} of function \"{function}\" must be an array of \"{element}\""))
}

/// Two values that don't compare.
fn of_comparison(code: &str, message: &str, expression: &AstNode, evaluate: &mut Evaluate<'_>) -> Option<String> {
    let is_comparison = |node: &AstNode| matches!(node, AstNode::Binary { op, .. } if symbol(*op).is_some());
    let AstNode::Binary { op, lhs, rhs } = culprit(message, expression, &is_comparison, evaluate)? else { return None };
    let operator = symbol(*op)?;
    if code == "T2010" {
        return Some(format!(
            "The expressions either side of operator \"{operator}\" must evaluate to numeric or string values"
        ));
    }
    let mut value = |node: &AstNode| Some(to_value(&evaluate(node).ok()?)?.to_text());
    let (left, right) = (value(lhs)?, value(rhs)?);
    Some(format!("The values {left} and {right} either side of operator \"{operator}\" must be of the same data type"))
}

fn symbol(operator: BinaryOp) -> Option<&'static str> {
    Some(match operator {
        BinaryOp::LessThan => "<",
        BinaryOp::LessThanOrEqual => "<=",
        BinaryOp::GreaterThan => ">",
        BinaryOp::GreaterThanOrEqual => ">=",
        _ => return None,
    })
}

/// The function that failed: that of the call which fails by itself in the same way, or the only one there is.
fn function_name(message: &str, expression: &AstNode, evaluate: &mut Evaluate<'_>) -> Option<String> {
    // What calls functions fails with them.
    let is_call = |node: &AstNode| called(node).is_some_and(|name| !CALLING.contains(&name));
    if let Some(found) = culprit(message, expression, &is_call, evaluate) {
        return called(found).map(str::to_owned);
    }
    let mut names = BTreeSet::new();
    collect_calls(expression, &mut names);
    let (calling, plain): (Vec<&str>, Vec<&str>) = names.into_iter().partition(|name| CALLING.contains(name));
    match (&plain[..], &calling[..]) {
        ([name], _) | ([], [name]) => Some((*name).to_owned()),
        _ => None,
    }
}

fn called(node: &AstNode) -> Option<&str> {
    match node {
        AstNode::Function { name, .. } => Some(name),
        AstNode::Binary { op: BinaryOp::ChainPipe, rhs, .. } => match &**rhs {
            AstNode::Variable(name) | AstNode::Function { name, .. } => Some(name),
            _ => None,
        },
        _ => None,
    }
}

fn collect_calls<'a>(node: &'a AstNode, names: &mut BTreeSet<&'a str>) {
    names.extend(called(node));
    parts(node).iter().for_each(|part| collect_calls(part.node, names));
}

/// The innermost node of a kind that fails by itself with the same words.
fn culprit<'a>(
    message: &str,
    node: &'a AstNode,
    is_suspect: &dyn Fn(&AstNode) -> bool,
    evaluate: &mut Evaluate<'_>,
) -> Option<&'a AstNode> {
    let mut suspects = Vec::new();
    collect_suspects(node, is_suspect, &mut suspects);
    suspects.into_iter().take(MAX_SUSPECTS).find(|suspect| evaluate(suspect).is_err_and(|told| told == message))
}

/// Nodes that can be evaluated by themselves, the inner ones first.
fn collect_suspects<'a>(node: &'a AstNode, is_suspect: &dyn Fn(&AstNode) -> bool, suspects: &mut Vec<&'a AstNode>) {
    if matches!(node, AstNode::Lambda { .. }) {
        return;
    }
    for part in parts(node).into_iter().filter(|part| part.in_context) {
        collect_suspects(part.node, is_suspect, suspects);
    }
    if is_suspect(node) {
        suspects.push(node);
    }
}

/// How the library names tokens, and how they are written.
const TOKENS: &[(&str, &str)] = &[
    ("Plus", "+"),
    ("Minus", "-"),
    ("StarStar", "**"),
    ("Star", "*"),
    ("Slash", "/"),
    ("Percent", "%"),
    ("NotEqual", "!="),
    ("Equal", "="),
    ("LessThanOrEqual", "<="),
    ("LessThan", "<"),
    ("GreaterThanOrEqual", ">="),
    ("GreaterThan", ">"),
    ("And", "and"),
    ("Or", "or"),
    ("In", "in"),
    ("Ampersand", "&"),
    ("DotDot", ".."),
    ("Dot", "."),
    ("QuestionQuestion", "??"),
    ("QuestionColon", "?:"),
    ("Question", "?"),
    ("ColonEqual", ":="),
    ("Colon", ":"),
    ("TildeArrow", "~>"),
    ("LeftParen", "("),
    ("RightParen", ")"),
    ("LeftBracket", "["),
    ("RightBracket", "]"),
    ("LeftBrace", "{"),
    ("RightBrace", "}"),
    ("Comma", ","),
    ("Semicolon", ";"),
    ("Caret", "^"),
    ("Pipe", "|"),
    ("Hash", "#"),
    ("At", "@"),
    ("True", "true"),
    ("False", "false"),
    ("Null", "null"),
    ("Eof", "(end)"),
];

/// What is wrong with an expression that can't be parsed, without the code; `message` is the library's.
pub(super) fn unparsable(message: &str) -> String {
    let message = message.strip_prefix("Invalid syntax: ").unwrap_or(message);
    let text = match message.split_once(": ") {
        Some((code, text)) if is_code(code) => text,
        _ => message,
    };
    let rewritten = || -> Option<String> {
        if let Some(rest) = text.strip_prefix("Expected ") {
            if let Some((expected, found)) = rest.split_once(", got ") {
                return Some(format!("Expected {}, got {}", token(expected), token(found)));
            }
            let expected = rest.strip_suffix(" before end of expression")?;
            return Some(format!("Expected {} before end of expression", token(expected)));
        }
        if let Some(rest) = text.strip_prefix("The symbol ") {
            let symbol = rest.strip_suffix(" cannot be used as a unary operator")?;
            return Some(format!("The symbol {} cannot be used as a unary operator", token(symbol)));
        }
        let found = text.strip_prefix("Syntax error: ")?;
        Some(format!("Syntax error: {}", token(found)))
    };
    rewritten().unwrap_or_else(|| text.to_owned())
}

/// A token as it is written, in quotes unless it is a number.
fn token(name: &str) -> String {
    if let Some((_, written)) = TOKENS.iter().find(|(known, _)| *known == name) {
        return quoted(written);
    }
    let inner = name.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
    match inner {
        Some(number) if name.starts_with("Number(") => number.strip_suffix(".0").unwrap_or(number).to_owned(),
        Some(text) if text.starts_with('"') => text.to_owned(),
        _ => quoted(name),
    }
}

#[cfg(test)]
mod tests {
    use super::unparsable;

    fn refused(text: &str) -> String {
        unparsable(&jsonata_core::parser::parse(text).expect_err("does not parse").to_string())
    }

    #[test]
    fn what_cannot_be_parsed_is_told_in_the_words_of_the_reference() {
        for (text, told) in [
            ("a[1,2)", "Expected \"]\", got \",\""),
            ("\"unterminated", "String literal must be terminated by a matching quote"),
            ("1 +", "Unexpected end of expression"),
            ("{\"a\":}", "The symbol \"}\" cannot be used as a unary operator"),
            ("$x :=", "Unexpected end of expression"),
            ("", "Unexpected end of expression"),
            ("(1", "Expected \")\" before end of expression"),
            ("1 2", "Syntax error: 2"),
            ("1 'a'", "Syntax error: \"a\""),
        ] {
            assert_eq!(refused(text), told, "{text}");
        }
    }
}
