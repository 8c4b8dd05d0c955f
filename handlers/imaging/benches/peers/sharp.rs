//! The peer in a process of its own, asked for one picture after the other.

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use imaging::OutputFormat;

use crate::Times;

pub(crate) struct Sharp {
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Sharp {
    pub(crate) fn start() -> Result<Self, Box<dyn Error>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/sharp");
        if !folder.join("node_modules/sharp").is_dir() {
            let installed =
                Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(&folder).status()?;
            if !installed.success() {
                return Err("npm could not install sharp".into());
            }
        }
        let mut process = Command::new("node")
            .arg("run.mjs")
            .current_dir(&folder)
            .env("UV_THREADPOOL_SIZE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let requests = process.stdin.take().expect("is piped");
        let answers = BufReader::new(process.stdout.take().expect("is piped"));
        Ok(Self { process, requests, answers })
    }

    pub(crate) fn make(
        &mut self,
        file: &Path,
        width: u32,
        format: OutputFormat,
        output: &Path,
    ) -> Result<Times, Box<dyn Error>> {
        let format = serde_json::to_value(format)?;
        let request = serde_json::json!({ "file": file, "width": width, "format": format, "output": output });
        writeln!(self.requests, "{request}")?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        Ok(serde_json::from_str(&answer)?)
    }
}

impl Drop for Sharp {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
