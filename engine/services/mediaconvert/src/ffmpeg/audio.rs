//! What ffmpeg is told of sound.

use crate::settings::{AudioPlan, TrackChoice};

/// The streams that an output's tracks are made of. A track that the input lacks is left out, as on AWS.
pub(super) fn maps(audio: &[AudioPlan]) -> Vec<String> {
    let map = |plan: &AudioPlan| match &plan.track {
        TrackChoice::Number(number) => format!("0:a:{}?", number.saturating_sub(1)),
        TrackChoice::Language(language) => format!("0:a:m:language:{language}?"),
    };
    audio.iter().flat_map(|plan| ["-map".to_owned(), map(plan)]).collect()
}

/// How the tracks are encoded.
pub(super) fn arguments(audio: &[AudioPlan]) -> Vec<String> {
    let mut all = Vec::new();
    for (index, plan) in audio.iter().enumerate() {
        let mut add = |name: &str, value: String| all.extend([format!("{name}:a:{index}"), value]);
        add("-c", "aac".to_owned());
        add("-b", plan.bitrate.to_string());
        add("-ar", plan.sample_rate.to_string());
        add("-ac", plan.channels.to_string());
        if let Some(language) = &plan.language {
            all.extend([format!("-metadata:s:a:{index}"), format!("language={language}")]);
        }
        if let Some(name) = &plan.name {
            all.extend([format!("-metadata:s:a:{index}"), format!("title={name}")]);
        }
    }
    all
}
