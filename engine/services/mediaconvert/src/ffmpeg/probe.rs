//! A file as MediaConvert's Probe and its events tell of it.

use serde_json::{Value, json};

use super::codecs;
use super::source::{Source, Stream};

impl Source {
    /// An item of Probe's `ProbeResults`, without its `Metadata`.
    pub(crate) fn probe_result(&self) -> Value {
        let tracks: Vec<Value> = self.streams.iter().enumerate().map(|(index, one)| track(index + 1, one)).collect();
        let mut container = json!({"Duration": self.seconds, "Tracks": tracks});
        if let Some(format) = codecs::format(&self.format, &self.brand) {
            container["Format"] = format.into();
        }
        if let Some(bitrate) = self.bitrate {
            container["BitRate"] = bitrate.into();
        }
        let of = |kinds: &[&str]| -> Vec<usize> {
            let numbered = self.streams.iter().enumerate();
            numbered.filter(|(_, one)| kinds.contains(&one.kind.as_str())).map(|(index, _)| index + 1).collect()
        };
        let mapping = json!({
            "VideoTrackIndexes": of(&["video"]),
            "AudioTrackIndexes": of(&["audio"]),
            "DataTrackIndexes": of(&["data", "subtitle"]),
        });
        json!({"Container": container, "TrackMappings": [mapping]})
    }

    /// An item of the event's `inputDetails`.
    pub(crate) fn input_details(&self, uri: &str) -> Value {
        let of = |kind: &'static str| self.streams.iter().enumerate().filter(move |(_, one)| one.kind == kind);
        let audio: Vec<Value> = of("audio")
            .map(|(index, one)| {
                json!({
                    "channels": one.channels,
                    "codec": codecs::codec_in_events(&one.codec),
                    "language": one.language.as_deref().unwrap_or("und").to_uppercase(),
                    "sampleRate": one.sample_rate,
                    "streamId": index + 1,
                })
            })
            .collect();
        let video: Vec<Value> = of("video")
            .map(|(index, one)| {
                json!({
                    "bitDepth": one.bit_depth(),
                    "codec": codecs::codec_in_events(&one.codec),
                    "colorFormat": "YUV_420",
                    "frameRate": one.rate.0 as f64 / one.rate.1 as f64,
                    "height": one.height,
                    "interlaceMode": if one.is_interlaced { "INTERLACED" } else { "PROGRESSIVE" },
                    "sar": format!("{}:{}", one.pixel_aspect.0, one.pixel_aspect.1),
                    "standard": "UNSPECIFIED",
                    "streamId": index + 1,
                    "width": one.width,
                })
            })
            .collect();
        json!({"id": 1, "uri": uri, "audio": audio, "video": video})
    }
}

fn track(index: usize, stream: &Stream) -> Value {
    let codec = codecs::codec(&stream.codec);
    let mut track = json!({"Index": index, "Codec": codec});
    if let Some(seconds) = stream.seconds {
        track["Duration"] = json!(seconds);
    }
    let rate = |(frames, seconds): (u64, u64)| json!({"Numerator": frames, "Denominator": seconds});
    match stream.kind.as_str() {
        "video" => {
            track["TrackType"] = "video".into();
            track["VideoProperties"] = json!({
                "BitDepth": stream.bit_depth(),
                "FrameRate": rate(stream.rate),
                "Width": stream.width,
                "Height": stream.height,
                "Rotation": stream.rotation,
                "SampleAspectRatio": rate(stream.pixel_aspect),
                "ColorPrimaries": codecs::color(&stream.color[0]),
                "TransferCharacteristics": codecs::color(&stream.color[1]),
                "MatrixCoefficients": codecs::color(&stream.color[2]),
            });
        }
        "audio" => {
            track["TrackType"] = "audio".into();
            track["AudioProperties"] = json!({"Channels": stream.channels, "SampleRate": stream.sample_rate});
        }
        _ => {
            track["TrackType"] = "data".into();
            track["DataProperties"] = json!({});
        }
    }
    for (kind, properties) in
        [("video", "VideoProperties"), ("audio", "AudioProperties"), ("subtitle", "DataProperties")]
    {
        if stream.kind != kind {
            continue;
        }
        if let Some(bitrate) = stream.bitrate.filter(|_| kind != "subtitle") {
            track[properties]["BitRate"] = bitrate.into();
        }
        if let Some(language) = stream.language.as_ref().filter(|_| kind != "video") {
            track[properties]["LanguageCode"] = language.clone().into();
        }
    }
    track
}
