//! The children of a map run: what each is given, and how each is run.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use asl::{Items, Kind, MapRun, Object, Outcome, Payload, Seed, Value};
use service::ServiceError;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::machines::Revision;
use crate::runtime::{NewExecution, Place, Row, Runtime};

/// What one child is given.
pub(super) struct Batch {
    pub(super) input: Payload,
    /// How many items it is.
    pub(super) items: u64,
}

/// What the children of a run have in common.
pub(super) struct Family {
    run: Arc<str>,
    location: Arc<str>,
    kind: Kind,
    role_arn: Arc<str>,
    /// `arn:…:stateMachine:name/label`
    machine_arn: Arc<str>,
    machine: Arc<asl::Machine>,
    revision: Arc<Revision>,
}

/// Who waits for an execution of this process to end.
#[derive(Default)]
pub(in crate::runtime) struct Ends(Mutex<HashMap<Arc<str>, oneshot::Sender<()>>>);

impl Ends {
    fn of(&self, execution: &Arc<str>) -> oneshot::Receiver<()> {
        let (sender, receiver) = oneshot::channel();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(Arc::clone(execution), sender);
        receiver
    }

    /// Tells whoever waits.
    pub(in crate::runtime) fn announce(&self, execution: &str) {
        if let Some(sender) = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(execution) {
            // Whoever waited may have given up.
            let _ = sender.send(());
        }
    }
}

/// Splits a run's items into what its children are given; fails with the reason why it can't be run.
pub(super) fn batches(run: &MapRun) -> Result<Vec<Batch>, String> {
    if run.writer.is_some() {
        return Err(format!("sluice does not have ResultWriter yet: state {}", run.state));
    }
    let items = match &run.items {
        Items::Given(items) => items,
        Items::Reader { resource, .. } => {
            return Err(format!("sluice does not have ItemReader {resource} yet: state {}", run.state));
        }
    };
    let Some(batcher) = &run.batcher else {
        return Ok(items.iter().map(|item| Batch { input: item.clone(), items: 1 }).collect());
    };
    let number = |name: &str| batcher.get(name).and_then(Value::as_i64).and_then(|value| usize::try_from(value).ok());
    let most_items = number("MaxItemsPerBatch").unwrap_or(usize::MAX).max(1);
    let most_bytes = number("MaxInputBytesPerBatch").unwrap_or(asl::MAX_PAYLOAD_BYTES);
    let mut batches: Vec<Vec<Value>> = Vec::new();
    let mut bytes = 0;
    for item in items.iter() {
        bytes += item.text().len() + 1;
        match batches.last_mut().filter(|batch| batch.len() < most_items && bytes <= most_bytes) {
            Some(batch) => batch.push(item.value().clone()),
            None => {
                bytes = item.text().len() + 1;
                batches.push(vec![item.value().clone()]);
            }
        }
    }
    Ok(batches.into_iter().map(|items| batch(items, batcher.get("BatchInput"))).collect())
}

fn batch(items: Vec<Value>, input: Option<&Value>) -> Batch {
    let count = items.len() as u64;
    let mut members = Object::new();
    if let Some(input) = input {
        members.insert(Arc::from("BatchInput"), input.clone());
    }
    members.insert(Arc::from("Items"), Value::array(items));
    Batch { input: Payload::from(Value::object(members)), items: count }
}

impl Family {
    pub(super) fn new(run: &MapRun, role_arn: &Arc<str>, revision: Arc<Revision>) -> Result<Self, ServiceError> {
        let machine = machine(&revision, &run.location)?;
        // arn:…:mapRun:name/label:uuid
        let base = run.arn.rsplit_once(':').map_or(&*run.arn, |(base, _)| base);
        Ok(Self {
            run: Arc::clone(&run.arn),
            location: Arc::clone(&run.location),
            kind: run.child_kind,
            role_arn: Arc::clone(role_arn),
            machine_arn: base.replacen(":mapRun:", ":stateMachine:", 1).into(),
            machine,
            revision,
        })
    }
}

/// The machine that the children of a Map state run.
pub(in crate::runtime) fn machine(revision: &Revision, location: &str) -> Result<Arc<asl::Machine>, ServiceError> {
    let processor = revision.machine()?.item_processor(location).map(Arc::new);
    processor.ok_or_else(|| ServiceError::server("InternalFailure", format!("the definition has no Map at {location}")))
}

impl Runtime {
    /// Runs one child to its end.
    pub(super) async fn child(
        self: &Arc<Self>,
        family: &Family,
        index: usize,
        input: Payload,
    ) -> Result<Outcome, ServiceError> {
        let name = Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{}/{index}", family.run).as_bytes()).to_string();
        let (of, suffix) = match family.kind {
            Kind::Standard => (":execution:", String::new()),
            Kind::Express => (":express:", format!(":{}", Uuid::new_v4())),
        };
        let base = family.machine_arn.replacen(":stateMachine:", of, 1);
        let execution_arn: Arc<str> = format!("{base}:{name}{suffix}").into();
        let seed = Seed {
            execution_arn: Arc::clone(&execution_arn),
            execution_name: name.into(),
            role_arn: Arc::clone(&family.role_arn),
            state_machine_arn: Arc::clone(&family.machine_arn),
            state_machine_name: family.machine_arn.rsplit(':').next().unwrap_or_default().into(),
            state_machine_version_arn: None,
            state_machine_alias_arn: None,
            started_at: self.now(),
            redrive_count: 0,
            input,
            kind: family.kind,
        };
        let new = NewExecution {
            seed,
            machine: Arc::clone(&family.machine),
            revision: Arc::clone(&family.revision),
            trace_header: None,
            map_run: Some(Place {
                run: family.run.to_string(),
                location: family.location.to_string(),
                items: 1,
                token: None,
            }),
        };
        if family.kind == Kind::Express {
            return Ok(self.run_express(new).await?.outcome);
        }
        let ended = self.ends.of(&execution_arn);
        match self.start_standard(new).await {
            Err(error) if error.code != "ExecutionAlreadyExists" => return Err(error),
            _ => {}
        }
        let mut row = self.child_row(&execution_arn).await?;
        if row.status == "RUNNING" {
            ended.await.map_err(|_| super::super::stopping())?;
            row = self.child_row(&execution_arn).await?;
        }
        outcome(row)
    }

    async fn child_row(&self, arn: &str) -> Result<Row, ServiceError> {
        let row = self.find(arn).await?;
        row.ok_or_else(|| ServiceError::server("InternalFailure", format!("a child execution is gone: {arn}")))
    }
}

fn outcome(row: Row) -> Result<Outcome, ServiceError> {
    let (error, cause) = (row.error.map(Arc::from), row.cause.map(Arc::from));
    Ok(match row.status.as_str() {
        "SUCCEEDED" => {
            let output = Payload::parse(row.output.as_deref().unwrap_or("null"));
            let output = output.map_err(|error| ServiceError::server("InternalFailure", error.to_string()))?;
            Outcome::Succeeded { output }
        }
        "TIMED_OUT" => Outcome::TimedOut { error, cause },
        "ABORTED" => Outcome::Aborted { error, cause },
        _ => Outcome::Failed { error, cause },
    })
}
