//! Deploying one stack: its resources level by level, those of a level at the same time.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::join_all;
use serde_json::{Map, Value};
use service::ServiceError;

use crate::deploy::Deployment;
use crate::error::{CloudFormationError, at};
use crate::evaluation::{Evaluation, Made};
use crate::kinds::{Aws, Desired, Kind, Previous};
use crate::parameters::as_text;
use crate::physical::default_name;
use crate::place::{Place, Spot};
use crate::records::{Record, Status};
use crate::report::{Outcome, ResourceReport};
use crate::support::{Module, module};
use crate::template::{Policy, Resource, Template};
use crate::values::Values;
use crate::{conditions, order};

/// What is to be done about a resource.
enum Action {
    /// It is as it should be.
    Keep(Record),
    /// It is only taken note of.
    Declare,
    Create,
    /// Its making was begun and never finished: whatever there is of it goes first.
    CreateAgain(Record),
    Update(Record),
    /// A new one under another name; the old one goes when everything else is done, or stays if that is its policy.
    Replace {
        before: Record,
        retain: bool,
    },
    /// A new one under the same name, so the old one goes first.
    ReplaceInPlace(Record),
}

/// A resource as it should be, and what that takes.
struct Plan {
    record: Record,
    name: String,
    action: Action,
    notes: Vec<String>,
}

impl Deployment<'_> {
    pub(crate) async fn deploy_stack(&mut self, template: &Template) -> Result<(), CloudFormationError> {
        let parameters = self.parameters(template).await?;
        let exports = self.exports.clone();
        let mut made: BTreeMap<String, Made> = BTreeMap::new();
        let conditions = {
            let none = BTreeMap::new();
            conditions::evaluate(template, &self.evaluation(template, &parameters, &none, &made, &exports))?
        };
        let is_active = |name: &str| {
            let condition = template.resources.get(name).and_then(|resource| resource.condition.as_ref());
            condition.is_none_or(|condition| conditions.get(condition) != Some(&false))
        };
        let mut skipped: BTreeSet<String> = BTreeSet::new();
        for level in order::levels(template, is_active)? {
            let mut plans = Vec::with_capacity(level.len());
            for logical_id in &level {
                self.wanted.insert((template.stack.clone(), logical_id.clone()));
                let resource = &template.resources[logical_id];
                if let Some(reason) = self.reason_to_skip(template, logical_id, resource, &skipped) {
                    skipped.insert(logical_id.clone());
                    self.tell(template, logical_id, String::new(), Outcome::Skipped, vec![reason]);
                    continue;
                }
                let evaluation = self.evaluation(template, &parameters, &conditions, &made, &exports);
                plans.push(self.plan(&evaluation, logical_id, resource).await?);
            }
            made.extend(self.carry_out(template, plans).await?);
        }
        let evaluation = self.evaluation(template, &parameters, &conditions, &made, &exports);
        let (outputs, exported) = outputs(&evaluation, &conditions, &skipped)?;
        self.report.outputs.insert(template.stack.clone(), outputs);
        self.exports.extend(exported);
        Ok(())
    }

    fn evaluation<'a>(
        &'a self,
        template: &'a Template,
        parameters: &'a BTreeMap<String, Value>,
        conditions: &'a BTreeMap<String, bool>,
        made: &'a BTreeMap<String, Made>,
        exports: &'a BTreeMap<String, Value>,
    ) -> Evaluation<'a> {
        Evaluation { template, scope: self.scope, parameters, conditions, made, exports }
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

    fn reason_to_skip(
        &self,
        template: &Template,
        logical_id: &str,
        resource: &Resource,
        skipped: &BTreeSet<String>,
    ) -> Option<String> {
        let lacking = self.lacking.get(&(template.stack.clone(), logical_id.to_owned())).cloned();
        let uses =
            || resource.uses.intersection(skipped).next().map(|used| format!("it uses {used}, which is skipped"));
        lacking.or_else(uses)
    }

    /// Evaluates a resource and compares it with what was deployed.
    async fn plan(
        &self,
        evaluation: &Evaluation<'_>,
        logical_id: &str,
        resource: &Resource,
    ) -> Result<Plan, CloudFormationError> {
        let template = evaluation.template;
        let root = Place::file(&template.file);
        let resources = root.name("Resources");
        let place = resources.name(logical_id);
        let value = evaluation.value(&resource.properties, &place.name("Properties"))?;
        let Some(Value::Object(mut properties)) = value else { return Err(at(&place, "the properties are no object")) };
        let values = Values { services: self.services, written: &self.written };
        values.resolve(&mut properties, &|| place.spot()).await?;
        if let Some(binary) = &resource.binary
            && resource.resource_type == "AWS::Lambda::Function"
        {
            properties.insert("Code".to_owned(), serde_json::json!({"SluiceBinary": binary}));
        }
        let before = self.recorded.get(&(template.stack.clone(), logical_id.to_owned())).cloned();
        let generation = before.as_ref().map_or(0, |before| before.generation);
        let mut record = Record {
            stack: template.stack.clone(),
            logical_id: logical_id.to_owned(),
            file: template.file.clone(),
            resource_type: resource.resource_type.clone(),
            physical_id: String::new(),
            status: Status::Begun,
            generation,
            position: 0,
            retain: resource.deletion_policy == Policy::Retain,
            properties,
            attributes: Map::new(),
        };
        let Some(Module::Made(kind)) = module(&resource.resource_type) else {
            let name = default_name(&template.stack, logical_id, &resource.resource_type, generation);
            return Ok(Plan { record, name, action: Action::Declare, notes: Vec::new() });
        };
        let noted = kind.declared().iter().filter(|name| record.properties.contains_key(**name));
        let notes = noted.map(|name| format!("{name} has no effect here")).collect();
        let action = action(kind, before, &mut record, resource, &place)?;
        let default = default_name(&template.stack, logical_id, &resource.resource_type, record.generation);
        let given = kind.name_property().and_then(|property| record.properties.get(property)?.as_str());
        let name = given.map_or(default, str::to_owned);
        record.physical_id.clone_from(&name);
        Ok(Plan { record, name, action, notes })
    }

    /// Carries out the plans of a level and records what came of them.
    async fn carry_out(
        &mut self,
        template: &Template,
        mut plans: Vec<Plan>,
    ) -> Result<Vec<(String, Made)>, CloudFormationError> {
        for plan in &mut plans {
            self.position += 1;
            plan.record.position = self.position;
        }
        let begun = plans
            .iter()
            .filter(|plan| matches!(&plan.action, Action::Create | Action::CreateAgain(_) | Action::ReplaceInPlace(_)));
        self.records.change(begun.map(|plan| plan.record.clone()).collect(), Vec::new()).await?;

        let outcomes = {
            let this: &Self = self;
            join_all(plans.into_iter().map(|plan| this.do_one(plan))).await
        };
        let (mut results, mut written, mut removed) = (Vec::new(), Vec::new(), Vec::new());
        let mut failure = None;
        for outcome in outcomes {
            match outcome {
                Ok(Done { record, made, outcome, leaving, changed }) => {
                    if record.resource_type == "AWS::SSM::Parameter"
                        && let Some(value) = record.properties.get("Value").and_then(as_text)
                    {
                        self.written.insert(made.physical_id.clone(), value);
                    }
                    if changed {
                        written.push(record.clone());
                    }
                    written.extend(leaving);
                    self.recorded.insert(record.key(), record.clone());
                    self.tell(template, &record.logical_id, made.physical_id.clone(), outcome, made.notes.clone());
                    results.push((record.logical_id, made));
                }
                Err(failed) => {
                    let Failed { key, was_begun, error } = *failed;
                    if was_begun {
                        self.recorded.remove(&key);
                        removed.push(key);
                    }
                    failure = failure.or(Some(error));
                }
            }
        }
        for leaving in written.iter().filter(|record| record.status == Status::Leaving) {
            self.recorded.insert(leaving.key(), leaving.clone());
        }
        self.records.change(written, removed).await?;
        failure.map_or(Ok(results), Err)
    }

    async fn do_one(&self, plan: Plan) -> Result<Done, Box<Failed>> {
        let Plan { record, name, action, notes } = plan;
        let aws = Aws { services: self.services, scope: self.scope };
        let properties = record.properties.clone();
        let desired = Desired { default_name: name, properties: &properties };
        let kind = match module(&record.resource_type) {
            Some(Module::Made(kind)) => kind,
            Some(Module::Declared(declared)) => {
                let made = declared.made(self.scope, &desired);
                let record = finished(record, &made);
                let changed = self.recorded.get(&record.key()).is_none_or(|before| before.properties != properties);
                return Ok(Done { record, made, outcome: Outcome::Declared, leaving: None, changed });
            }
            None => unreachable!("resources without a module were skipped"),
        };
        let mut leaving = None;
        let (result, outcome) = match action {
            Action::Keep(before) => {
                let made =
                    Made { physical_id: before.physical_id.clone(), attributes: before.attributes.clone(), notes };
                let changed = before.retain != record.retain;
                let record = Record { retain: record.retain, ..before };
                return Ok(Done { record, made, outcome: Outcome::Unchanged, leaving: None, changed });
            }
            Action::Declare | Action::Create => (kind.create(&aws, &desired).await, Outcome::Created),
            Action::CreateAgain(before) => (create_anew(kind, &aws, &before, &desired).await, Outcome::Created),
            Action::ReplaceInPlace(before) => (create_anew(kind, &aws, &before, &desired).await, Outcome::Replaced),
            Action::Update(before) => (kind.update(&aws, &previous(&before), &desired).await, Outcome::Updated),
            Action::Replace { before, retain } => {
                let logical_id = format!("{}~{}", before.logical_id, before.generation);
                leaving = (!retain).then(|| Record { logical_id, status: Status::Leaving, ..before });
                (kind.create(&aws, &desired).await, Outcome::Replaced)
            }
        };
        match result {
            Ok(mut made) => {
                made.notes.extend(notes);
                let record = finished(record, &made);
                Ok(Done { record, made, outcome, leaving, changed: true })
            }
            Err(error) => {
                let error = CloudFormationError::Provision {
                    spot: Spot { file: record.file.clone(), pointer: format!("/Resources/{}", record.logical_id) },
                    resource_type: record.resource_type.clone(),
                    logical_id: record.logical_id.clone(),
                    action: if outcome == Outcome::Updated { "updated" } else { "created" },
                    error: Box::new(error),
                };
                let was_begun = outcome != Outcome::Updated && leaving.is_none();
                Err(Box::new(Failed { key: record.key(), was_begun, error }))
            }
        }
    }

    fn tell(
        &mut self,
        template: &Template,
        logical_id: &str,
        physical_id: String,
        outcome: Outcome,
        notes: Vec<String>,
    ) {
        self.report.resources.push(ResourceReport {
            stack: template.stack.clone(),
            logical_id: logical_id.to_owned(),
            resource_type: template.resources[logical_id].resource_type.clone(),
            physical_id,
            outcome,
            notes,
        });
    }
}

/// A plan that was carried out.
struct Done {
    record: Record,
    made: Made,
    outcome: Outcome,
    /// The old resource that is to be deleted later.
    leaving: Option<Record>,
    /// Whether the record differs from what is in the store.
    changed: bool,
}

/// A plan that was not.
struct Failed {
    key: (String, String),
    /// Whether it was recorded as begun, and there is nothing now.
    was_begun: bool,
    error: CloudFormationError,
}

/// Decides what a resource takes, given how it was deployed before.
fn action(
    kind: &dyn Kind,
    before: Option<Record>,
    record: &mut Record,
    resource: &Resource,
    place: &Place<'_>,
) -> Result<Action, CloudFormationError> {
    let Some(before) = before else { return Ok(Action::Create) };
    if before.status == Status::Begun {
        return Ok(Action::CreateAgain(before));
    }
    let is_same_type = before.resource_type == record.resource_type;
    if is_same_type && before.properties == record.properties {
        return Ok(Action::Keep(before));
    }
    let differs = |name: &&&str| before.properties.get(**name) != record.properties.get(**name);
    let replacing = match kind.replacing().iter().find(differs) {
        None if is_same_type => return Ok(Action::Update(before)),
        replacing => replacing.copied().filter(|_| is_same_type),
    };
    let holds_data = match module(&before.resource_type) {
        Some(Module::Made(kind)) => kind.holds_data(),
        _ => false,
    };
    let retain = resource.update_replace_policy == Policy::Retain;
    let given = |properties: &Map<String, Value>| kind.name_property().and_then(|name| properties.get(name).cloned());
    let name = given(&record.properties);
    let same_name = is_same_type && name.is_some() && name == given(&before.properties);
    if holds_data || (same_name && retain) {
        let properties = place.name("Properties");
        return Err(CloudFormationError::Replacement {
            spot: replacing.map_or_else(|| place.spot(), |name| properties.name(name).spot()),
            resource_type: before.resource_type.clone(),
            logical_id: before.logical_id.clone(),
            property: replacing.unwrap_or("Type").to_owned(),
        });
    }
    record.generation += 1;
    Ok(if same_name { Action::ReplaceInPlace(before) } else { Action::Replace { before, retain } })
}

async fn create_anew(
    kind: &dyn Kind,
    aws: &Aws<'_>,
    before: &Record,
    desired: &Desired<'_>,
) -> Result<Made, ServiceError> {
    kind.delete(aws, &previous(before)).await?;
    kind.create(aws, desired).await
}

/// A record as a resource's module sees it.
pub(crate) fn previous(record: &Record) -> Previous<'_> {
    Previous { physical_id: &record.physical_id, properties: &record.properties, attributes: &record.attributes }
}

fn finished(record: Record, made: &Made) -> Record {
    Record {
        physical_id: made.physical_id.clone(),
        attributes: made.attributes.clone(),
        status: Status::Made,
        ..record
    }
}

type Named = BTreeMap<String, Value>;

/// The outputs of a stack, and those among them that are exported.
fn outputs(
    evaluation: &Evaluation<'_>,
    conditions: &BTreeMap<String, bool>,
    skipped: &BTreeSet<String>,
) -> Result<(Named, Named), CloudFormationError> {
    let root = Place::file(&evaluation.template.file);
    let section = root.name("Outputs");
    let (mut outputs, mut exports) = (Named::new(), Named::new());
    for (name, output) in &evaluation.template.outputs {
        if output.condition.as_ref().is_some_and(|condition| conditions.get(condition) == Some(&false)) {
            continue;
        }
        let place = section.name(name);
        let value = match evaluation.value(&output.value, &place.name("Value")) {
            Ok(value) => value.unwrap_or_default(),
            // It may be about a resource that was left out.
            Err(_) if !skipped.is_empty() => continue,
            Err(error) => return Err(error),
        };
        if let Some(export) = &output.export
            && let Some(Value::String(export)) = evaluation.value(export, &place.name("Export"))?
        {
            exports.insert(export, value.clone());
        }
        outputs.insert(name.clone(), value);
    }
    Ok((outputs, exports))
}
