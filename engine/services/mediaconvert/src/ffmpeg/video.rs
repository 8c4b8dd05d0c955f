//! What ffmpeg is told of a picture.

use crate::settings::{CaptionsPlan, FrameCapture, FrameRate, H264Plan, RateControl, Scaling, VideoCodec, VideoPlan};

/// Arguments for a picture.
pub(super) fn arguments(video: &VideoPlan, captions: &CaptionsPlan) -> Vec<String> {
    let mut all = Vec::new();
    match &video.codec {
        VideoCodec::H264(plan) => {
            let aspect = plan.pixel_aspect.map(|(wide, high)| format!(",setsar={wide}/{high}")).unwrap_or_default();
            all.extend(strings(["-vf", &format!("{}{aspect},format=yuv420p", scale(video))]));
            all.extend(h264(plan));
            let keeps_captions = *captions == CaptionsPlan::Embedded;
            all.extend(strings(["-a53cc", if keeps_captions { "1" } else { "0" }]));
        }
        VideoCodec::FrameCapture(plan) => all.extend(capture(plan, &scale(video))),
    }
    all
}

fn scale(video: &VideoPlan) -> String {
    let shrink = "force_original_aspect_ratio=decrease:force_divisible_by=2";
    match (video.width, video.height) {
        // H.264 halves the colours' resolution, so that sides are even.
        (None, None) => "scale=trunc(iw/2)*2:trunc(ih/2)*2".to_owned(),
        (Some(width), None) => format!("scale={width}:-2"),
        (None, Some(height)) => format!("scale=-2:{height}"),
        (Some(width), Some(height)) => match video.scaling {
            Scaling::Pad => {
                format!("scale={width}:{height}:{shrink},pad={width}:{height}:(ow-iw)/2:(oh-ih)/2,setsar=1")
            }
            Scaling::Stretch => format!("scale={width}:{height},setsar=1"),
            Scaling::Fit => format!("scale={width}:{height}:{shrink}"),
            Scaling::FitNoUpscale => format!("scale=min({width}\\,iw):min({height}\\,ih):{shrink}"),
        },
    }
}

fn capture(plan: &FrameCapture, scale: &str) -> Vec<String> {
    let FrameRate(frames, seconds) = plan.rate;
    // The first frame, and then each that is far enough from the one before.
    let select = format!("select=isnan(prev_selected_t)+gte(t-prev_selected_t\\,{seconds}/{frames})");
    // JPEG's own scale goes from 2, the best, to 31.
    let quality = 2 + (100 - plan.quality.clamp(1, 100)) * 29 / 99;
    let filter = format!("{select},{scale},format=yuvj420p");
    strings(["-vf", &filter, "-vsync", "vfr", "-c:v", "mjpeg", "-q:v", &quality.to_string()])
        .into_iter()
        .chain(strings(["-frames:v", &plan.most.to_string()]))
        .collect()
}

fn h264(plan: &H264Plan) -> Vec<String> {
    let mut all = strings(["-c:v", "libx264", "-preset", if plan.high_quality { "slow" } else { "medium" }]);
    let mut add = |name: &str, value: String| all.extend([name.to_owned(), value]);
    let buffer = |most: u64| plan.buffer.unwrap_or(most * 2);
    let bounded = match plan.rate {
        RateControl::Quality { level, most } => {
            add("-crf", format!("{:.2}", constant_rate_factor(level)));
            add("-maxrate", most.to_string());
            Some(most)
        }
        RateControl::Constant(bitrate) => {
            add("-b:v", bitrate.to_string());
            add("-minrate", bitrate.to_string());
            add("-maxrate", bitrate.to_string());
            add("-nal-hrd", "cbr".to_owned());
            Some(bitrate)
        }
        RateControl::Variable { average, most } => {
            add("-b:v", average.to_string());
            if let Some(most) = most {
                add("-maxrate", most.to_string());
            }
            most
        }
    };
    if let Some(most) = bounded {
        add("-bufsize", buffer(most).to_string());
        if let Some(percent) = plan.initial_fill {
            add("-rc_init_occupancy", (buffer(most) * percent / 100).to_string());
        }
    }
    match plan.gop {
        (seconds, true) => {
            // Far enough that only the forced ones come, at moments that are the same in all renditions.
            add("-g", "100000".to_owned());
            add("-force_key_frames", format!("expr:gte(t,n_forced*{seconds})"));
        }
        (frames, false) => add("-g", format!("{}", frames as u64)),
    }
    if !plan.scene_cuts {
        add("-sc_threshold", "0".to_owned());
    }
    if plan.cavlc {
        add("-coder", "vlc".to_owned());
    }
    if !plan.adaptive_quantization {
        add("-aq-mode", "none".to_owned());
    }
    if let Some(FrameRate(frames, seconds)) = plan.frame_rate {
        add("-r", format!("{frames}/{seconds}"));
    }
    let flag = |given: bool, yes: &str, no: &str| if given { yes.to_owned() } else { no.to_owned() };
    let optional = [
        ("-profile:v", plan.profile.clone()),
        ("-level:v", plan.level.clone()),
        ("-bf", plan.b_frames.map(|count| count.to_string())),
        ("-b-pyramid", plan.b_reference.map(|given| flag(given, "normal", "none"))),
        ("-b_strategy", plan.dynamic_b_frames.map(|given| flag(given, "1", "0"))),
        ("-refs", plan.references.map(|count| count.to_string())),
        ("-keyint_min", plan.min_key_distance.map(|count| count.to_string())),
        ("-slices", plan.slices.map(|count| count.to_string())),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            add(name, value);
        }
    }
    all
}

/// x264's measure of quality for MediaConvert's: 10 is hard to tell from the source, 7 is good on a large screen.
fn constant_rate_factor(level: f64) -> f64 {
    36.0 - 2.0 * level
}

pub(super) fn strings<const COUNT: usize>(words: [&str; COUNT]) -> Vec<String> {
    words.map(str::to_owned).into()
}
