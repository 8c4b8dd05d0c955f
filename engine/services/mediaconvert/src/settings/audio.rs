//! The sound of an output.

use ::service::ServiceError;

use super::input::{InputPlan, TrackChoice};
use super::reader::Reader;

/// A track of AAC.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AudioPlan {
    pub(crate) track: TrackChoice,
    /// Bits a second.
    pub(crate) bitrate: u64,
    pub(crate) sample_rate: u64,
    pub(crate) channels: u8,
    /// In lower case, where it isn't the input's.
    pub(crate) language: Option<String>,
    pub(crate) name: Option<String>,
}

impl AudioPlan {
    /// The audio descriptions of an output.
    pub(super) fn all(output: &Reader<'_>, input: &InputPlan) -> Result<Vec<Self>, ServiceError> {
        output.list("AudioDescriptions").iter().map(|description| Self::of(description, input)).collect()
    }

    fn of(description: &Reader<'_>, input: &InputPlan) -> Result<Self, ServiceError> {
        let codec = description.member("CodecSettings");
        codec.required_text("Codec")?;
        let aac = codec.member("AacSettings");
        let channels = match aac.required_text("CodingMode")? {
            "CODING_MODE_1_0" => 1,
            "CODING_MODE_5_1" => 6,
            _ => 2,
        };
        let is_configured = description.text("LanguageCodeControl") == Some("USE_CONFIGURED");
        Ok(Self {
            track: track(description, input)?,
            bitrate: aac.required_integer("Bitrate")?,
            sample_rate: aac.required_integer("SampleRate")?,
            channels,
            language: description.text("LanguageCode").filter(|_| is_configured).map(str::to_lowercase),
            name: description.text("StreamName").map(str::to_owned),
        })
    }
}

fn track(description: &Reader<'_>, input: &InputPlan) -> Result<TrackChoice, ServiceError> {
    match description.text("AudioSourceName") {
        Some(name) => input.audio.get(name).cloned().ok_or_else(|| {
            let reason = format!("is none of the input's audio selectors: {name}");
            description.member("AudioSourceName").refuse(reason)
        }),
        None => {
            let selected = input.default_audio.as_ref().and_then(|name| input.audio.get(name));
            Ok(selected.cloned().unwrap_or(TrackChoice::Number(1)))
        }
    }
}
