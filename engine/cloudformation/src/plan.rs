//! What is to be done about a resource: as the template wants it, against as it was deployed.

use serde_json::{Map, Value, json};

use crate::deploy::Deployment;
use crate::error::{CloudFormationError, at};
use crate::evaluation::Evaluation;
use crate::kinds::Kind;
use crate::physical::default_name;
use crate::place::Place;
use crate::records::{Record, Status};
use crate::support::{Module, module};
use crate::template::{Policy, Resource};
use crate::values::Values;

/// What is to be done about a resource.
pub(crate) enum Action {
    /// It is as it should be.
    Keep(Record),
    /// It is only taken note of.
    Declare,
    Create,
    /// Its making was begun and never finished: whatever there is of it goes first.
    CreateAgain(Record),
    Update(Record),
    /// A new one takes its place, under another name.
    Replace(Record),
    /// A new one takes its place and its name, so the old one goes first.
    ReplaceInPlace(Record),
}

/// A resource as it should be, and what that takes.
pub(crate) struct Plan {
    pub(crate) record: Record,
    /// The name it has or gets.
    pub(crate) name: String,
    pub(crate) action: Action,
    /// What was there before and goes when everything else is done.
    pub(crate) leaving: Option<Record>,
    /// What it declares that has no effect here.
    pub(crate) notes: Vec<String>,
}

impl Plan {
    /// Whether the store must know that it was begun before it is.
    pub(crate) fn needs_intent(&self) -> bool {
        !matches!(self.action, Action::Keep(_) | Action::Declare | Action::Update(_))
    }
}

impl Deployment<'_> {
    /// Evaluates a resource and compares it with what was deployed.
    pub(crate) async fn plan(
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
            properties.insert("Code".to_owned(), json!({"SluiceBinary": binary}));
        }
        let before = self.recorded.get(&(template.stack.clone(), logical_id.to_owned())).cloned();
        let mut record = Record {
            stack: template.stack.clone(),
            logical_id: logical_id.to_owned(),
            file: template.file.clone(),
            resource_type: resource.resource_type.clone(),
            physical_id: String::new(),
            status: Status::Begun,
            generation: before.as_ref().map_or(0, |before| before.generation),
            position: 0,
            retain: resource.deletion_policy == Policy::Retain,
            properties,
            attributes: Map::new(),
        };
        let (action, notes) = match module(&resource.resource_type) {
            Some(Module::Made(kind)) => {
                let action = action(kind, before, &record, resource, &place)?;
                let noted = kind.declared().iter().filter(|name| record.properties.contains_key(**name));
                (action, noted.map(|name| format!("{name} has no effect here")).collect())
            }
            _ => match before.filter(|before| before.resource_type != resource.resource_type) {
                Some(before) => {
                    refuse_loss(&before, "Type", &place)?;
                    (Action::Replace(before), Vec::new())
                }
                None => (Action::Declare, Vec::new()),
            },
        };
        let leaving = match &action {
            Action::Replace(before) => {
                record.generation += 1;
                let logical_id = format!("{}~{}", before.logical_id, before.generation);
                let leaving = Record { logical_id, status: Status::Leaving, ..before.clone() };
                (resource.update_replace_policy == Policy::Delete).then_some(leaving)
            }
            _ => None,
        };
        let default = default_name(&template.stack, logical_id, &resource.resource_type, record.generation);
        let property = match module(&resource.resource_type) {
            Some(Module::Made(kind)) => kind.name_property(),
            _ => None,
        };
        let given = property.and_then(|property| record.properties.get(property)?.as_str());
        let name = given.map_or(default, str::to_owned);
        record.physical_id.clone_from(&name);
        Ok(Plan { record, name, action, leaving, notes })
    }
}

/// Decides what a resource takes, given how it was deployed before.
fn action(
    kind: &dyn Kind,
    before: Option<Record>,
    record: &Record,
    resource: &Resource,
    place: &Place<'_>,
) -> Result<Action, CloudFormationError> {
    let Some(before) = before else { return Ok(Action::Create) };
    if before.status == Status::Begun {
        return Ok(Action::CreateAgain(before));
    }
    if before.resource_type != record.resource_type {
        refuse_loss(&before, "Type", place)?;
        return Ok(Action::Replace(before));
    }
    if before.properties == record.properties {
        return Ok(Action::Keep(before));
    }
    let differs = |name: &&&str| before.properties.get(**name) != record.properties.get(**name);
    let Some(property) = kind.replacing().iter().find(differs) else { return Ok(Action::Update(before)) };
    refuse_loss(&before, property, place)?;
    let given = |properties: &Map<String, Value>| kind.name_property().and_then(|name| properties.get(name).cloned());
    let name = given(&record.properties);
    if name.is_none() || name != given(&before.properties) {
        return Ok(Action::Replace(before));
    }
    if resource.update_replace_policy == Policy::Retain {
        let reason = format!(
            "a change of {property} replaces the resource, which UpdateReplacePolicy keeps, so its name stays taken; give the new one another name"
        );
        return Err(at(place, reason));
    }
    Ok(Action::ReplaceInPlace(before))
}

/// A resource that holds something is not replaced.
fn refuse_loss(before: &Record, property: &str, place: &Place<'_>) -> Result<(), CloudFormationError> {
    match module(&before.resource_type) {
        Some(Module::Made(kind)) if kind.holds_data() => Err(CloudFormationError::Replacement {
            spot: match property {
                "Type" => place.name(property).spot(),
                property => place.name("Properties").name(property).spot(),
            },
            resource_type: before.resource_type.clone(),
            logical_id: before.logical_id.clone(),
            property: property.to_owned(),
        }),
        _ => Ok(()),
    }
}
