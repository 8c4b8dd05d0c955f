//! Captions: where they are in the input, and what becomes of them.

use ::service::ServiceError;

use super::input::InputPlan;
use super::location::S3Location;
use super::reader::Reader;

/// Where captions come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CaptionsSource {
    /// In the picture's own data (CEA-608 and 708).
    Embedded,
    /// A file beside the input: SubRip or WebVTT.
    File(S3Location),
    /// A text track of the input, from 1.
    Track(u64),
    /// Nowhere.
    Nothing,
}

/// What an output has of captions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CaptionsPlan {
    /// None.
    Nothing,
    /// Those in the picture's data stay there.
    Embedded,
    /// The output is a WebVTT file.
    WebVtt {
        source: CaptionsSource,
        /// As ISO 639 has it, in lower case.
        language: Option<String>,
        /// For people.
        description: Option<String>,
    },
}

impl CaptionsSource {
    pub(super) fn of(selector: &Reader<'_>) -> Result<Self, ServiceError> {
        let source = selector.member("SourceSettings");
        Ok(match source.text("SourceType") {
            Some("EMBEDDED") => Self::Embedded,
            Some("SRT" | "WEBVTT") => {
                let settings = source.member("FileSourceSettings");
                let file = settings.required_text("SourceFile")?;
                Self::File(file.parse().map_err(|reason: String| settings.member("SourceFile").refuse(reason))?)
            }
            Some("TT_3GPP") => Self::Track(source.member("TrackSourceSettings").integer("TrackNumber").unwrap_or(1)),
            _ => Self::Nothing,
        })
    }
}

impl CaptionsPlan {
    /// The captions of an output; `stands_alone` when it has neither picture nor sound.
    pub(super) fn of(output: &Reader<'_>, input: &InputPlan, stands_alone: bool) -> Result<Self, ServiceError> {
        let descriptions = output.list("CaptionDescriptions");
        let description = match descriptions.as_slice() {
            [] => return Ok(Self::Nothing),
            [description] => description,
            [_, second, ..] => return Err(second.refuse("sluice has one caption description an output")),
        };
        let name = description.required_text("CaptionSelectorName")?;
        let selector = description.member("CaptionSelectorName");
        let source = input.captions.get(name);
        let source =
            source.ok_or_else(|| selector.refuse(format!("is none of the input's caption selectors: {name}")))?;
        let settings = description.member("DestinationSettings");
        let kind = settings.required_text("DestinationType")?;
        match (kind, source) {
            (_, CaptionsSource::Nothing) => Ok(Self::Nothing),
            ("EMBEDDED", CaptionsSource::Embedded) => Ok(Self::Embedded),
            ("WEBVTT", CaptionsSource::File(_) | CaptionsSource::Track(_)) if stands_alone => Ok(Self::WebVtt {
                source: source.clone(),
                language: description.text("LanguageCode").map(str::to_lowercase),
                description: description.text("LanguageDescription").map(str::to_owned),
            }),
            ("WEBVTT", CaptionsSource::File(_) | CaptionsSource::Track(_)) => {
                Err(settings.refuse("WEBVTT captions are an output of their own, without picture and sound"))
            }
            _ => Err(settings.refuse(format!("sluice does not turn captions of this source into {kind}"))),
        }
    }
}
