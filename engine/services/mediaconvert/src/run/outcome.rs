//! What a job's outputs have become: checked with ffprobe, told in `OutputGroupDetails` and in the event.

use std::path::Path;

use serde_json::{Value, json};

use super::internal;
use super::playlist::{self, Rendition};
use crate::ffmpeg::{Made, Programs};
use crate::job::JobError;
use crate::settings::{Container, GroupKind, GroupPlan, OutputPlan, Plan};

/// The outputs of a job that is complete.
pub(crate) struct Outcome {
    /// As GetJob tells them.
    pub(super) described: Value,
    /// As the event tells them.
    pub(super) told: Value,
}

/// The name of the playlist of all renditions.
pub(super) fn main_playlist(group: &GroupPlan) -> String {
    format!("{}.m3u8", group.destination.base)
}

/// Looks at what ffmpeg has made, and writes the playlists of all renditions.
pub(super) async fn of(
    programs: &Programs,
    plan: &Plan,
    made: &[Vec<Made>],
    folder: &Path,
    seconds: f64,
) -> Result<Outcome, JobError> {
    let (mut described, mut told) = (Vec::new(), Vec::new());
    for (index, (group, made)) in plan.groups.iter().zip(made).enumerate() {
        let folder = folder.join(index.to_string());
        let (mut details, mut events, mut renditions) = (Vec::new(), Vec::new(), Vec::new());
        for (output, made) in group.outputs.iter().zip(made) {
            let look = Look { programs, group, output, folder: &folder, seconds };
            let seen = look.at(&made.file).await?;
            details.push(seen.described);
            events.push(seen.told);
            renditions.extend(seen.rendition);
        }
        described.push(json!({"OutputDetails": details}));
        told.push(match &group.kind {
            GroupKind::Files => json!({"type": "FILE_GROUP", "outputDetails": events}),
            GroupKind::Hls(hls) => {
                let main = main_playlist(group);
                write(&folder.join(&main), &playlist::main(&renditions, hls.tells_resolution))?;
                let path = group.destination.object(&main).to_string();
                json!({"type": "HLS_GROUP", "outputDetails": events, "playlistFilePaths": [path]})
            }
        });
    }
    let told = json!({"outputGroupDetails": told, "paddingInserted": 0});
    Ok(Outcome { described: described.into(), told })
}

/// An output, and where its files are.
struct Look<'a> {
    programs: &'a Programs,
    group: &'a GroupPlan,
    output: &'a OutputPlan,
    folder: &'a Path,
    seconds: f64,
}

struct Seen {
    described: Value,
    told: Value,
    rendition: Option<Rendition>,
}

impl Look<'_> {
    async fn at(&self, file: &str) -> Result<Seen, JobError> {
        if let Container::WebVtt = self.output.container {
            return self.at_captions(file);
        }
        let path = self.folder.join(file);
        let source = self.programs.probe(&path).await.map_err(|complaint| {
            JobError::new(1999, format!("an output that was made can't be read: {file}: {complaint}"))
        })?;
        let seconds = if self.output.captures_frames() { self.seconds } else { source.seconds };
        let milliseconds = (seconds * 1000.0).round() as u64;
        let mut described = json!({"DurationInMs": milliseconds});
        let mut told = json!({"outputFilePaths": [self.uri(&self.last_of(file)?)], "durationInMs": milliseconds});
        if let Some((width, height)) = source.size() {
            described["VideoDetails"] = json!({"WidthInPx": width, "HeightInPx": height});
            told["videoDetails"] = json!({"widthInPx": width, "heightInPx": height});
        }
        let rendition = match self.output.container {
            Container::Segments { .. } => Some(Rendition::of_stream(self.folder, file, &source)?),
            _ => None,
        };
        Ok(Seen { described, told, rendition })
    }

    /// Of a series of frames, AWS names the last.
    fn last_of(&self, file: &str) -> Result<String, JobError> {
        if !self.output.captures_frames() {
            return Ok(file.to_owned());
        }
        let beginning = file.split(".0000000.").next().unwrap_or(file).to_owned() + ".";
        let names = std::fs::read_dir(self.folder).map_err(internal)?.flatten();
        let frames = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
        Ok(frames.filter(|name| name.starts_with(&beginning)).max().unwrap_or_else(|| file.to_owned()))
    }

    /// The captions of a stream get a playlist with one segment.
    fn at_captions(&self, file: &str) -> Result<Seen, JobError> {
        let milliseconds = (self.seconds * 1000.0).round() as u64;
        let mut named = file.to_owned();
        let mut rendition = None;
        if self.group.kind != GroupKind::Files {
            let path = self.folder.join(file);
            let text = std::fs::read_to_string(&path).map_err(internal)?;
            write(&path, &playlist::captions_in_stream(&text))?;
            named = format!("{}{}.m3u8", self.group.destination.base, self.output.name_modifier);
            write(&self.folder.join(&named), &playlist::one_segment(file, self.seconds))?;
            rendition = Some(Rendition::of_captions(&named, &self.output.captions));
        }
        Ok(Seen {
            described: json!({"DurationInMs": milliseconds}),
            told: json!({"outputFilePaths": [self.uri(&named)], "durationInMs": milliseconds}),
            rendition,
        })
    }

    fn uri(&self, file: &str) -> String {
        self.group.destination.object(file).to_string()
    }
}

fn write(path: &Path, text: &str) -> Result<(), JobError> {
    std::fs::write(path, text).map_err(internal)
}
