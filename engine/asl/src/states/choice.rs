//! Choice: goes on with the first rule that holds.

use crate::data::Data;
use crate::execution::{Execution, FrameId};
use crate::failure::Failure;
use crate::json::{Payload, Value};
use crate::jsonata::Expression;
use crate::machine::{Fields, Names, QueryLanguage, State};
use crate::path::Path;
use crate::states::comparison::{Test, is_operator};
use crate::template::Template;

/// What makes an object a condition.
const KINDS: [&str; 5] = ["And", "Or", "Not", "Variable", "Condition"];
/// What a rule has besides its condition, and what a condition within another has.
const RULE: &[&str] = &["Next", "Assign", "Comment"];
const CONDITION: &[&str] = &["Comment"];
/// Conditions within conditions.
const MAX_DEPTH: usize = 64;

/// A Choice state.
#[derive(Debug)]
pub(crate) struct Choice {
    rules: Vec<Rule>,
    default: Option<usize>,
}

#[derive(Debug)]
pub(super) struct Rule {
    pub(super) condition: Condition,
    next: usize,
    pub(super) assign: Option<Template>,
    pub(super) output: Option<Template>,
}

#[derive(Debug)]
pub(super) enum Condition {
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Not(Box<Condition>),
    Test {
        variable: Path,
        test: Test,
    },
    /// JSONata's `Condition`, and the field's name for error texts.
    Expression {
        field: String,
        expression: Expression,
    },
    Always(bool),
}

impl Choice {
    pub(crate) const FIELDS: &[&str] = &["Choices", "Default"];

    pub(crate) fn read(fields: &Fields<'_>, names: &Names<'_>) -> Option<Self> {
        fields.require(&["Choices"]);
        let default = if fields.has("Default") { Some(names.target(fields, "Default")?) } else { None };
        let rules: Vec<_> =
            fields.objects("Choices").iter().enumerate().map(|(index, rule)| read_rule(rule, index, names)).collect();
        fields.refuse_empty("Choices");
        Some(Self { rules: rules.into_iter().collect::<Option<_>>()?, default })
    }

    /// Where the state can lead to, and what is assigned on the way; `own` is the state's `Assign`, for its default.
    pub(crate) fn ways<'a>(
        &'a self,
        own: Option<&'a Template>,
    ) -> impl Iterator<Item = (usize, Option<&'a Template>)> + 'a {
        let rules = self.rules.iter().map(|rule| (rule.next, rule.assign.as_ref()));
        rules.chain(self.default.map(|next| (next, own)))
    }

    /// What each rule assigns.
    pub(crate) fn assignments(&self) -> impl Iterator<Item = Option<&Template>> {
        self.rules.iter().map(|rule| rule.assign.as_ref())
    }

    pub(super) fn rules(&self) -> &[Rule] {
        &self.rules
    }

    pub(crate) fn begin(&self, execution: &mut Execution, frame: FrameId, state: &State) -> Result<(), Failure> {
        let input = match state.io.language {
            QueryLanguage::JsonPath => execution.effective_input(frame, &state.io)?,
            QueryLanguage::Jsonata => execution.input(frame),
        };
        let chosen = execution.evaluate(frame, &input, |data| self.choose(&data))?;
        let (next, output, assign) = match chosen {
            Some((_, rule)) => (Some(rule.next), &rule.output, &rule.assign),
            None => (self.default, &state.io.output, &state.io.assign),
        };
        let field = |name: &str| match chosen {
            Some((index, _)) => format!("Choices[{index}]/{name}"),
            None => name.to_owned(),
        };
        let Some(next) = next else {
            return Err(Failure::runtime(
                "Failed to transition out of the state. The state does not point to a next state.",
            ));
        };
        let (output, assigned) = execution.evaluate(frame, &input, |data| {
            let assigned = match assign {
                Some(template) => template.evaluate_members(&field("Assign"), &data)?,
                None => Vec::new(),
            };
            let output = match output {
                Some(template) => Payload::from(template.evaluate(&field("Output"), &data)?),
                None => state.io.output_path.apply(&input, &data)?,
            };
            Ok((output, assigned))
        })?;
        execution.exit(frame, state, output, assigned, Some(next))
    }

    /// The first rule that holds, and its index.
    fn choose(&self, data: &Data<'_>) -> Result<Option<(usize, &Rule)>, Failure> {
        for (index, rule) in self.rules.iter().enumerate() {
            if rule.condition.holds(data)? {
                return Ok(Some((index, rule)));
            }
        }
        Ok(None)
    }
}

fn read_rule(fields: &Fields<'_>, index: usize, names: &Names<'_>) -> Option<Rule> {
    fields.require(&["Next"]);
    refuse_unknown(fields, RULE);
    let condition = match fields.language {
        QueryLanguage::Jsonata => jsonata_condition(fields, index),
        QueryLanguage::JsonPath => condition(fields, 0),
    };
    let next = names.target(fields, "Next");
    let output = (fields.language == QueryLanguage::Jsonata).then(|| fields.template("Output")).flatten();
    Some(Rule { condition: condition?, next: next?, assign: fields.assign(), output })
}

fn jsonata_condition(fields: &Fields<'_>, index: usize) -> Option<Condition> {
    check_kind(fields);
    if let Some(expression) = fields.expression("Condition") {
        let field = format!("Choices[{index}]/Condition");
        return expression.map(|expression| Condition::Expression { field, expression });
    }
    match fields.get("Condition")? {
        Value::Bool(value) => Some(Condition::Always(*value)),
        _ => {
            fields.field_problem("Condition", "Condition must be a boolean or a JSONata expression");
            None
        }
    }
}

fn condition(fields: &Fields<'_>, depth: usize) -> Option<Condition> {
    if depth > MAX_DEPTH {
        fields.problem(format!("Conditions are nested more than {MAX_DEPTH} levels deep"));
        return None;
    }
    if depth > 0 {
        refuse_unknown(fields, CONDITION);
    }
    let all = |name: &str| -> Option<Vec<Condition>> {
        fields.refuse_empty(name);
        fields.objects(name).iter().map(|inner| condition(inner, depth + 1)).collect()
    };
    check_kind(fields);
    if fields.has("And") {
        return all("And").map(Condition::And);
    }
    if fields.has("Or") {
        return all("Or").map(Condition::Or);
    }
    if fields.has("Not") {
        return condition(&fields.object("Not")?, depth + 1).map(|inner| Condition::Not(Box::new(inner)));
    }
    if !fields.has("Variable") {
        return None;
    }
    let variable = fields.compared_path("Variable");
    let test = Test::read(fields);
    Some(Condition::Test { variable: variable?, test: test? })
}

/// Reports a condition of no kind, or of several.
fn check_kind(fields: &Fields<'_>) {
    if KINDS.iter().filter(|kind| fields.has(kind)).count() != 1 {
        fields.problem(format!("The object must have only one of the following fields, [{}]", KINDS.join(", ")));
    }
}

/// Reports the fields that neither a condition in the state's language nor `known` has.
fn refuse_unknown(fields: &Fields<'_>, known: &[&str]) {
    for name in fields.members.keys() {
        let is_known = match fields.language {
            QueryLanguage::JsonPath => (KINDS.contains(&&**name) && &**name != "Condition") || is_operator(name),
            QueryLanguage::Jsonata => &**name == "Condition" || &**name == "Output",
        };
        if !is_known && !known.contains(&&**name) {
            fields.refuse(name);
        }
    }
}

impl Condition {
    fn holds(&self, data: &Data<'_>) -> Result<bool, Failure> {
        match self {
            Self::Always(value) => Ok(*value),
            Self::Test { variable, test } => test.holds(variable, data),
            Self::Not(inner) => inner.holds(data).map(|holds| !holds),
            Self::And(conditions) => {
                for condition in conditions {
                    if !condition.holds(data)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Self::Or(conditions) => {
                for condition in conditions {
                    if condition.holds(data)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Self::Expression { field, expression } => match expression.evaluate(field, data)? {
                Value::Bool(value) => Ok(value),
                other => Err(expression.unexpected(field, "boolean", &other)),
            },
        }
    }
}
