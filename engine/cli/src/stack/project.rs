//! The project that `sluice dev` runs: where its templates and pages are.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

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
        match found {
            Some(folder) => Ok(Self(folder.to_owned())),
            None => bail!(
                "there is no project ({TEMPLATES}) in {} or above: go there, or name it with --project",
                folder.unwrap_or(&here).display()
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

    /// The folder of the page that uploads pictures and films, whether or not it is built.
    pub fn upload_page(&self) -> PathBuf {
        self.0.join("frontend/upload/dist")
    }

    /// The folder of the GraphiQL page, whether or not it is built.
    pub fn graphiql(&self) -> PathBuf {
        self.0.join("frontend/graphiql/dist")
    }
}
