//! What a film is, as MediaConvert's Probe tells.

use aws_sdk_mediaconvert::types::{Container, Format, ProbeResult, Track, TrackType};

use crate::MediaError;

/// The longest side that is taken, in pixels.
const LONGEST_SIDE: u32 = 8_192;

/// A film.
#[derive(Clone, Debug, PartialEq)]
pub struct Film {
    /// `video/mp4`
    pub content_type: String,
    /// In pixels, upright.
    pub width: u32,
    /// In pixels, upright.
    pub height: u32,
    /// How long it plays.
    pub duration_milliseconds: u64,
    /// Bits a second of the picture, where that is known.
    pub bitrate: Option<u64>,
    /// Whether there is sound.
    pub has_sound: bool,
}

impl Film {
    /// The film of a probed file.
    ///
    /// # Errors
    /// There is no picture in it, or too large a one.
    pub fn of(probed: &ProbeResult) -> Result<Self, MediaError> {
        let container = probed.container.as_ref();
        let tracks = container.and_then(|container| container.tracks.as_deref()).unwrap_or_default();
        let of = |kind: TrackType| tracks.iter().find(move |track| track.track_type.as_ref() == Some(&kind));
        let video = of(TrackType::Video).and_then(|track| track.video_properties.as_ref());
        let side = |pixels: Option<i32>| u32::try_from(pixels.unwrap_or(0)).unwrap_or(0);
        let (width, height) = video.map(|video| (side(video.width), side(video.height))).unwrap_or_default();
        if width == 0 || height == 0 {
            return Err(refused("Media.UnsupportedFormat", "there is no picture in this film"));
        }
        if width.max(height) > LONGEST_SIDE {
            let message = format!("a film's sides have at most {LONGEST_SIDE} pixels, this one's is {width}x{height}");
            return Err(refused("Media.TooManyPixels", &message));
        }
        let turned = video.and_then(|video| video.rotation).unwrap_or(0).rem_euclid(180) == 90;
        let (width, height) = if turned { (height, width) } else { (width, height) };
        let seconds = seconds(container, of(TrackType::Video));
        let overall = container.and_then(|container| container.bit_rate);
        let bitrate = video.and_then(|video| video.bit_rate).or(overall).and_then(|bits| u64::try_from(bits).ok());
        Ok(Self {
            content_type: content_type(container.and_then(|container| container.format.as_ref())),
            width,
            height,
            duration_milliseconds: (seconds * 1_000.0).round() as u64,
            bitrate: bitrate.filter(|bits| *bits > 0),
            has_sound: of(TrackType::Audio).is_some(),
        })
    }

    /// The side by which renditions are named: 1080 of 1920x1080 and of 1080x1920.
    pub fn short_side(&self) -> u32 {
        self.width.min(self.height)
    }
}

pub(super) fn refused(code: &'static str, message: &str) -> MediaError {
    MediaError::Unprocessable { code, message: message.to_owned() }
}

fn seconds(container: Option<&Container>, video: Option<&Track>) -> f64 {
    let told = container.and_then(|container| container.duration).or_else(|| video?.duration);
    told.filter(|seconds| seconds.is_finite() && *seconds > 0.0).unwrap_or(0.0)
}

fn content_type(format: Option<&Format>) -> String {
    let name = match format.map(Format::as_str) {
        Some("quicktime") => "quicktime",
        Some("matroska") => "matroska",
        Some("webm") => "webm",
        Some("avi") => "vnd.avi",
        Some("mpegts") => "mp2t",
        Some("mpegps") => "mpeg",
        Some("mxf") => "mxf",
        Some("asf") => "x-ms-asf",
        Some("ogg") => "ogg",
        Some("three_gp") => "3gpp",
        Some("three_g2") => "3gpp2",
        _ => "mp4",
    };
    format!("video/{name}")
}

#[cfg(test)]
pub(super) mod tests {
    use aws_sdk_mediaconvert::types::{AudioProperties, VideoProperties};

    use super::*;

    pub(in crate::video) fn probed(width: i32, height: i32, rotation: i32) -> ProbeResult {
        let video = VideoProperties::builder().width(width).height(height).rotation(rotation).bit_rate(2_000_000);
        let video = Track::builder().track_type(TrackType::Video).video_properties(video.build()).build();
        let sound = AudioProperties::builder().channels(2).build();
        let sound = Track::builder().track_type(TrackType::Audio).audio_properties(sound).build();
        let container = Container::builder().duration(2.5).format(Format::Quicktime).tracks(video).tracks(sound);
        ProbeResult::builder().container(container.build()).build()
    }

    #[test]
    fn a_film_is_told_upright() {
        let film = Film::of(&probed(1920, 1080, 90)).expect("a film");
        assert_eq!((film.width, film.height, film.short_side()), (1080, 1920, 1080));
        assert_eq!((film.duration_milliseconds, film.bitrate, film.has_sound), (2_500, Some(2_000_000), true));
        assert_eq!(film.content_type, "video/quicktime");
    }

    #[test]
    fn what_shows_nothing_or_too_much_is_refused() {
        let none = ProbeResult::builder().build();
        assert_eq!(Film::of(&none).expect_err("no picture").name(), "Media.UnsupportedFormat");
        assert_eq!(Film::of(&probed(10_000, 100, 0)).expect_err("too wide").name(), "Media.TooManyPixels");
    }
}
