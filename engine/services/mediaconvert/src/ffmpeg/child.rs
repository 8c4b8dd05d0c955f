//! Running ffmpeg so that it never outlives the engine.

use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::Command;
use tokio::sync::mpsc;

use super::Programs;

/// Runs a program that dies when the shell's standard input is closed. That happens when the engine lets go of it, and
/// also when the engine is killed, for then the operating system closes it.
const LEASH: &str = r#"
exec 3<&0
"$@" 3<&- </dev/null &
child=$!
{ cat <&3; kill -KILL "$child"; } >/dev/null 2>&1 &
watch=$!
exec 3<&-
wait "$child"
status=$?
kill "$watch" 2>/dev/null
exit "$status"
"#;

/// How much of what ffmpeg complains of is kept.
const COMPLAINT_BYTES: usize = 4 * 1024;

/// How far ffmpeg is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    pub(crate) frames: u64,
    /// Of the output's time line.
    pub(crate) microseconds: u64,
}

impl Progress {
    /// Takes in a line; whether it ends a report.
    fn read(&mut self, line: &str) -> bool {
        let Some((name, value)) = line.split_once('=') else { return false };
        let number = || value.trim().parse::<u64>().ok();
        match name {
            "frame" => self.frames = number().unwrap_or(self.frames),
            // Older versions misname it: it has always been microseconds.
            "out_time_us" | "out_time_ms" => self.microseconds = number().unwrap_or(self.microseconds),
            "progress" => return true,
            _ => {}
        }
        false
    }
}

impl Programs {
    /// Runs ffmpeg to its end and sends each report of progress to `reports`. Dropped before, it takes ffmpeg with it.
    ///
    /// # Errors
    /// What ffmpeg complained of.
    pub(crate) async fn transcode(&self, arguments: &[String], reports: mpsc::Sender<Progress>) -> Result<(), String> {
        let ffmpeg = self.find("ffmpeg").ok_or("ffmpeg is no longer on this machine")?;
        let mut child = Command::new("sh")
            .args(["-c", LEASH, "sh"])
            .arg(ffmpeg)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|failure| format!("ffmpeg can't be started: {failure}"))?;
        let leash = child.stdin.take();
        let (Some(output), Some(errors)) = (child.stdout.take(), child.stderr.take()) else {
            return Err("ffmpeg was started without its pipes".to_owned());
        };
        let complaint = async {
            let mut text = Vec::new();
            let mut errors = BufReader::new(errors);
            // The end of it says why it ended.
            let mut buffer = [0; 1024];
            while let Ok(count @ 1..) = errors.read(&mut buffer).await {
                text.extend_from_slice(&buffer[..count]);
                let surplus = text.len().saturating_sub(COMPLAINT_BYTES);
                text.drain(..surplus);
            }
            String::from_utf8_lossy(&text).trim().to_owned()
        };
        let progress = async {
            let (mut lines, mut progress) = (BufReader::new(output).lines(), Progress::default());
            while let Ok(Some(line)) = lines.next_line().await {
                if progress.read(&line) {
                    // Nobody need listen.
                    let _ = reports.send(progress).await;
                }
            }
            drop(reports);
        };
        let (complaint, ()) = tokio::join!(complaint, progress);
        let status = child.wait().await.map_err(|failure| format!("ffmpeg was lost: {failure}"))?;
        drop(leash);
        match status.success() {
            true => Ok(()),
            false if complaint.is_empty() => Err(format!("ffmpeg ended with {status}")),
            false => Err(complaint),
        }
    }

    /// What ffprobe tells of a file, as JSON.
    pub(super) async fn ffprobe(&self, file: &std::path::Path) -> Result<serde_json::Value, String> {
        let ffprobe = self.find("ffprobe").ok_or("ffprobe is no longer on this machine")?;
        let output = Command::new(ffprobe)
            .args(["-v", "error", "-print_format", "json", "-show_format", "-show_streams"])
            .arg(file)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await
            .map_err(|failure| format!("ffprobe can't be started: {failure}"))?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
        }
        serde_json::from_slice(&output.stdout).map_err(|failure| format!("ffprobe told no JSON: {failure}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_ends_with_its_progress_line() {
        let mut progress = Progress::default();
        let ends: Vec<bool> =
            ["frame=12", "fps=3.0", "out_time_us=480000", "progress=continue"].map(|line| progress.read(line)).into();
        assert_eq!(ends, [false, false, false, true]);
        assert_eq!(progress, Progress { frames: 12, microseconds: 480_000 });
        progress.read("out_time_us=N/A");
        assert_eq!(progress.microseconds, 480_000);
    }
}
