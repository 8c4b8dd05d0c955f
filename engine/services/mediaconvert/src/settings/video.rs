//! The picture of an output.

use ::service::ServiceError;

use super::reader::Reader;

/// A picture: its size and how it is encoded.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct VideoPlan {
    /// In pixels; one alone scales evenly, none is the source's.
    pub(crate) width: Option<u64>,
    pub(crate) height: Option<u64>,
    pub(crate) scaling: Scaling,
    pub(crate) codec: VideoCodec,
}

/// What becomes of a source of another shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scaling {
    /// Black bars fill the rest.
    Pad,
    /// The picture is stretched.
    Stretch,
    /// The picture is as large as fits.
    Fit,
    /// The same, and never larger than the source.
    FitNoUpscale,
}

/// How a picture is encoded.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum VideoCodec {
    H264(Box<H264Plan>),
    FrameCapture(FrameCapture),
}

/// Single frames as JPEG.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FrameCapture {
    pub(crate) rate: FrameRate,
    pub(crate) most: u64,
    /// From 1 to 100.
    pub(crate) quality: u64,
}

/// Frames a second as a fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FrameRate(pub(crate) u64, pub(crate) u64);

/// What H.264 is told. `None` leaves the choice to the encoder.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct H264Plan {
    pub(crate) rate: RateControl,
    /// In bits.
    pub(crate) buffer: Option<u64>,
    /// In per cent of the buffer.
    pub(crate) initial_fill: Option<u64>,
    pub(crate) high_quality: bool,
    pub(crate) profile: Option<String>,
    pub(crate) level: Option<String>,
    pub(crate) cavlc: bool,
    /// The distance of key frames, and whether it is in seconds.
    pub(crate) gop: (f64, bool),
    pub(crate) b_frames: Option<u64>,
    pub(crate) b_reference: Option<bool>,
    pub(crate) dynamic_b_frames: Option<bool>,
    pub(crate) references: Option<u64>,
    pub(crate) min_key_distance: Option<u64>,
    pub(crate) scene_cuts: bool,
    pub(crate) slices: Option<u64>,
    pub(crate) frame_rate: Option<FrameRate>,
    pub(crate) pixel_aspect: Option<(u64, u64)>,
    pub(crate) adaptive_quantization: bool,
}

/// How many bits a second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum RateControl {
    /// As many as the quality takes, from 1 to 10, up to a bound.
    Quality { level: f64, most: u64 },
    /// Always this many.
    Constant(u64),
    /// This many on average.
    Variable { average: u64, most: Option<u64> },
}

impl VideoPlan {
    /// The video description of an output, where it has one.
    pub(super) fn of(output: &Reader<'_>) -> Result<Option<Self>, ServiceError> {
        let description = output.member("VideoDescription");
        if description.is_absent() {
            return Ok(None);
        }
        let scaling = match description.text("ScalingBehavior") {
            Some("STRETCH_TO_OUTPUT") => Scaling::Stretch,
            Some("FIT") => Scaling::Fit,
            Some("FIT_NO_UPSCALE") => Scaling::FitNoUpscale,
            _ => Scaling::Pad,
        };
        let settings = description.member("CodecSettings");
        let codec = match settings.required_text("Codec")? {
            "FRAME_CAPTURE" => VideoCodec::FrameCapture(capture(&settings.member("FrameCaptureSettings"))),
            _ => VideoCodec::H264(Box::new(h264(&settings.member("H264Settings"))?)),
        };
        let (width, height) = (side(&description, "Width")?, side(&description, "Height")?);
        Ok(Some(Self { width, height, scaling, codec }))
    }
}

fn side(description: &Reader<'_>, name: &str) -> Result<Option<u64>, ServiceError> {
    match description.integer(name) {
        Some(pixels) if pixels % 2 == 1 => {
            Err(description.member(name).refuse(format!("should be an even number: {pixels}")))
        }
        given => Ok(given),
    }
}

fn capture(settings: &Reader<'_>) -> FrameCapture {
    let number = |name, default| settings.integer(name).unwrap_or(default);
    FrameCapture {
        rate: FrameRate(number("FramerateNumerator", 1), number("FramerateDenominator", 1)),
        most: number("MaxCaptures", 10_000_000),
        quality: number("Quality", 80),
    }
}

fn h264(settings: &Reader<'_>) -> Result<H264Plan, ServiceError> {
    let frame_rate = match settings.text("FramerateControl") {
        Some("SPECIFIED") => Some(FrameRate(
            settings.required_integer("FramerateNumerator")?,
            settings.required_integer("FramerateDenominator")?,
        )),
        _ => None,
    };
    let pixel_aspect = match settings.text("ParControl") {
        Some("SPECIFIED") => {
            Some((settings.required_integer("ParNumerator")?, settings.required_integer("ParDenominator")?))
        }
        _ => None,
    };
    let is = |name: &str, word: &str| settings.text(name).map(|given| given == word);
    let gop = settings.number("GopSize").filter(|size| *size > 0.0).unwrap_or(90.0);
    Ok(H264Plan {
        rate: rate(settings)?,
        buffer: settings.integer("HrdBufferSize").filter(|size| *size > 0),
        initial_fill: settings.integer("HrdBufferInitialFillPercentage"),
        high_quality: is("QualityTuningLevel", "SINGLE_PASS_HQ").unwrap_or(false),
        profile: settings.text("CodecProfile").map(str::to_lowercase),
        level: level(settings)?,
        cavlc: is("EntropyEncoding", "CAVLC").unwrap_or(false),
        gop: (gop, is("GopSizeUnits", "SECONDS").unwrap_or(false)),
        b_frames: settings.integer("NumberBFramesBetweenReferenceFrames"),
        b_reference: is("GopBReference", "ENABLED"),
        dynamic_b_frames: is("DynamicSubGop", "ADAPTIVE"),
        references: settings.integer("NumberReferenceFrames"),
        min_key_distance: settings.integer("MinIInterval").filter(|frames| *frames > 0),
        scene_cuts: is("SceneChangeDetect", "ENABLED").unwrap_or(true),
        slices: settings.integer("Slices"),
        frame_rate,
        pixel_aspect,
        adaptive_quantization: !is("AdaptiveQuantization", "OFF").unwrap_or(false),
    })
}

fn rate(settings: &Reader<'_>) -> Result<RateControl, ServiceError> {
    Ok(match settings.required_text("RateControlMode")? {
        "CBR" => RateControl::Constant(settings.required_integer("Bitrate")?),
        "QVBR" => {
            let quality = settings.member("QvbrSettings");
            let level = quality.number("QvbrQualityLevel").unwrap_or(7.0);
            let fine = quality.number("QvbrQualityLevelFineTune").unwrap_or(0.0);
            RateControl::Quality { level: level + fine, most: settings.required_integer("MaxBitrate")? }
        }
        _ => RateControl::Variable {
            average: settings.required_integer("Bitrate")?,
            most: settings.integer("MaxBitrate"),
        },
    })
}

/// `LEVEL_4_1` is 4.1.
fn level(settings: &Reader<'_>) -> Result<Option<String>, ServiceError> {
    let Some(given) = settings.text("CodecLevel").filter(|given| *given != "AUTO") else { return Ok(None) };
    let digits = given.strip_prefix("LEVEL_").map(|digits| digits.replace('_', "."));
    let level = digits.filter(|digits| digits.parse::<f64>().is_ok_and(|level| (1.0..=5.2).contains(&level)));
    level.map(Some).ok_or_else(|| settings.member("CodecLevel").refuse(format!("is no level of H.264: {given}")))
}
