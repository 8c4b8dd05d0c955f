//! What ffprobe tells of a file.

use serde_json::Value;

use super::Programs;

/// A file: its container and its streams.
#[derive(Clone, Debug, Default)]
pub(crate) struct Source {
    /// As ffprobe names it: `mov,mp4,m4a,3gp,3g2,mj2`.
    pub(super) format: String,
    pub(super) brand: String,
    pub(crate) seconds: f64,
    pub(super) bitrate: Option<u64>,
    pub(super) streams: Vec<Stream>,
}

/// A stream of a file.
#[derive(Clone, Debug, Default)]
pub(super) struct Stream {
    pub(super) kind: String,
    pub(super) codec: String,
    pub(super) seconds: Option<f64>,
    pub(super) bitrate: Option<u64>,
    pub(super) language: Option<String>,
    pub(super) width: u64,
    pub(super) height: u64,
    /// Frames a second as a fraction.
    pub(super) rate: (u64, u64),
    pub(super) pixel_aspect: (u64, u64),
    pub(super) pixel_format: String,
    pub(super) is_interlaced: bool,
    /// In degrees, clockwise.
    pub(super) rotation: i64,
    pub(super) channels: u64,
    pub(super) sample_rate: u64,
    pub(super) color: [String; 3],
}

impl Programs {
    /// What a file is.
    ///
    /// # Errors
    /// What ffprobe complained of, or that nothing in it can be shown or heard.
    pub(crate) async fn probe(&self, file: &std::path::Path) -> Result<Source, String> {
        let told = self.ffprobe(file).await?;
        let source = Source::of(&told);
        if source.streams.is_empty() {
            return Err("the file has no streams".to_owned());
        }
        Ok(source)
    }
}

impl Source {
    fn of(told: &Value) -> Self {
        let format = &told["format"];
        let streams = told["streams"].as_array().into_iter().flatten().map(Stream::of).collect::<Vec<_>>();
        let longest = streams.iter().filter_map(|stream| stream.seconds).fold(0.0, f64::max);
        Self {
            format: text(&format["format_name"]),
            brand: text(&format["tags"]["major_brand"]),
            seconds: number(&format["duration"]).unwrap_or(longest),
            bitrate: number(&format["bit_rate"]),
            streams,
        }
    }

    pub(super) fn first(&self, kind: &str) -> Option<&Stream> {
        self.streams.iter().find(|stream| stream.kind == kind)
    }

    /// Width and height of the picture as it is shown.
    pub(crate) fn size(&self) -> Option<(u64, u64)> {
        let video = self.first("video")?;
        Some(if video.rotation % 180 == 0 { (video.width, video.height) } else { (video.height, video.width) })
    }

    /// Frames a second.
    pub(crate) fn frame_rate(&self) -> Option<f64> {
        let (frames, seconds) = self.first("video")?.rate;
        (seconds > 0).then(|| frames as f64 / seconds as f64)
    }

    pub(crate) fn has(&self, kind: &str) -> bool {
        self.first(kind).is_some()
    }
}

impl Stream {
    fn of(told: &Value) -> Self {
        let sides = told["side_data_list"].as_array().into_iter().flatten();
        let turned = sides.filter_map(|side| side["rotation"].as_i64()).next();
        // Side data turn counter-clockwise, the older tag clockwise.
        let tagged = || number(&told["tags"]["rotate"]);
        let rotation = turned.map(|degrees| -degrees).or_else(tagged).unwrap_or(0).rem_euclid(360);
        let rate = fraction(&told["avg_frame_rate"], '/').filter(|(frames, _)| *frames > 0);
        Self {
            kind: text(&told["codec_type"]),
            codec: text(&told["codec_name"]),
            seconds: number(&told["duration"]),
            bitrate: number(&told["bit_rate"]),
            language: Some(text(&told["tags"]["language"])).filter(|language| !language.is_empty()),
            width: told["width"].as_u64().unwrap_or(0),
            height: told["height"].as_u64().unwrap_or(0),
            rate: rate.or_else(|| fraction(&told["r_frame_rate"], '/')).unwrap_or((0, 1)),
            pixel_aspect: fraction(&told["sample_aspect_ratio"], ':').filter(|(wide, _)| *wide > 0).unwrap_or((1, 1)),
            pixel_format: text(&told["pix_fmt"]),
            is_interlaced: !matches!(text(&told["field_order"]).as_str(), "" | "progressive" | "unknown"),
            rotation,
            channels: told["channels"].as_u64().unwrap_or(0),
            sample_rate: number(&told["sample_rate"]).unwrap_or(0),
            color: ["color_primaries", "color_transfer", "color_space"].map(|name| text(&told[name])),
        }
    }

    /// Bits of a sample of the picture.
    pub(super) fn bit_depth(&self) -> u64 {
        let digits = self.pixel_format.trim_end_matches("le").trim_end_matches("be");
        ["10", "12", "16"]
            .iter()
            .find(|depth| digits.ends_with(*depth))
            .and_then(|depth| depth.parse().ok())
            .unwrap_or(8)
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A number that ffprobe spells as a text.
fn number<T: std::str::FromStr>(value: &Value) -> Option<T> {
    value.as_str()?.parse().ok()
}

fn fraction(value: &Value, separator: char) -> Option<(u64, u64)> {
    let (upper, lower) = value.as_str()?.split_once(separator)?;
    Some((upper.parse().ok()?, lower.parse().ok().filter(|lower| *lower > 0)?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_turned_picture_has_the_size_that_it_is_shown_in() {
        let told = json!({"format": {"duration": "2.5", "format_name": "mov,mp4"}, "streams": [{
            "codec_type": "video", "codec_name": "h264", "width": 1920, "height": 1080, "avg_frame_rate": "30000/1001",
            "pix_fmt": "yuv420p10le", "side_data_list": [{"rotation": -90}],
        }]});
        let source = Source::of(&told);
        assert_eq!(source.size(), Some((1080, 1920)));
        assert_eq!(source.streams[0].rotation, 90);
        assert_eq!(source.streams[0].bit_depth(), 10);
        assert!((source.frame_rate().expect("it has one") - 29.97).abs() < 0.01);
        assert!((source.seconds - 2.5).abs() < f64::EPSILON);
    }
}
