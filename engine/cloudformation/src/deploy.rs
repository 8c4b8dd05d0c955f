//! Deploying a set of templates.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use service::{Platform, Scope, Services};

use crate::error::CloudFormationError;
use crate::evaluation::Evaluation;
use crate::records::{ByName, Record, Records};
use crate::report::DeployReport;
use crate::template::Template;
use crate::{conditions, set, support};

/// The stacks of an engine.
pub struct Stacks {
    platform: Platform,
    records: Records,
}

/// How a deployment goes about it.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Leave out resources whose type the engine lacks, and what uses them, instead of refusing to begin.
    pub skip_unsupported: bool,
    /// Values for parameters of the templates, in place of their defaults.
    pub parameters: BTreeMap<String, String>,
}

/// A deployment that is under way.
pub(crate) struct Deployment<'a> {
    pub(crate) services: &'a Services,
    pub(crate) scope: &'a Scope,
    pub(crate) records: &'a Records,
    pub(crate) options: &'a Options,
    /// What is known of each resource, kept up to date.
    pub(crate) recorded: ByName,
    /// Records that are to be written with the next ones.
    pub(crate) unsaved: Vec<Record>,
    /// Values in Parameter Store that these stacks wrote.
    pub(crate) written: BTreeMap<String, String>,
    pub(crate) exports: BTreeMap<String, Value>,
    /// Resources that the engine lacks, by stack and logical id, with the reason.
    pub(crate) lacking: BTreeMap<(String, String), String>,
    /// The stacks that have a template.
    pub(crate) stacks: BTreeSet<String>,
    /// Everything that the templates want.
    pub(crate) wanted: BTreeSet<(String, String)>,
    pub(crate) report: DeployReport,
    pub(crate) position: i64,
}

impl Stacks {
    /// Brings the table of records up to date.
    ///
    /// # Errors
    /// The store's own.
    pub fn open(platform: &Platform) -> Result<Self, CloudFormationError> {
        Ok(Self { platform: platform.clone(), records: Records::open(&platform.store)? })
    }

    /// Makes what the templates describe and does not exist, changes what differs, and deletes what they no longer have.
    /// A stack that has no template any more stays as it is, as one does that is no longer part of a CDK app.
    /// What is as it should be is not touched: nothing is asked of any service for it.
    ///
    /// # Errors
    /// Before anything is made: an order that doesn't exist, types and properties that the engine lacks. Later: the
    /// first resource that a service refused. What was made until then stays and is recorded, so that the next
    /// deployment goes on from there.
    pub async fn deploy(&self, templates: &[Template], options: &Options) -> Result<DeployReport, CloudFormationError> {
        let begun = self.platform.clock.now();
        let waves = set::waves(templates, options)?;
        let mut deployment = Deployment {
            services: &self.platform.services,
            scope: &self.platform.scope,
            records: &self.records,
            options,
            recorded: self.records.all().await?,
            unsaved: Vec::new(),
            written: BTreeMap::new(),
            exports: BTreeMap::new(),
            lacking: BTreeMap::new(),
            stacks: templates.iter().map(|template| template.stack.clone()).collect(),
            wanted: BTreeSet::new(),
            report: DeployReport::default(),
            position: 0,
        };
        deployment.look_ahead(templates)?;
        deployment.note_abandoned();
        let outcome = deployment.deploy_waves(&waves).await;
        deployment.save().await?;
        outcome?;
        deployment.remove_unwanted().await?;
        deployment.report.took = self.platform.clock.now().since(begun);
        Ok(deployment.report)
    }
}

impl Deployment<'_> {
    async fn deploy_waves(&mut self, waves: &[Vec<&Template>]) -> Result<(), CloudFormationError> {
        for stacks in waves {
            self.deploy_stacks(stacks).await?;
        }
        Ok(())
    }

    /// Finds what the engine lacks, in all templates, before anything is made.
    fn look_ahead(&mut self, templates: &[Template]) -> Result<(), CloudFormationError> {
        let mut lacking = Vec::new();
        for template in templates {
            let conditions = self.early_conditions(template);
            let found = support::unsupported(template, self.services, &conditions)?;
            let named = found.iter().map(|one| ((template.stack.clone(), one.logical_id.clone()), one.reason.clone()));
            self.lacking.extend(named);
            lacking.extend(found);
            if template.has_rules {
                let note = format!("{}: the section Rules is not evaluated", template.file);
                self.report.notes.push(note);
            }
        }
        if lacking.is_empty() || self.options.skip_unsupported {
            return Ok(());
        }
        Err(CloudFormationError::Unsupported { resources: lacking })
    }

    /// The conditions, as far as they don't depend on Parameter Store.
    fn early_conditions(&self, template: &Template) -> BTreeMap<String, bool> {
        let given = template.parameters.iter().filter(|(_, parameter)| !parameter.from_ssm);
        let parameters = given
            .filter_map(|(name, parameter)| {
                let text = self.options.parameters.get(name).or(parameter.default.as_ref())?;
                Some((name.clone(), parameter.value(text)))
            })
            .collect();
        let evaluation = Evaluation {
            template,
            scope: self.scope,
            parameters: &parameters,
            conditions: &BTreeMap::new(),
            made: &BTreeMap::new(),
            exports: &BTreeMap::new(),
        };
        conditions::certain(template, &evaluation)
    }
}
