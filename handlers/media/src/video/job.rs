//! The job that makes a film's results: the template's settings, suited to the film, with its source and destinations.

use aws_sdk_mediaconvert::types::{
    Input, InputTemplate, JobSettings, JobTemplateSettings, OutputGroup, OutputGroupType,
};
use events::MediaVariant;

use super::film::Film;
use super::ladder::{kind, suit};
use crate::domain::Run;

/// Where a film comes from and where its results go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) run: &'a Run,
    pub(super) uploads: &'a str,
    pub(super) key: &'a str,
    pub(super) media: &'a str,
}

impl Place<'_> {
    /// The key that the results of a group begin with.
    fn beginning(&self, name: &str) -> String {
        // Of each attempt its own: what one that was overtaken still writes is in nobody's way.
        let Run { media_id, sequencer, attempt } = self.run;
        let sequencer: String = sequencer.chars().filter(char::is_ascii_alphanumeric).collect();
        format!("media/{media_id}/video/{sequencer}-{attempt}/{name}")
    }
}

/// The job's settings, and the results that it has once it is complete.
pub(super) fn settings(
    template: JobTemplateSettings,
    film: &Film,
    place: &Place<'_>,
) -> (JobSettings, Vec<MediaVariant>) {
    let mut groups = template.output_groups.unwrap_or_default();
    suit(&mut groups, film);
    let mut variants = Vec::new();
    for group in &mut groups {
        let name = group.name.clone().unwrap_or_default();
        let beginning = place.beginning(&name);
        send_to(group, format!("s3://{}/{beginning}", place.media));
        variants.extend(variant(group, &beginning, film));
    }
    let selectors = template.inputs.and_then(|inputs| inputs.into_iter().next());
    let input = input(selectors, format!("s3://{}/{}", place.uploads, place.key));
    let settings = JobSettings::builder().set_timecode_config(template.timecode_config).inputs(input);
    (settings.set_output_groups(Some(groups)).build(), variants)
}

fn input(selectors: Option<InputTemplate>, file: String) -> Input {
    let input = Input::builder().file_input(file);
    let Some(selectors) = selectors else { return input.build() };
    input
        .set_timecode_source(selectors.timecode_source)
        .set_video_selector(selectors.video_selector)
        .set_audio_selectors(selectors.audio_selectors)
        .set_caption_selectors(selectors.caption_selectors)
        .build()
}

fn send_to(group: &mut OutputGroup, destination: String) {
    let Some(settings) = &mut group.output_group_settings else { return };
    if let Some(stream) = &mut settings.hls_group_settings {
        stream.destination = Some(destination);
    } else if let Some(files) = &mut settings.file_group_settings {
        files.destination = Some(destination);
    }
}

/// What a group is to clients.
fn variant(group: &OutputGroup, beginning: &str, film: &Film) -> Option<MediaVariant> {
    let outputs = group.outputs.as_deref().unwrap_or_default();
    let output = outputs.first()?;
    let captures = output.video_description.as_ref().and_then(|video| video.codec_settings.as_ref());
    let captures = captures.is_some_and(|codec| codec.frame_capture_settings.is_some());
    let modifier = output.name_modifier.as_deref().unwrap_or_default();
    let (name, content_type, ending) = match (kind(group), captures) {
        (Some(OutputGroupType::HlsGroupSettings), _) => ("hls", "application/vnd.apple.mpegurl", ".m3u8".to_owned()),
        (_, true) => ("poster", "image/jpeg", format!("{modifier}.0000000.jpg")),
        (_, false) => ("mp4", "video/mp4", format!("{modifier}.mp4")),
    };
    let video = output.video_description.as_ref();
    let (width, height) = size(video.and_then(|video| video.width), video.and_then(|video| video.height), film);
    Some(MediaVariant {
        name: name.to_owned(),
        content_type: content_type.to_owned(),
        key: format!("{beginning}{ending}"),
        width: Some(width),
        height: Some(height),
        bytes: None,
    })
}

/// Both sides of an output that is given one, or none.
fn size(width: Option<i32>, height: Option<i32>, film: &Film) -> (u32, u32) {
    let side = |given: i32| u32::try_from(given).unwrap_or(0);
    let even = |pixels: u64| u32::try_from(pixels.div_ceil(2) * 2).unwrap_or(u32::MAX);
    let (wide, high) = (u64::from(film.width), u64::from(film.height));
    match (width.map(side), height.map(side)) {
        (Some(width), Some(height)) => (width, height),
        (Some(width), None) => (width, even(high * u64::from(width) / wide)),
        (None, Some(height)) => (even(wide * u64::from(height) / high), height),
        (None, None) => (film.width, film.height),
    }
}
