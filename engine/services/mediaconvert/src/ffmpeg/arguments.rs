//! A plan as the arguments of one run of ffmpeg, which decodes once for all outputs.

use std::path::{Path, PathBuf};

use super::video::strings;
use super::{audio, video};
use crate::settings::{CaptionsPlan, CaptionsSource, Container, GroupKind, HlsPlan, OutputPlan, Plan};

/// What ffmpeg reads.
pub(crate) struct Inputs {
    pub(crate) video: PathBuf,
    /// The files of captions, in the order of the outputs that ask for one.
    pub(crate) captions: Vec<PathBuf>,
}

/// What an output is made as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Made {
    /// In the folder of its group: the file, the playlist, or the first frame.
    pub(crate) file: String,
}

/// The arguments that make all outputs, each group's in the folder of its number below `folder`.
pub(crate) fn arguments(plan: &Plan, inputs: &Inputs, folder: &Path) -> (Vec<String>, Vec<Vec<Made>>) {
    let mut all =
        strings(["-hide_banner", "-nostdin", "-y", "-v", "error", "-progress", "pipe:1", "-stats_period", "0.25"]);
    if !plan.input.turns {
        all.push("-noautorotate".to_owned());
    }
    all.extend(["-i".to_owned(), path(&inputs.video)]);
    for captions in &inputs.captions {
        all.extend(["-i".to_owned(), path(captions)]);
    }
    let mut caption_files = 1..;
    let mut made = Vec::new();
    for (index, group) in plan.groups.iter().enumerate() {
        let folder = folder.join(index.to_string());
        let mut of_group = Vec::new();
        for output in &group.outputs {
            let stem = format!("{}{}", group.destination.base, output.name_modifier);
            all.extend(strings(["-map_metadata", "-1", "-map_chapters", "-1"]));
            if let CaptionsPlan::WebVtt { source, .. } = &output.captions {
                let map = match source {
                    CaptionsSource::File(_) => format!("{}:s:0", caption_files.next().unwrap_or_default()),
                    CaptionsSource::Track(number) => format!("0:s:{}", number.saturating_sub(1)),
                    CaptionsSource::Embedded | CaptionsSource::Nothing => continue,
                };
                all.extend(["-map".to_owned(), map]);
            } else {
                if output.video.is_some() {
                    all.extend(strings(["-map", "0:v:0"]));
                }
                all.extend(audio::maps(&output.audio));
            }
            if let Some(picture) = &output.video {
                all.extend(video::arguments(picture, &output.captions));
            }
            all.extend(audio::arguments(&output.audio));
            let file = written(&mut all, output, &group.kind, &stem, &folder);
            of_group.push(Made { file });
        }
        made.push(of_group);
    }
    (all, made)
}

/// Adds what says where an output is written; answers its file.
fn written(all: &mut Vec<String>, output: &OutputPlan, kind: &GroupKind, stem: &str, folder: &Path) -> String {
    let extension = |default: &str| output.extension.clone().unwrap_or_else(|| default.to_owned());
    match (&output.container, kind) {
        (Container::Mp4 { index_first }, _) => {
            let file = format!("{stem}.{}", extension("mp4"));
            if *index_first {
                all.extend(strings(["-movflags", "+faststart"]));
            }
            all.extend(["-f".to_owned(), "mp4".to_owned(), path(&folder.join(&file))]);
            file
        }
        (Container::Frames, _) => {
            let ending = extension("jpg");
            let pattern = format!("{}.%07d.{ending}", stem.replace('%', "%%"));
            all.extend(strings(["-f", "image2", "-start_number", "0"]));
            all.push(path(&folder.join(pattern)));
            format!("{stem}.0000000.{ending}")
        }
        (Container::WebVtt, kind) => {
            // In a stream, the file is the one segment of a playlist.
            let name = if *kind == GroupKind::Files { String::new() } else { "_00001".to_owned() };
            let file = format!("{stem}{name}.{}", extension("vtt"));
            all.extend(["-f".to_owned(), "webvtt".to_owned(), path(&folder.join(&file))]);
            file
        }
        (Container::Segments { modifier }, GroupKind::Hls(hls)) => {
            all.extend(segments(hls, &folder.join(format!("{}{modifier}_%05d.ts", stem.replace('%', "%%")))));
            let file = format!("{stem}.m3u8");
            all.push(path(&folder.join(&file)));
            file
        }
        (Container::Segments { .. }, GroupKind::Files) => unreachable!("only HLS groups have segments"),
    }
}

fn segments(hls: &HlsPlan, pattern: &Path) -> Vec<String> {
    let mut all =
        strings(["-f", "hls", "-hls_playlist_type", "vod", "-hls_segment_type", "mpegts", "-start_number", "1"]);
    all.extend(strings(["-hls_flags", "independent_segments", "-hls_time", &hls.segment_seconds.to_string()]));
    if !hls.allows_cache {
        all.extend(strings(["-hls_allow_cache", "0"]));
    }
    all.extend(["-hls_segment_filename".to_owned(), path(pattern)]);
    all
}

fn path(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
