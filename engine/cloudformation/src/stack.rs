//! Deploying stacks that don't need each other: level by level, what is on a level at the same time.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use service::Scope;

use crate::deploy::Deployment;
use crate::error::{CloudFormationError, at};
use crate::evaluation::{Evaluation, Made};
use crate::place::Place;
use crate::report::{Outcome, ResourceReport};
use crate::template::Template;
use crate::values::Values;
use crate::{conditions, order};

/// A stack that is being deployed.
struct Stack<'a> {
    template: &'a Template,
    parameters: BTreeMap<String, Value>,
    conditions: BTreeMap<String, bool>,
    /// Logical ids, those first that others need.
    levels: Vec<Vec<String>>,
    made: BTreeMap<String, Made>,
    skipped: BTreeSet<String>,
}

impl Stack<'_> {
    fn evaluation<'a>(&'a self, scope: &'a Scope, exports: &'a BTreeMap<String, Value>) -> Evaluation<'a> {
        let Self { template, parameters, conditions, made, .. } = self;
        Evaluation { template, scope, parameters, conditions, made, exports }
    }
}

impl Deployment<'_> {
    /// Deploys stacks of which none needs another.
    pub(crate) async fn deploy_stacks(&mut self, templates: &[&Template]) -> Result<(), CloudFormationError> {
        let mut stacks = Vec::with_capacity(templates.len());
        for template in templates {
            stacks.push(self.begin(template).await?);
        }
        let levels = stacks.iter().map(|stack| stack.levels.len()).max().unwrap_or(0);
        for level in 0..levels {
            let mut plans = Vec::new();
            for stack in &mut stacks {
                for logical_id in stack.levels.get(level).cloned().unwrap_or_default() {
                    self.wanted.insert((stack.template.stack.clone(), logical_id.clone()));
                    if let Some(reason) = self.reason_to_skip(stack, &logical_id) {
                        self.skip(stack, logical_id, reason);
                        continue;
                    }
                    let evaluation = stack.evaluation(self.scope, &self.exports);
                    plans.push(self.plan(&evaluation, &logical_id, &stack.template.resources[&logical_id]).await?);
                }
            }
            for ((name, logical_id), made) in self.carry_out(plans).await? {
                if let Some(stack) = stacks.iter_mut().find(|stack| stack.template.stack == name) {
                    stack.made.insert(logical_id, made);
                }
            }
        }
        for stack in &stacks {
            self.finish(stack)?;
        }
        Ok(())
    }

    /// The values of parameters and conditions, and with them the resources that there are to be.
    async fn begin<'a>(&self, template: &'a Template) -> Result<Stack<'a>, CloudFormationError> {
        let parameters = self.parameters(template).await?;
        let mut stack = Stack {
            template,
            parameters,
            conditions: BTreeMap::new(),
            levels: Vec::new(),
            made: BTreeMap::new(),
            skipped: BTreeSet::new(),
        };
        stack.conditions = conditions::evaluate(template, &stack.evaluation(self.scope, &self.exports))?;
        let is_active = |name: &str| {
            let condition = template.resources.get(name).and_then(|resource| resource.condition.as_ref());
            condition.is_none_or(|condition| stack.conditions.get(condition) != Some(&false))
        };
        stack.levels = order::levels(template, is_active)?;
        Ok(stack)
    }

    /// The values of the parameters that something refers to.
    async fn parameters(&self, template: &Template) -> Result<BTreeMap<String, Value>, CloudFormationError> {
        let root = Place::file(&template.file);
        let section = root.name("Parameters");
        let values = Values { services: self.services, written: &self.written };
        let mut found = BTreeMap::new();
        for name in &template.used_parameters {
            let (place, parameter) = (section.name(name), &template.parameters[name]);
            let text = self.options.parameters.get(name).or(parameter.default.as_ref());
            let text = text.ok_or_else(|| at(&place, "the parameter has no value; give it one or a Default"))?;
            parameter.check(text, &place)?;
            let value = if parameter.from_ssm {
                parameter.value(&values.parameter(text, &|| place.spot()).await?)
            } else {
                parameter.value(text)
            };
            found.insert(name.clone(), value);
        }
        Ok(found)
    }

    fn reason_to_skip(&self, stack: &Stack<'_>, logical_id: &str) -> Option<String> {
        let lacking = self.lacking.get(&(stack.template.stack.clone(), logical_id.to_owned())).cloned();
        let mut used = stack.template.resources[logical_id].uses.intersection(&stack.skipped);
        lacking.or_else(|| used.next().map(|used| format!("it uses {used}, which is skipped")))
    }

    fn skip(&mut self, stack: &mut Stack<'_>, logical_id: String, reason: String) {
        self.report.resources.push(ResourceReport {
            stack: stack.template.stack.clone(),
            logical_id: logical_id.clone(),
            resource_type: stack.template.resources[&logical_id].resource_type.clone(),
            physical_id: String::new(),
            outcome: Outcome::Skipped,
            notes: vec![reason],
        });
        stack.skipped.insert(logical_id);
    }

    /// The outputs of a stack, and those among them that it exports.
    fn finish(&mut self, stack: &Stack<'_>) -> Result<(), CloudFormationError> {
        let template = stack.template;
        let root = Place::file(&template.file);
        let section = root.name("Outputs");
        let (mut outputs, mut exports) = (BTreeMap::new(), BTreeMap::new());
        let evaluation = stack.evaluation(self.scope, &self.exports);
        for (name, output) in &template.outputs {
            if output.condition.as_ref().is_some_and(|condition| stack.conditions.get(condition) == Some(&false)) {
                continue;
            }
            let place = section.name(name);
            let value = match evaluation.value(&output.value, &place.name("Value")) {
                Ok(value) => value.unwrap_or_default(),
                // It may be about a resource that was left out.
                Err(_) if !stack.skipped.is_empty() => continue,
                Err(error) => return Err(error),
            };
            if let Some(export) = &output.export
                && let Some(Value::String(export)) = evaluation.value(export, &place.name("Export"))?
            {
                exports.insert(export, value.clone());
            }
            outputs.insert(name.clone(), value);
        }
        self.report.outputs.insert(template.stack.clone(), outputs);
        self.exports.extend(exports);
        Ok(())
    }
}
