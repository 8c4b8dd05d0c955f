//! Starting a function's process: its own `bootstrap`, or an interpreter with our program.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{Error, ErrorKind};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;

use service::Platform;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};

use crate::logs::Logs;

/// What starts as a function's process.
pub(super) struct Bootstrap {
    pub executable: PathBuf,
    pub arguments: Vec<OsString>,
    /// Where the function's files are.
    pub directory: PathBuf,
    /// Where the runtime's own files are.
    pub runtime_directory: PathBuf,
    pub variables: BTreeMap<String, String>,
    /// The function's name, for its log.
    pub function: String,
}

impl Bootstrap {
    /// Starts it with the Runtime API at `runtime_api`; what it writes goes to the function's log.
    pub(super) fn start(&self, runtime_api: SocketAddr, logs: &Logs, platform: &Platform) -> Result<Child, Error> {
        let mut command = Command::new(&self.executable);
        command.args(&self.arguments).current_dir(&self.directory).env_clear().envs(&self.variables);
        // A bootstrap that is a script needs its interpreter.
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        command
            .env("AWS_LAMBDA_RUNTIME_API", runtime_api.to_string())
            .env("LAMBDA_TASK_ROOT", &self.directory)
            .env("LAMBDA_RUNTIME_DIR", &self.runtime_directory)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // A group of its own, so that what it starts ends with it.
            .process_group(0)
            .kill_on_drop(true);
        let mut child = command.spawn()?;
        if let Some(output) = child.stdout.take() {
            platform.spawn(copy(output, self.function.clone(), logs.clone()));
        }
        if let Some(output) = child.stderr.take() {
            platform.spawn(copy(output, self.function.clone(), logs.clone()));
        }
        Ok(child)
    }
}

async fn copy(output: impl AsyncRead + Unpin, function: String, logs: Logs) {
    let mut lines = BufReader::new(output).lines();
    loop {
        match lines.next_line().await {
            Ok(Some(line)) => logs.append(&function, line),
            // A line that is no text is skipped.
            Err(error) if error.kind() == ErrorKind::InvalidData => {}
            Ok(None) | Err(_) => return,
        }
    }
}

/// Why a bootstrap can't be started, as Lambda words it.
pub(super) fn reason(error: &Error) -> String {
    const EXEC_FORMAT: i32 = 8;
    let cause = match error.kind() {
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::NotFound => "no such file or directory".to_owned(),
        _ if error.raw_os_error() == Some(EXEC_FORMAT) => "exec format error".to_owned(),
        _ => error.to_string(),
    };
    format!("fork/exec /var/task/bootstrap: {cause}")
}
