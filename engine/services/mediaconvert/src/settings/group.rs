//! A group of outputs, which go to one place.

use std::collections::HashSet;

use ::service::ServiceError;

use super::input::InputPlan;
use super::location::Destination;
use super::output::OutputPlan;
use super::reader::Reader;

/// Outputs that go to one place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct GroupPlan {
    pub(crate) kind: GroupKind,
    pub(crate) destination: Destination,
    pub(crate) outputs: Vec<OutputPlan>,
}

/// What a group is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum GroupKind {
    /// Files, each for itself.
    Files,
    /// The renditions of one stream.
    Hls(HlsPlan),
}

/// What an HLS group is told.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct HlsPlan {
    pub(crate) segment_seconds: u64,
    pub(crate) allows_cache: bool,
    pub(crate) tells_resolution: bool,
}

impl GroupPlan {
    pub(super) fn of(group: &Reader<'_>, input: &InputPlan) -> Result<Self, ServiceError> {
        let settings = group.member("OutputGroupSettings");
        let is_hls = settings.required_text("Type")? == "HLS_GROUP_SETTINGS";
        let own = settings.member(if is_hls { "HlsGroupSettings" } else { "FileGroupSettings" });
        let destination = Destination::of(own.required_text("Destination")?, &input.file)
            .map_err(|reason| own.member("Destination").refuse(reason))?;
        let kind = match is_hls {
            false => GroupKind::Files,
            true => GroupKind::Hls(HlsPlan {
                segment_seconds: own.integer("SegmentLength").unwrap_or(10),
                allows_cache: own.text("ClientCache") != Some("DISABLED"),
                tells_resolution: own.text("StreamInfResolution") != Some("EXCLUDE"),
            }),
        };
        let readers = group.list("Outputs");
        if readers.is_empty() {
            return Err(group.lacks("Outputs"));
        }
        let mut names = HashSet::new();
        let mut outputs = Vec::new();
        for reader in &readers {
            let output = OutputPlan::of(reader, input, is_hls)?;
            let name = output.name_modifier.as_str();
            // The name without a modifier is that of the playlist of all.
            if is_hls && name.is_empty() {
                return Err(reader.lacks("NameModifier"));
            }
            if name.contains('/') || name.contains('$') {
                let reason = format!("sluice has neither folders nor format identifiers in it: {name}");
                return Err(reader.member("NameModifier").refuse(reason));
            }
            if !names.insert((name.to_owned(), std::mem::discriminant(&output.container))) {
                return Err(reader.member("NameModifier").refuse(format!("is another output's too: {name:?}")));
            }
            outputs.push(output);
        }
        Ok(Self { kind, destination, outputs })
    }
}
