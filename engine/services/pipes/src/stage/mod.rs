//! A batch's way through the pipe: enrichment, then the target.

mod api_destination;
mod bus;
mod delivery_stream;
mod enrich;
mod function;
mod journal;
mod log_group;
mod machine;
mod queue;
mod topic;

use std::sync::Arc;

use ::service::{LogWriter, Platform, ServiceError};
use async_trait::async_trait;
use consumer::{Failure, GivenUp, Outcome, Record, Stage};
use event_pattern::{PipeTemplate, PipeVariables};
use serde_json::{Map, Value, json};

use self::journal::Journal;
use crate::plan::{Invocation, Level, Plan, TargetKind};
use crate::trouble::Trouble;

/// A pipe, as what takes the batches of its source.
pub(crate) struct Way {
    pub(crate) platform: Platform,
    pub(crate) plan: Arc<Plan>,
    pub(crate) log_writer: Arc<LogWriter>,
    pub(crate) trouble: Trouble,
}

#[async_trait]
impl Stage for Way {
    async fn pass(&self, records: &[Record]) -> Outcome {
        let outcome = attempt(self, records).await.unwrap_or_else(Outcome::Failed);
        self.trouble.set(match &outcome {
            Outcome::Done => None,
            Outcome::Partial { reason, .. } | Outcome::From { reason, .. } => Some(reason.clone()),
            Outcome::Failed(failure) => Some(failure.reason.clone()),
        });
        outcome
    }

    fn cannot_read(&self, reason: &ServiceError) {
        self.trouble.set(Some(reason.to_string()));
    }

    fn dead_letter(&self, given_up: &GivenUp<'_>) -> Map<String, Value> {
        let context = json!({"partnerResourceArn": self.plan.arn, "condition": given_up.condition.as_str()});
        Map::from_iter([("context".to_owned(), context)])
    }
}

/// What goes to the target, and how it came about.
pub(crate) struct Delivery<'a> {
    pub(crate) platform: &'a Platform,
    pub(crate) plan: &'a Plan,
    /// The batch's records.
    pub(crate) records: &'a [Record],
    /// What they became: as many, unless an enrichment answered something else.
    pub(crate) items: Vec<Item>,
    /// Whether the items are a list; an enrichment may answer one thing that isn't.
    pub(crate) is_list: bool,
}

/// One thing for the target.
pub(crate) struct Item {
    /// Before the target's template.
    pub(crate) source: Value,
    /// After it.
    pub(crate) payload: Value,
}

/// Takes a batch through the pipe once, and tells of each step.
async fn attempt(way: &Way, records: &[Record]) -> Result<Outcome, Failure> {
    let journal = Journal::new(&way.platform, &way.log_writer, &way.plan);
    journal.batch("ExecutionStarted", Level::Info, || records.iter().map(|record| record.value.clone()).collect());
    let outcome = stages(way, &journal, records).await;
    journal.ended("Execution", &outcome);
    outcome
}

async fn stages(way: &Way, journal: &Journal<'_>, records: &[Record]) -> Result<Outcome, Failure> {
    let (platform, plan) = (&way.platform, &*way.plan);
    let ingestion_time = platform.clock.now().to_rfc3339_seconds();
    let variables = plan.variables(&ingestion_time);
    let enriched = match &plan.enrichment {
        Some(enrichment) => {
            journal.info("EnrichmentStageEntered");
            let enriched = enrich::enrich(platform, journal, enrichment, records, &variables).await;
            match &enriched {
                Ok(enriched) => journal.batch("EnrichmentStageSucceeded", Level::Info, || enriched.clone()),
                Err(failure) => journal.failed("EnrichmentStageFailed", "", &failure.reason),
            }
            enriched?
        }
        None => records.iter().map(|record| record.value.clone()).collect(),
    };
    let (sources, is_list) = match enriched {
        Value::Array(list) => (list, true),
        Value::Null => (Vec::new(), true),
        Value::String(text) if text.is_empty() => (Vec::new(), true),
        Value::Object(members) if members.is_empty() => (Vec::new(), true),
        single => (vec![single], false),
    };
    if sources.is_empty() {
        // Nothing to hand on: the target isn't invoked.
        journal.trace("TargetStageSkipped");
        return Ok(Outcome::Done);
    }
    journal.info("TargetStageEntered");
    let outcome = target_stage(way, journal, records, (sources, is_list), &variables).await;
    journal.ended("TargetStage", &outcome);
    outcome
}

async fn target_stage(
    way: &Way,
    journal: &Journal<'_>,
    records: &[Record],
    (sources, is_list): (Vec<Value>, bool),
    variables: &PipeVariables<'_>,
) -> Result<Outcome, Failure> {
    let (platform, plan) = (&way.platform, &*way.plan);
    if let Some(most) = plan.target.most_per_call().filter(|most| sources.len() > *most) {
        return Err(Failure::new(format!(
            "the enrichment answered {} events, the target takes {most} at most",
            sources.len()
        )));
    }
    let transformed = match &plan.target.template {
        None => sources.clone(),
        Some(template) => transformed(journal, "Target", template, &sources, variables)?,
    };
    let items = sources.into_iter().zip(transformed).map(|(source, payload)| Item { source, payload }).collect();
    let delivery = Delivery { platform, plan, records, items, is_list };
    journal.trace("TargetInvocationStarted");
    let outcome = deliver(&delivery).await;
    match &outcome {
        Ok(Outcome::Done) => journal.trace("TargetInvocationSucceeded"),
        _ => journal.ended("TargetInvocation", &outcome),
    }
    outcome
}

async fn deliver(delivery: &Delivery<'_>) -> Result<Outcome, Failure> {
    match &delivery.plan.target.kind {
        TargetKind::Function(invocation) => function::deliver(delivery, *invocation).await,
        TargetKind::Machine(Invocation::FireAndForget) => machine::start(delivery).await,
        TargetKind::Machine(Invocation::RequestResponse) => machine::run(delivery).await,
        TargetKind::Queue(queue) => queue::deliver(delivery, queue).await,
        TargetKind::Bus(bus) => bus::deliver(delivery, bus).await,
        TargetKind::Topic => topic::deliver(delivery).await,
        TargetKind::DeliveryStream(name) => delivery_stream::deliver(delivery, name).await,
        TargetKind::LogGroup(log) => log_group::deliver(delivery, log).await,
        TargetKind::ApiDestination(parameters) => api_destination::deliver(delivery, parameters.as_ref()).await,
    }
}

/// What the template of a stage makes of each event.
fn transformed(
    journal: &Journal<'_>,
    stage: &str,
    template: &PipeTemplate,
    events: &[Value],
    variables: &PipeVariables<'_>,
) -> Result<Vec<Value>, Failure> {
    journal.trace(&format!("{stage}TransformationStarted"));
    let made = events.iter().map(|event| template.render(event, variables));
    match made.collect::<Result<Vec<_>, _>>() {
        Ok(made) => {
            journal.batch(&format!("{stage}TransformationSucceeded"), Level::Trace, || json!(made));
            Ok(made)
        }
        Err(text) => {
            let failure = not_json(&stage.to_lowercase(), &text);
            journal.failed(&format!("{stage}TransformationFailed"), "", &failure.reason);
            Err(failure)
        }
    }
}

impl Delivery<'_> {
    /// All items in one value, for targets that take a batch whole.
    fn payload(&self) -> Value {
        let mut payloads = self.items.iter().map(|item| item.payload.clone());
        match (self.is_list, payloads.next()) {
            (false, Some(single)) => single,
            (_, first) => first.into_iter().chain(payloads).collect(),
        }
    }

    /// The outcome when the items at `failed` were refused: those records are tried again, or all, where an enrichment
    /// has made something else of them.
    fn outcome(&self, failed: Vec<usize>, reason: String) -> Outcome {
        if failed.is_empty() {
            Outcome::Done
        } else if failed.len() < self.items.len() && self.items.len() == self.records.len() {
            Outcome::Partial { failed, reason }
        } else {
            Outcome::Failed(Failure::new(reason))
        }
    }
}

/// The outcome that a function or a state machine reported.
fn reported(answer: &Value, records: &[Record]) -> Result<Outcome, Failure> {
    let failed = consumer::reported(answer, records)?;
    if failed.is_empty() {
        return Ok(Outcome::Done);
    }
    Ok(Outcome::Partial { failed, reason: "the target reported batchItemFailures".to_owned() })
}

/// A payload as text: a text is itself, anything else its JSON.
fn text(payload: &Value) -> String {
    match payload {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn not_json(member: &str, text: &str) -> Failure {
    let shown: String = text.chars().take(200).collect();
    Failure::new(format!("the input template of the {member} did not make JSON: {shown}"))
}
