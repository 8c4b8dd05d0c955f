//! Carrying out plans, at the same time, and recording what came of them.

use futures::future::join_all;
use service::ServiceError;

use crate::deploy::Deployment;
use crate::error::CloudFormationError;
use crate::evaluation::Made;
use crate::kinds::{Aws, Desired, Kind, Previous};
use crate::parameters::as_text;
use crate::plan::{Action, Plan};
use crate::records::{Record, Status};
use crate::report::{Outcome, ResourceReport};
use crate::support::{Module, module};

/// A plan that was carried out.
struct Done {
    record: Record,
    made: Made,
    outcome: Outcome,
    leaving: Option<Record>,
    /// Whether the record differs from what is in the store.
    changed: bool,
}

/// A plan that was not.
struct Failed {
    /// What was recorded as begun and is not there.
    intent: Option<Record>,
    /// What is still there of before.
    before: Option<Record>,
    leaving: Option<Record>,
    error: CloudFormationError,
}

/// What there is of a resource when its plan fails.
enum Otherwise {
    /// It was to be new: nothing, or something of that name which is not ours.
    Nothing,
    /// The one it should replace.
    Before(Box<Record>),
    /// What is recorded, old or begun; the next deployment takes it from there.
    AsRecorded,
}

impl Deployment<'_> {
    /// Carries out plans that don't need each other; answers what was made by stack and logical id.
    ///
    /// The store knows what is begun before it is. What came of it is written together with what is begun next, so
    /// that a level of resources costs one commit; what a crash leaves as begun is made anew.
    pub(crate) async fn carry_out(
        &mut self,
        mut plans: Vec<Plan>,
    ) -> Result<Vec<((String, String), Made)>, CloudFormationError> {
        self.refuse_taken_names(&plans)?;
        for plan in &mut plans {
            self.position += 1;
            plan.record.position = self.position;
        }
        let begun: Vec<&Plan> = plans.iter().filter(|plan| plan.needs_intent()).collect();
        if !begun.is_empty() {
            let leaving = begun.iter().filter_map(|plan| plan.leaving.clone());
            self.unsaved.extend(begun.iter().map(|plan| plan.record.clone()).chain(leaving));
            self.save().await?;
        }
        let outcomes = {
            let this: &Self = self;
            join_all(plans.into_iter().map(|plan| this.do_one(plan))).await
        };
        let (mut results, mut gone, mut failure) = (Vec::new(), Vec::new(), None);
        for outcome in outcomes {
            match outcome {
                Ok(Done { record, made, outcome, leaving, changed }) => {
                    self.note_written(&record);
                    self.tell(&record, outcome, made.notes.clone());
                    for recorded in leaving.into_iter().chain([record.clone()]) {
                        self.recorded.insert(recorded.key(), recorded);
                    }
                    results.push((record.key(), made));
                    if changed {
                        self.unsaved.push(record);
                    }
                }
                Err(failed) => {
                    let Failed { intent, before, leaving, error } = *failed;
                    gone.extend(intent.iter().chain(&leaving).map(Record::key));
                    self.unsaved.extend(before);
                    failure = failure.or(Some(error));
                }
            }
        }
        let Some(failure) = failure else { return Ok(results) };
        self.records.change(std::mem::take(&mut self.unsaved), gone).await?;
        Err(failure)
    }

    /// Writes what is not written yet.
    pub(crate) async fn save(&mut self) -> Result<(), CloudFormationError> {
        Ok(self.records.change(std::mem::take(&mut self.unsaved), Vec::new()).await?)
    }

    /// Remembers the value of a parameter, so that other stacks needn't ask for it.
    fn note_written(&mut self, record: &Record) {
        if record.resource_type == "AWS::SSM::Parameter"
            && let Some(value) = record.properties.get("Value").and_then(as_text)
        {
            self.written.insert(record.physical_id.clone(), value);
        }
    }

    async fn do_one(&self, plan: Plan) -> Result<Done, Box<Failed>> {
        let Plan { record, name, action, leaving, notes } = plan;
        let aws = Aws { services: self.services, scope: self.scope };
        let properties = record.properties.clone();
        let desired = Desired { default_name: name, properties: &properties };
        let kind = match module(&record.resource_type) {
            Some(Module::Made(kind)) => kind,
            Some(Module::Declared(declared)) => {
                let made = declared.made(self.scope, &desired);
                let record = finished(record, &made);
                let before = self.recorded.get(&record.key());
                let changed = before.is_none_or(|before| {
                    (&before.resource_type, &before.properties) != (&record.resource_type, &record.properties)
                });
                return Ok(Done { record, made, outcome: Outcome::Declared, leaving, changed });
            }
            None => unreachable!("resources without a module were skipped"),
        };
        let (result, outcome, otherwise) = match action {
            Action::Keep(before) => {
                let made =
                    Made { physical_id: before.physical_id.clone(), attributes: before.attributes.clone(), notes };
                let changed = before.retain != record.retain;
                let record = Record { retain: record.retain, ..before };
                return Ok(Done { record, made, outcome: Outcome::Unchanged, leaving, changed });
            }
            Action::Declare | Action::Create => {
                (kind.create(&aws, &desired).await, Outcome::Created, Otherwise::Nothing)
            }
            Action::CreateAgain(before) => {
                (create_anew(kind, &aws, &before, &desired).await, Outcome::Created, Otherwise::AsRecorded)
            }
            Action::ReplaceInPlace(before) => {
                (create_anew(kind, &aws, &before, &desired).await, Outcome::Replaced, Otherwise::AsRecorded)
            }
            Action::Replace(before) => {
                (kind.create(&aws, &desired).await, Outcome::Replaced, Otherwise::Before(Box::new(before)))
            }
            Action::Update(before) => {
                (kind.update(&aws, &previous(&before), &desired).await, Outcome::Updated, Otherwise::AsRecorded)
            }
        };
        match result {
            Ok(mut made) => {
                made.notes.extend(notes);
                Ok(Done { record: finished(record, &made), made, outcome, leaving, changed: true })
            }
            Err(error) => {
                let error = CloudFormationError::Provision {
                    spot: record.spot(),
                    resource_type: record.resource_type.clone(),
                    logical_id: record.logical_id.clone(),
                    action: if outcome == Outcome::Updated { "updated" } else { "created" },
                    error: Box::new(error),
                };
                let (intent, before) = match otherwise {
                    Otherwise::Nothing => (Some(record), None),
                    Otherwise::Before(before) => (Some(record), Some(*before)),
                    Otherwise::AsRecorded => (None, None),
                };
                Err(Box::new(Failed { intent, before, leaving, error }))
            }
        }
    }

    pub(crate) fn tell(&mut self, record: &Record, outcome: Outcome, notes: Vec<String>) {
        self.report.resources.push(ResourceReport {
            stack: record.stack.clone(),
            logical_id: record.logical_id.clone(),
            resource_type: record.resource_type.clone(),
            physical_id: record.physical_id.clone(),
            outcome,
            notes,
        });
    }
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
