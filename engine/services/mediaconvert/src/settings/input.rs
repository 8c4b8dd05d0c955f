//! The input of a job: the file, and which of its tracks are meant.

use std::collections::BTreeMap;

use ::service::ServiceError;

use super::captions::CaptionsSource;
use super::location::S3Location;
use super::reader::Reader;

/// What is read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct InputPlan {
    pub(crate) file: S3Location,
    /// Whether the picture is turned as the file says.
    pub(crate) turns: bool,
    /// The audio selectors, by their names.
    pub(super) audio: BTreeMap<String, TrackChoice>,
    /// The selector that is meant where none is named.
    pub(super) default_audio: Option<String>,
    pub(super) captions: BTreeMap<String, CaptionsSource>,
}

/// An audio track.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TrackChoice {
    /// By its number among the audio tracks, from 1.
    Number(u64),
    /// The first in this language, in lower case.
    Language(String),
}

impl InputPlan {
    pub(super) fn of(input: &Reader<'_>) -> Result<Self, ServiceError> {
        let file = input.required_text("FileInput")?;
        let file = file.parse().map_err(|reason: String| input.member("FileInput").refuse(reason))?;
        let mut plan = Self {
            file,
            turns: input.member("VideoSelector").text("Rotate") == Some("AUTO"),
            audio: BTreeMap::new(),
            default_audio: None,
            captions: BTreeMap::new(),
        };
        for (name, selector) in input.map("AudioSelectors") {
            let is_default = selector.text("DefaultSelection") == Some("DEFAULT");
            if is_default || plan.default_audio.is_none() {
                plan.default_audio = Some(name.clone());
            }
            plan.audio.insert(name, track_choice(&selector)?);
        }
        for (name, selector) in input.map("CaptionSelectors") {
            plan.captions.insert(name, CaptionsSource::of(&selector)?);
        }
        Ok(plan)
    }
}

fn track_choice(selector: &Reader<'_>) -> Result<TrackChoice, ServiceError> {
    if selector.text("SelectorType") == Some("LANGUAGE_CODE") {
        return Ok(TrackChoice::Language(selector.required_text("LanguageCode")?.to_lowercase()));
    }
    let tracks = selector.list("Tracks");
    match tracks.as_slice() {
        [] => Ok(TrackChoice::Number(1)),
        [track] => Ok(TrackChoice::Number(track.as_integer().unwrap_or(1))),
        [_, second, ..] => Err(second.refuse("sluice takes one track for an audio selector")),
    }
}
