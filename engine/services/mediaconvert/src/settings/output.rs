//! An output of a group.

use ::service::ServiceError;

use super::audio::AudioPlan;
use super::captions::CaptionsPlan;
use super::input::InputPlan;
use super::reader::Reader;
use super::video::{VideoCodec, VideoPlan};

/// One file, one rendition of a stream, or one series of frames.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OutputPlan {
    pub(crate) name_modifier: String,
    /// Of its files, where it is not what its kind ends in.
    pub(crate) extension: Option<String>,
    pub(crate) container: Container,
    pub(crate) video: Option<VideoPlan>,
    pub(crate) audio: Vec<AudioPlan>,
    pub(crate) captions: CaptionsPlan,
}

/// What an output's files are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Container {
    Mp4 {
        /// Whether the index stands at the beginning of the file.
        index_first: bool,
    },
    /// Segments of an MPEG-2 transport stream; the text is put into their names.
    Segments { modifier: String },
    /// JPEG frames.
    Frames,
    /// A WebVTT file.
    WebVtt,
}

impl OutputPlan {
    pub(super) fn of(output: &Reader<'_>, input: &InputPlan, is_hls: bool) -> Result<Self, ServiceError> {
        let video = VideoPlan::of(output)?;
        let audio = AudioPlan::all(output, input)?;
        let captions = CaptionsPlan::of(output, input, video.is_none() && audio.is_empty())?;
        let container = container(output, video.as_ref(), &captions, is_hls)?;
        if video.is_none() && audio.is_empty() && container != Container::WebVtt {
            return Err(output.refuse("has neither video nor audio nor captions of its own"));
        }
        Ok(Self {
            name_modifier: output.text("NameModifier").unwrap_or_default().to_owned(),
            extension: output.text("Extension").map(str::to_owned),
            container,
            video,
            audio,
            captions,
        })
    }

    /// Whether it is a series of frames.
    pub(crate) fn captures_frames(&self) -> bool {
        matches!(self.video, Some(VideoPlan { codec: VideoCodec::FrameCapture(_), .. }))
    }
}

fn container(
    output: &Reader<'_>,
    video: Option<&VideoPlan>,
    captions: &CaptionsPlan,
    is_hls: bool,
) -> Result<Container, ServiceError> {
    let settings = output.member("ContainerSettings");
    let named = settings.text("Container");
    let captures = matches!(video, Some(VideoPlan { codec: VideoCodec::FrameCapture(_), .. }));
    let expected = match (is_hls, captures, captions) {
        (true, true, _) => {
            return Err(output.below("VideoDescription/CodecSettings/Codec").refuse("HLS has no captured frames"));
        }
        (true, false, CaptionsPlan::WebVtt { .. }) | (true, false, _) => "M3U8",
        (false, true, _) | (false, false, CaptionsPlan::WebVtt { .. }) => "RAW",
        (false, false, _) => "MP4",
    };
    match named {
        None => return Err(settings.lacks("Container")),
        Some(named) if named != expected => {
            let reason = format!("should be {expected} for what this output is: {named}");
            return Err(settings.member("Container").refuse(reason));
        }
        Some(_) => {}
    }
    if matches!(captions, CaptionsPlan::WebVtt { .. }) {
        return Ok(Container::WebVtt);
    }
    Ok(match expected {
        "M3U8" => {
            let modifier = output.below("OutputSettings/HlsSettings").text("SegmentModifier").unwrap_or_default();
            Container::Segments { modifier: modifier.to_owned() }
        }
        "RAW" => Container::Frames,
        _ => Container::Mp4 { index_first: settings.member("Mp4Settings").text("MoovPlacement") != Some("NORMAL") },
    })
}
