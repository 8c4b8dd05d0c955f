//! A job's settings: which are honoured, and what they ask of ffmpeg. Pure.

mod audio;
mod captions;
mod group;
mod honoured;
mod input;
mod location;
mod merge;
mod output;
mod reader;
mod video;

pub(crate) use audio::AudioPlan;
pub(crate) use captions::{CaptionsPlan, CaptionsSource};
pub(crate) use group::{GroupKind, GroupPlan, HlsPlan};
pub(crate) use input::{InputPlan, TrackChoice};
pub(crate) use location::S3Location;
pub(crate) use merge::{insert_presets, merged, preset_names};
pub(crate) use output::{Container, OutputPlan};
pub(crate) use video::{FrameCapture, FrameRate, H264Plan, RateControl, Scaling, VideoCodec, VideoPlan};

use ::service::ServiceError;
use serde_json::Value;

use reader::Reader;

/// What a job does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plan {
    pub(crate) input: InputPlan,
    pub(crate) groups: Vec<GroupPlan>,
}

/// What the settings ask for.
///
/// # Errors
/// The path of the first setting that is missing, wrong, or not honoured.
pub(crate) fn plan(settings: &Value) -> Result<Plan, ServiceError> {
    honoured::check(settings, "")?;
    let settings = Reader::new(settings);
    let inputs = settings.list("Inputs");
    let input = match inputs.as_slice() {
        [] => return Err(settings.lacks("Inputs")),
        [input] => InputPlan::of(input)?,
        [_, second, ..] => return Err(second.refuse("sluice transcodes one input a job")),
    };
    let groups = settings.list("OutputGroups");
    if groups.is_empty() {
        return Err(settings.lacks("OutputGroups"));
    }
    let groups = groups.iter().map(|group| GroupPlan::of(group, &input)).collect::<Result<_, _>>()?;
    Ok(Plan { input, groups })
}

/// Checks what a job template says; what it leaves open, its jobs say.
pub(crate) fn check_template(settings: &Value) -> Result<(), ServiceError> {
    honoured::check(settings, "/settings")
}

/// Checks what a preset says: it is a part of an output.
pub(crate) fn check_preset(settings: &Value) -> Result<(), ServiceError> {
    honoured::check_output(settings, "/settings")
}

#[cfg(test)]
mod tests;
