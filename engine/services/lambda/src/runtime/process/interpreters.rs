//! The interpreters of this machine, and our programs that they run: each loads a function's handler and speaks the
//! Runtime API for it.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::process::Command;

use crate::code::Folder;
use crate::language::{Interpreted, Language};

/// How functions of one runtime start.
#[derive(Clone, Debug)]
pub(super) struct Interpreter {
    /// The executable itself, past whatever chooses one of several versions.
    pub executable: PathBuf,
    pub options: &'static [&'static str],
    /// Our program, in a folder of its own.
    pub program: PathBuf,
}

/// The interpreters that were found.
pub(super) struct Interpreters {
    /// The `PATH` they are searched in.
    path: Option<OsString>,
    folder: Arc<Folder>,
    /// By runtime. What isn't found is searched again: it may be installed meanwhile.
    found: Mutex<HashMap<String, Interpreter>>,
}

/// A language's interpreter as the operating system knows it.
struct Kind {
    name: &'static str,
    /// Prints the executable's path and, on a second line, the version as a runtime's name has it.
    probe: [&'static str; 2],
    options: &'static [&'static str],
    file: &'static str,
    program: &'static str,
    site: &'static str,
}

const PYTHON: Kind = Kind {
    name: "Python",
    probe: ["-c", "import sys; print(sys.executable); print('%d.%d' % sys.version_info[:2])"],
    // What is written shows at once, and is UTF-8 whatever the locale.
    options: &["-u", "-X", "utf8"],
    file: "bootstrap.py",
    program: include_str!("programs/bootstrap.py"),
    site: "https://www.python.org/downloads/",
};

const NODE: Kind = Kind {
    name: "Node.js",
    probe: ["-p", "process.execPath + '\\n' + process.versions.node.split('.')[0]"],
    options: &[],
    file: "bootstrap.mjs",
    program: include_str!("programs/bootstrap.mjs"),
    site: "https://nodejs.org/",
};

impl Language {
    fn kind(self) -> &'static Kind {
        match self {
            Self::Python => &PYTHON,
            Self::Node => &NODE,
        }
    }
}

impl Interpreted {
    /// The commands to try, the most fitting first.
    fn commands(&self) -> Vec<String> {
        match self.language {
            Language::Python => vec![format!("python{}", self.version), "python3".to_owned(), "python".to_owned()],
            Language::Node => vec!["node".to_owned(), "nodejs".to_owned()],
        }
    }
}

impl Interpreters {
    /// Those of this `PATH`; our programs are written into `folder`.
    pub(super) fn of(path: Option<OsString>, folder: Arc<Folder>) -> Self {
        Self { path, folder, found: Mutex::default() }
    }

    /// What runs functions of `runtime`; an error says what to install.
    pub(super) async fn find(&self, runtime: &str, wanted: &Interpreted) -> Result<Interpreter, String> {
        if let Some(known) = self.found().get(runtime) {
            return Ok(known.clone());
        }
        let kind = wanted.language.kind();
        let mut candidate = None;
        for command in wanted.commands() {
            if let Some(probed) = self.probe(&command, kind, wanted).await {
                candidate = Some(probed);
                break;
            }
        }
        let Some((executable, version)) = candidate else {
            return Err(format!(
                "runtime {runtime} needs {name} {wanted}, and none of {commands} runs from sluice's PATH; install {name} \
                 ({site}) and invoke the function again",
                name = kind.name,
                wanted = wanted.version,
                commands = wanted.commands().join(", "),
                site = kind.site,
            ));
        };
        let program = self
            .folder
            .write(kind.file, kind.program)
            .map_err(|error| format!("the program that runs {} functions can't be written: {error}", kind.name))?;
        let interpreter = Interpreter { executable, options: kind.options, program };
        let is_new = self.found().insert(runtime.to_owned(), interpreter.clone()).is_none();
        if is_new && version != wanted.version {
            let executable = interpreter.executable.display();
            tracing::warn!(%executable, "functions of runtime {runtime} run with {} {version}", kind.name);
        }
        Ok(interpreter)
    }

    /// The executable behind a command, and its version.
    async fn probe(&self, command: &str, kind: &Kind, wanted: &Interpreted) -> Option<(PathBuf, String)> {
        let mut probe = Command::new(command);
        probe.args(kind.probe).stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        if let Some(path) = &self.path {
            probe.env("PATH", path);
        }
        let output = probe.output().await.ok().filter(|output| output.status.success())?;
        let told = String::from_utf8(output.stdout).ok()?;
        let (executable, version) = told.trim().split_once('\n')?;
        // Python 2 is another language.
        let fits = wanted.language == Language::Node || version.starts_with("3.");
        (fits && !executable.is_empty()).then(|| (PathBuf::from(executable.trim()), version.trim().to_owned()))
    }

    fn found(&self) -> std::sync::MutexGuard<'_, HashMap<String, Interpreter>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_missing_interpreter_is_named_with_what_to_install() {
        let empty = tempfile::tempdir().expect("a folder");
        let interpreters = Interpreters::of(Some(empty.path().into()), Arc::new(Folder::below(None)));
        for (runtime, name) in [("python3.12", "needs Python 3.12"), ("nodejs22.x", "needs Node.js 22")] {
            let wanted = Interpreted::of(runtime).expect("interpreted");
            let refused = interpreters.find(runtime, &wanted).await.expect_err("nothing is in that folder");
            assert!(refused.contains(name) && refused.contains("; install "), "{refused}");
        }
    }
}
