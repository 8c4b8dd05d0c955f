//! The project that `sluice dev` runs: where its templates and pages are.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use cloudformation::Template;
use serde_json::Value;

/// Where the synthesized templates are, below a project's folder.
const TEMPLATES: &str = "infra-cdk/templates";

/// A project's folder.
#[derive(Clone, Debug)]
pub struct Project(PathBuf);

impl Project {
    /// The project in `folder`; without one, in the current folder or the nearest above it.
    ///
    /// # Errors
    /// There is none.
    pub fn find(folder: Option<&Path>) -> Result<Self> {
        let here = std::env::current_dir().context("cannot tell the current folder")?;
        let found = match folder {
            Some(folder) => Some(folder).filter(|folder| folder.join(TEMPLATES).is_dir()),
            None => here.ancestors().find(|folder| folder.join(TEMPLATES).is_dir()),
        };
        match (found, folder) {
            (Some(found), _) => Ok(Self(found.to_owned())),
            (None, Some(named)) => {
                bail!("there is no project ({TEMPLATES}) in {}, which --project names", named.display())
            }
            (None, None) => bail!(
                "there is no project ({TEMPLATES}) in {} or above: go there, or name it with --project",
                here.display()
            ),
        }
    }

    /// The folder of the synthesized templates.
    pub fn templates(&self) -> PathBuf {
        self.0.join(TEMPLATES)
    }

    /// The folder of the events' contracts and examples.
    pub fn events(&self) -> PathBuf {
        self.0.join("events")
    }

    /// The folder of the state machines.
    pub fn workflows(&self) -> PathBuf {
        self.0.join("workflows")
    }

    /// A line for each state machine that was changed in `workflows/` after the templates were written: what runs is the templates'.
    pub fn changed_machines(&self, templates: &[Template]) -> Vec<String> {
        let machines = templates.iter().flat_map(|template| template.properties_of("AWS::StepFunctions::StateMachine"));
        let changed = machines.filter_map(|machine| {
            // In environments that share an account the names end in a suffix; those are deployed, not developed.
            let (name, runs) = (machine["StateMachineName"].as_str()?, machine["DefinitionString"].as_str()?);
            let file = Path::new("workflows").join(name).join("definition.asl.json");
            let written = fs::read_to_string(self.0.join(&file)).ok()?;
            let read = |text: &str| serde_json::from_str::<Value>(text);
            let what = match read(&written) {
                Ok(written) if read(runs).is_ok_and(|runs| runs == written) => return None,
                Ok(_) => "has changed since the templates were written".to_owned(),
                Err(error) => format!("is no JSON ({error})"),
            };
            Some(format!("{} {what}; what runs is theirs until `cargo xtask synth` writes them anew", file.display()))
        });
        changed.collect()
    }

    /// The folder of the page that uploads pictures and films, whether or not it is built.
    pub fn upload_page(&self) -> PathBuf {
        self.0.join("frontend/upload/dist")
    }

    /// The folder of the GraphiQL page, whether or not it is built.
    pub fn graphiql(&self) -> PathBuf {
        self.0.join("frontend/graphiql/dist")
    }
}
