//! HLS playlists: the one of all renditions, and those of captions.
//!
//! <https://www.rfc-editor.org/rfc/rfc8216>

use std::fmt::Write;
use std::fs;
use std::path::Path;

use super::internal;
use crate::ffmpeg::Source;
use crate::job::JobError;
use crate::settings::CaptionsPlan;

/// Where ffmpeg's transport streams begin on their clock of 90 kHz: 1.4 seconds.
const STREAM_BEGIN: u64 = 126_000;

/// A rendition, as the playlist of all tells it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Rendition {
    /// Picture, sound or both.
    Stream {
        file: String,
        /// Bits a second, of the largest segment.
        peak: u64,
        average: u64,
        size: Option<(u64, u64)>,
        frame_rate: Option<f64>,
        codecs: Option<String>,
    },
    /// Text.
    Captions { file: String, language: Option<String>, name: String },
}

impl Rendition {
    /// The rendition of a playlist that ffmpeg has written.
    pub(super) fn of_stream(folder: &Path, file: &str, source: &Source) -> Result<Self, JobError> {
        let text = fs::read_to_string(folder.join(file)).map_err(internal)?;
        let (mut peak, mut bits, mut seconds, mut first) = (0.0_f64, 0.0, 0.0, None);
        for (duration, name) in segments(&text) {
            let size = fs::metadata(folder.join(name)).map_err(internal)?.len() as f64 * 8.0;
            peak = peak.max(size / duration.max(0.001));
            (bits, seconds) = (bits + size, seconds + duration);
            first = first.or(Some(name));
        }
        let codecs = first.and_then(|name| codecs(&fs::read(folder.join(name)).ok()?, source));
        Ok(Self::Stream {
            file: file.to_owned(),
            peak: peak.ceil() as u64,
            average: (bits / seconds.max(0.001)).ceil() as u64,
            size: source.size(),
            frame_rate: source.frame_rate(),
            codecs,
        })
    }

    /// The rendition of captions.
    pub(super) fn of_captions(file: &str, captions: &CaptionsPlan) -> Self {
        let (language, description) = match captions {
            CaptionsPlan::WebVtt { language, description, .. } => (language.clone(), description.clone()),
            CaptionsPlan::Nothing | CaptionsPlan::Embedded => (None, None),
        };
        let name = description.or_else(|| language.clone()).unwrap_or_else(|| "captions".to_owned());
        Self::Captions { file: file.to_owned(), language, name }
    }
}

/// Seconds and name of each segment of a playlist.
fn segments(playlist: &str) -> impl Iterator<Item = (f64, &str)> {
    let mut seconds = 0.0;
    playlist.lines().filter_map(move |line| {
        if let Some(length) = line.strip_prefix("#EXTINF:") {
            seconds = length.split(',').next().and_then(|length| length.parse().ok()).unwrap_or(0.0);
            return None;
        }
        (!line.starts_with('#') && !line.is_empty()).then_some((seconds, line))
    })
}

/// The codecs as RFC 6381 names them: H.264's profile, constraints and level stand in the stream's parameters.
fn codecs(segment: &[u8], source: &Source) -> Option<String> {
    let mut names = Vec::new();
    if source.has("video") {
        let beginning = &segment[..segment.len().min(64 * 1024)];
        let set = beginning.windows(7).find(|bytes| bytes[..3] == [0, 0, 1] && bytes[3] & 0x1f == 7)?;
        names.push(format!("avc1.{:02x}{:02x}{:02x}", set[4], set[5], set[6]));
    }
    if source.has("audio") {
        names.push("mp4a.40.2".to_owned());
    }
    Some(names.join(","))
}

/// The playlist of all renditions.
pub(super) fn main(renditions: &[Rendition], tells_resolution: bool) -> String {
    let mut text = "#EXTM3U\n#EXT-X-VERSION:4\n#EXT-X-INDEPENDENT-SEGMENTS\n".to_owned();
    let mut has_captions = false;
    for rendition in renditions {
        if let Rendition::Captions { file, language, name } = rendition {
            has_captions = true;
            let name = name.replace('"', "'");
            let language = language.as_ref().map(|code| format!(",LANGUAGE=\"{code}\"")).unwrap_or_default();
            let media = format!("TYPE=SUBTITLES,GROUP-ID=\"subs\",NAME=\"{name}\"{language},DEFAULT=NO,AUTOSELECT=YES");
            let _ = writeln!(text, "#EXT-X-MEDIA:{media},FORCED=NO,URI=\"{file}\"");
        }
    }
    for rendition in renditions {
        let Rendition::Stream { file, peak, average, size, frame_rate, codecs } = rendition else { continue };
        let _ = write!(text, "#EXT-X-STREAM-INF:BANDWIDTH={peak},AVERAGE-BANDWIDTH={average}");
        if let Some(codecs) = codecs {
            let _ = write!(text, ",CODECS=\"{codecs}\"");
        }
        if let Some((width, height)) = size.filter(|_| tells_resolution) {
            let _ = write!(text, ",RESOLUTION={width}x{height}");
        }
        if let Some(rate) = frame_rate {
            let _ = write!(text, ",FRAME-RATE={rate:.3}");
        }
        if has_captions {
            let _ = write!(text, ",SUBTITLES=\"subs\"");
        }
        let _ = write!(text, "\n{file}\n");
    }
    text
}

/// WebVTT with its place on the streams' clock.
pub(super) fn captions_in_stream(text: &str) -> String {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    format!("{first}\nX-TIMESTAMP-MAP=MPEGTS:{STREAM_BEGIN},LOCAL:00:00:00.000\n{rest}")
}

/// A playlist with one segment.
pub(super) fn one_segment(file: &str, seconds: f64) -> String {
    let target = seconds.ceil() as u64;
    format!(
        "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:{target}\n#EXT-X-MEDIA-SEQUENCE:1\n#EXT-X-PLAYLIST-TYPE:VOD\n\
         #EXTINF:{seconds:.3},\n{file}\n#EXT-X-ENDLIST\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_playlist_of_all_names_each_rendition_with_what_a_player_chooses_by() {
        let stream = Rendition::Stream {
            file: "clip_720.m3u8".to_owned(),
            peak: 2_000_000,
            average: 1_500_000,
            size: Some((1280, 720)),
            frame_rate: Some(30.0),
            codecs: Some("avc1.64001f,mp4a.40.2".to_owned()),
        };
        let captions = Rendition::Captions {
            file: "clip_eng.m3u8".to_owned(),
            language: Some("eng".to_owned()),
            name: "English".to_owned(),
        };
        assert_eq!(
            main(&[stream, captions], true),
            "#EXTM3U\n#EXT-X-VERSION:4\n#EXT-X-INDEPENDENT-SEGMENTS\n\
             #EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"subs\",NAME=\"English\",LANGUAGE=\"eng\",DEFAULT=NO,AUTOSELECT=YES,\
             FORCED=NO,URI=\"clip_eng.m3u8\"\n\
             #EXT-X-STREAM-INF:BANDWIDTH=2000000,AVERAGE-BANDWIDTH=1500000,CODECS=\"avc1.64001f,mp4a.40.2\",\
             RESOLUTION=1280x720,FRAME-RATE=30.000,SUBTITLES=\"subs\"\nclip_720.m3u8\n"
        );
    }

    #[test]
    fn segments_are_read_with_their_lengths() {
        let playlist = "#EXTM3U\n#EXTINF:2.000000,\na.ts\n#EXTINF:1.5,\nb.ts\n#EXT-X-ENDLIST\n";
        assert_eq!(segments(playlist).collect::<Vec<_>>(), [(2.0, "a.ts"), (1.5, "b.ts")]);
    }

    #[test]
    fn captions_keep_their_text_behind_the_place_on_the_clock() {
        let text = captions_in_stream("WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n");
        assert_eq!(
            text,
            "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:126000,LOCAL:00:00:00.000\n\n00:00.000 --> 00:01.000\nHello\n"
        );
    }
}
