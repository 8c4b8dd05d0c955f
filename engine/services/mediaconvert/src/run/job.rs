//! One job: probing, transcoding, uploading.

use std::path::{Path, PathBuf};

use clock::Timestamp;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::mpsc;

use super::outcome::{self, Outcome};
use super::{internal, transfer};
use crate::events;
use crate::ffmpeg::{Inputs, Made, Progress, Source, arguments};
use crate::job::{Job, JobError, Phase};
use crate::service::MediaConvert;
use crate::settings::{self, CaptionsPlan, CaptionsSource, Plan, S3Location};

impl MediaConvert {
    /// Does what the job asks for.
    pub(super) async fn transcode(&self, job: Job) -> Result<Outcome, JobError> {
        let plan = settings::plan(&job.settings).map_err(|refused| JobError::new(1010, refused.message))?;
        let work = self.work_folder()?;
        let inputs = self.fetch(&plan, work.path()).await?;
        let source = self.source(&plan, &inputs.video).await?;
        let details = json!({"inputDetails": [source.input_details(&plan.input.file.to_string())]});
        self.phase(&job, Phase::Transcoding, 0, Some(("INPUT_INFORMATION", details))).await?;

        let folder = work.path().join("outputs");
        for index in 0..plan.groups.len() {
            std::fs::create_dir_all(folder.join(index.to_string())).map_err(internal)?;
        }
        let (words, made) = arguments(&plan, &inputs, &folder);
        let mut reports =
            Reports { service: self, job: &job, source: &source, told_at: self.platform.clock.now(), percent: 0 };
        let (sender, mut receiver) = mpsc::channel(1);
        let reporting = async {
            while let Some(progress) = receiver.recv().await {
                reports.take(progress).await;
            }
        };
        let (ended, ()) = tokio::join!(self.programs.transcode(&words, sender), reporting);
        ended.map_err(|complaint| JobError::new(1999, format!("Transcoding failed: {complaint}")))?;

        self.phase(&job, Phase::Uploading, 0, None).await?;
        let outcome = outcome::of(&self.programs, &plan, &made, &folder, source.seconds).await?;
        self.upload(&job, &plan, &made, &folder).await?;
        Ok(outcome)
    }

    /// A folder of this job's own; it is removed with what is in it.
    fn work_folder(&self) -> Result<TempDir, JobError> {
        let made = match self.platform.store.directory() {
            // Beside the objects that it fills, for the room that there is.
            Some(data) => {
                let folder = data.join("mediaconvert");
                std::fs::create_dir_all(&folder).and_then(|()| tempfile::tempdir_in(folder))
            }
            None => tempfile::tempdir(),
        };
        made.map_err(internal)
    }

    async fn fetch(&self, plan: &Plan, folder: &Path) -> Result<Inputs, JobError> {
        let services = &self.platform.services;
        let video = folder.join("input");
        transfer::fetch(services, &plan.input.file, &video).await?;
        let mut captions = Vec::new();
        for output in plan.groups.iter().flat_map(|group| &group.outputs) {
            if let CaptionsPlan::WebVtt { source: CaptionsSource::File(file), .. } = &output.captions {
                let path = folder.join(format!("captions-{}", captions.len()));
                transfer::fetch(services, file, &path).await?;
                captions.push(path);
            }
        }
        Ok(Inputs { video, captions })
    }

    async fn source(&self, plan: &Plan, file: &Path) -> Result<Source, JobError> {
        let unreadable = |reason: &str| {
            let uri = &plan.input.file;
            JobError::new(1010, format!("Unable to open input file [{uri}]: [Failed probe/open: [{reason}]]"))
        };
        let source = self.programs.probe(file).await.map_err(|complaint| {
            tracing::info!(input = %plan.input.file, complaint, "ffprobe can't read the input of a job");
            unreadable("No parser found for container")
        })?;
        let shows = plan.groups.iter().flat_map(|group| &group.outputs).any(|output| output.video.is_some());
        if shows && !source.has("video") {
            return Err(unreadable("No video stream found"));
        }
        Ok(source)
    }

    /// Notes how far the job is; fails when it is no longer worked on.
    pub(super) async fn phase(
        &self,
        job: &Job,
        phase: Phase,
        percent: u8,
        event: Option<(&'static str, Value)>,
    ) -> Result<(), JobError> {
        let change = move |job: &mut Job| {
            (job.phase, job.phase_percent) = (Some(phase), percent);
            event
        };
        match self.change(&job.id, change).await.map_err(internal)? {
            Some(_) => Ok(()),
            None => Err(internal("the job is no longer worked on")),
        }
    }

    async fn upload(&self, job: &Job, plan: &Plan, made: &[Vec<Made>], folder: &Path) -> Result<(), JobError> {
        let mut files: Vec<(PathBuf, S3Location)> = Vec::new();
        for (index, group) in plan.groups.iter().enumerate().take(made.len()) {
            let mut names: Vec<_> = std::fs::read_dir(folder.join(index.to_string()))
                .map_err(internal)?
                .map(|entry| entry.map(|entry| (entry.path(), entry.file_name().to_string_lossy().into_owned())))
                .collect::<Result<_, _>>()
                .map_err(internal)?;
            // Playlists last, those of streams before the one of all: who finds one finds what it names.
            names.sort_by_key(|(_, name)| {
                (name.ends_with(".m3u8"), *name == outcome::main_playlist(group), name.clone())
            });
            files.extend(names.into_iter().map(|(path, name)| (path, group.destination.object(&name))));
        }
        let all = files.len();
        for (index, (path, location)) in files.into_iter().enumerate() {
            transfer::store(&self.platform.services, &path, &location).await?;
            let percent = u8::try_from((index + 1) * 100 / all).unwrap_or(100);
            self.phase(job, Phase::Uploading, percent, None).await?;
        }
        Ok(())
    }
}

/// Turns ffmpeg's reports into the job's progress and its events.
struct Reports<'a> {
    service: &'a MediaConvert,
    job: &'a Job,
    source: &'a Source,
    told_at: Timestamp,
    percent: u8,
}

impl Reports<'_> {
    async fn take(&mut self, progress: Progress) {
        let share = progress.microseconds as f64 / 10_000.0 / self.source.seconds.max(0.001);
        let percent = (share as u8).min(100);
        let now = self.service.platform.clock.now();
        let is_due = now.since(self.told_at) >= self.job.status_update_interval();
        if percent == self.percent && !is_due {
            return;
        }
        self.percent = percent;
        if is_due {
            self.told_at = now;
        }
        let change = move |job: &mut Job| {
            job.phase_percent = percent;
            is_due.then(|| ("STATUS_UPDATE", events::progress(job, progress.frames)))
        };
        if let Err(failure) = self.service.change(&self.job.id, change).await {
            tracing::warn!(error = %failure, job = self.job.id, "the progress of a job was not written");
        }
    }
}
