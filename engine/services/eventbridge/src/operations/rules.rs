//! Rules.

use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;

use super::{Page, Tag, check_length, check_listed, object, parse, required, tags};
use crate::names::{self, DEFAULT_BUS};
use crate::rule::{Rule, RuleRecord};
use crate::service::EventBridge;
use crate::{error, rows};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Put {
    name: Option<String>,
    schedule_expression: Option<String>,
    event_pattern: Option<String>,
    state: Option<String>,
    description: Option<String>,
    role_arn: Option<String>,
    tags: Option<Vec<Tag>>,
    event_bus_name: Option<String>,
}

/// The input of operations that name one rule.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OfRule {
    name: Option<String>,
    event_bus_name: Option<String>,
    #[serde(default)]
    force: bool,
}

/// How long AWS lets a pattern be.
const LONGEST_PATTERN: usize = 2048;

const STATES: [&str; 3] = ["ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"];

impl EventBridge {
    pub(crate) async fn put_rule(&self, input: Value) -> Result<Value, ServiceError> {
        let mut input: Put = parse(input)?;
        // AWS takes an empty text for no text.
        let absent_when_empty = |text: &mut Option<String>| *text = text.take().filter(|text| !text.is_empty());
        absent_when_empty(&mut input.schedule_expression);
        absent_when_empty(&mut input.event_pattern);
        let name = required(input.name, "name")?;
        names::check(&name, "name", 64, false)?;
        check_length(input.description.as_deref(), "description", 512)?;
        check_length(input.event_pattern.as_deref(), "eventPattern", 4096)?;
        check_length(input.schedule_expression.as_deref(), "scheduleExpression", 256)?;
        if input.event_pattern.as_ref().is_some_and(|pattern| pattern.chars().count() > LONGEST_PATTERN) {
            let message = format!("Parameter EventPattern for rule {name} exceeds limit of {LONGEST_PATTERN}.");
            return Err(ServiceError::validation(message));
        }
        let bus = names::bus_of(input.event_bus_name.as_deref()).to_owned();
        check_listed(input.state.as_deref(), "state", &STATES)?;
        let state = input.state.unwrap_or_else(|| "ENABLED".to_owned());
        if input.schedule_expression.is_some() && bus != DEFAULT_BUS {
            let message = "ScheduleExpression is supported only on the default event bus.";
            return Err(ServiceError::validation(message));
        }
        if input.event_pattern.is_none() && input.schedule_expression.is_none() {
            let message = "Parameter(s) EventPattern or ScheduleExpression must be specified.";
            return Err(ServiceError::validation(message));
        }
        let _alone = self.changes.lock().await;
        self.registry().bus(&bus)?;
        let existing = self.registry().rule(&bus, &name).ok();
        if existing.as_ref().is_some_and(|rule| rule.record.managed_by.is_some()) {
            return Err(error::managed(&name));
        }
        let unchanged = existing
            .as_ref()
            .filter(|rule| rule.is_enabled() && rule.record.schedule_expression == input.schedule_expression);
        let record = RuleRecord {
            enabled_at: unchanged.map_or_else(|| self.platform.clock.now(), |rule| rule.record.enabled_at),
            bus,
            name,
            event_pattern: input.event_pattern,
            schedule_expression: input.schedule_expression,
            state,
            description: input.description,
            role_arn: input.role_arn,
            managed_by: None,
            // Tags are given at creation only; TagResource changes them.
            tags: existing.as_ref().map_or_else(|| tags(input.tags), |rule| rule.record.tags.clone()),
        };
        let mut rule = Rule::new(record, &self.platform.scope)?;
        if let Some(existing) = existing {
            rule.targets.clone_from(&existing.targets);
        }
        let answer = json!({"RuleArn": rule.arn});
        self.keep_rule(rule).await?;
        Ok(answer)
    }

    /// Writes the rule and puts it into its bus.
    pub(super) async fn keep_rule(&self, rule: Rule) -> Result<(), ServiceError> {
        let row = rule.clone();
        self.platform.store.write(move |connection| rows::declarations::put_rule(connection, &row)).await?;
        self.registry_mut().put_rule(rule);
        self.schedules.changed();
        Ok(())
    }

    pub(crate) fn describe_rule(&self, input: Value) -> Result<Value, ServiceError> {
        let input: OfRule = parse(input)?;
        let name = required(input.name, "name")?;
        let rule = self.registry().rule(names::bus_of(input.event_bus_name.as_deref()), &name)?;
        let mut description = describe(&rule);
        description["CreatedBy"] = self.platform.scope.account.clone().into();
        Ok(description)
    }

    pub(crate) fn list_rules(&self, input: Value) -> Result<Value, ServiceError> {
        let bus = names::bus_of(input["EventBusName"].as_str()).to_owned();
        let page = Page::parse(input)?;
        let registry = self.registry();
        let items = registry.bus(&bus)?.rules().iter().map(|(name, rule)| (name.clone(), describe(rule)));
        Ok(page.of("Rules", items))
    }

    pub(crate) fn list_rule_names_by_target(&self, input: Value) -> Result<Value, ServiceError> {
        let bus = names::bus_of(input["EventBusName"].as_str()).to_owned();
        let arn = required(input["TargetArn"].as_str(), "targetArn")?.to_owned();
        let page = Page::parse(input)?;
        let registry = self.registry();
        let rules = registry.bus(&bus)?.rules().iter();
        let leading_there = rules.filter(|(_, rule)| rule.targets.values().any(|target| target.arn == arn));
        Ok(page.of("RuleNames", leading_there.map(|(name, _)| (name.clone(), name.clone().into()))))
    }

    pub(crate) async fn set_rule_state(&self, input: Value, state: &str) -> Result<Value, ServiceError> {
        let input: OfRule = parse(input)?;
        let name = required(input.name, "name")?;
        let _alone = self.changes.lock().await;
        let rule = self.registry().rule(names::bus_of(input.event_bus_name.as_deref()), &name)?;
        if rule.record.managed_by.is_some() {
            return Err(error::managed(&name));
        }
        let mut record = rule.record.clone();
        if !rule.is_enabled() {
            record.enabled_at = self.platform.clock.now();
        }
        state.clone_into(&mut record.state);
        let mut changed = Rule::new(record, &self.platform.scope)?;
        changed.targets.clone_from(&rule.targets);
        self.keep_rule(changed).await?;
        Ok(json!({}))
    }

    pub(crate) async fn delete_rule(&self, input: Value) -> Result<Value, ServiceError> {
        let input: OfRule = parse(input)?;
        let name = required(input.name, "name")?;
        let bus = names::bus_of(input.event_bus_name.as_deref()).to_owned();
        let _alone = self.changes.lock().await;
        self.registry().bus(&bus)?;
        let rule = self.registry().rule(&bus, &name);
        let Ok(rule) = rule else { return Ok(json!({})) };
        if rule.record.managed_by.is_some() && !input.force {
            return Err(error::managed(&name));
        }
        if !rule.targets.is_empty() {
            return Err(ServiceError::validation("Rule can't be deleted since it has targets."));
        }
        let (row_bus, row_name) = (bus.clone(), name.clone());
        let write = move |connection: &_| rows::declarations::delete_rule(connection, &row_bus, &row_name);
        self.platform.store.write(write).await?;
        if let Some(bus) = self.registry_mut().buses.get_mut(&bus) {
            bus.remove(&name);
        }
        self.schedules.forget(&name);
        Ok(json!({}))
    }
}

fn describe(rule: &Rule) -> Value {
    let record = &rule.record;
    object([
        ("Arn", Some(rule.arn.clone().into())),
        ("Description", record.description.clone().map(Value::from)),
        ("EventBusName", Some(record.bus.clone().into())),
        ("EventPattern", record.event_pattern.clone().map(Value::from)),
        ("ManagedBy", record.managed_by.clone().map(Value::from)),
        ("Name", Some(record.name.clone().into())),
        ("RoleArn", record.role_arn.clone().map(Value::from)),
        ("ScheduleExpression", record.schedule_expression.clone().map(Value::from)),
        ("State", Some(record.state.clone().into())),
    ])
}
