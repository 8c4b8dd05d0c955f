//! Deleting what the templates no longer have, last made first.

use std::collections::BTreeMap;

use crate::carry_out::previous;
use crate::deploy::Deployment;
use crate::error::CloudFormationError;
use crate::kinds::Aws;
use crate::records::{Record, Status};
use crate::report::Outcome;
use crate::support::{Module, module};

impl Deployment<'_> {
    /// Tells of the stacks that stay although they have no template any more.
    pub(crate) fn note_abandoned(&mut self) {
        let mut abandoned: BTreeMap<&str, usize> = BTreeMap::new();
        for record in self.recorded.values().filter(|record| !self.stacks.contains(&record.stack)) {
            *abandoned.entry(&record.stack).or_default() += 1;
        }
        for (stack, count) in abandoned {
            let (stay, them) =
                if count == 1 { ("resource stays as it is", "it") } else { ("resources stay as they are", "them") };
            self.report.notes.push(format!(
                "stack {stack} has no template any more; its {count} {stay} (empty the data directory with `sluice reset` to be rid of {them})"
            ));
        }
    }

    pub(crate) async fn remove_unwanted(&mut self) -> Result<(), CloudFormationError> {
        let unwanted = |record: &&Record| {
            let is_wanted = record.status != Status::Leaving && self.wanted.contains(&record.key());
            self.stacks.contains(&record.stack) && !is_wanted
        };
        let mut gone: Vec<Record> = self.recorded.values().filter(unwanted).cloned().collect();
        gone.sort_by_key(|record| std::cmp::Reverse(record.position));
        let (mut removed, mut failure) = (Vec::new(), None);
        for record in gone {
            match self.remove(&record).await {
                Ok(outcome) => {
                    removed.push(record.key());
                    // The end of a replacement is part of what was told of its successor.
                    if record.status != Status::Leaving {
                        self.tell(&record, outcome, Vec::new());
                    }
                }
                Err(error) => {
                    failure = Some(error);
                    break;
                }
            }
        }
        // After a crash before this, what is gone already is deleted once more, which is no error.
        self.records.change(Vec::new(), removed).await?;
        failure.map_or(Ok(()), Err)
    }

    async fn remove(&self, record: &Record) -> Result<Outcome, CloudFormationError> {
        if record.retain && record.status != Status::Leaving {
            return Ok(Outcome::Retained);
        }
        let Some(Module::Made(kind)) = module(&record.resource_type) else { return Ok(Outcome::Deleted) };
        let aws = Aws { services: self.services, scope: self.scope };
        match kind.delete(&aws, &previous(record)).await {
            Ok(()) => Ok(Outcome::Deleted),
            Err(error) => Err(CloudFormationError::Provision {
                spot: record.spot(),
                resource_type: record.resource_type.clone(),
                logical_id: record.logical_id.clone(),
                action: "deleted",
                error: Box::new(error),
            }),
        }
    }
}
