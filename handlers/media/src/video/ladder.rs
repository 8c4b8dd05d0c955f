//! Which renditions of the job template a film gets: none that is larger, or has more bits, than the film itself.

use aws_sdk_mediaconvert::types::{Output, OutputGroup, OutputGroupType};

use super::film::Film;

/// The least bits a second that a rendition is given, however few its film has.
const LEAST_BITS: u64 = 150_000;

/// Keeps of the template's outputs what suits the film.
pub(super) fn suit(groups: &mut [OutputGroup], film: &Film) {
    for group in groups {
        let is_stream = kind(group) == Some(&OutputGroupType::HlsGroupSettings);
        let Some(outputs) = &mut group.outputs else { continue };
        if is_stream {
            // A film smaller than all of them still gets one.
            let smallest = outputs.iter().filter_map(rung).min();
            outputs
                .retain(|output| rung(output).is_none_or(|side| side <= film.short_side() || Some(side) == smallest));
        }
        for output in outputs {
            bound(output, film);
        }
    }
}

pub(super) fn kind(group: &OutputGroup) -> Option<&OutputGroupType> {
    group.output_group_settings.as_ref()?.r#type.as_ref()
}

/// The short side that a rendition is named by: the template gives it as its height.
fn rung(output: &Output) -> Option<u32> {
    u32::try_from(output.video_description.as_ref()?.height?).ok()
}

fn bound(output: &mut Output, film: &Film) {
    if !film.has_sound {
        output.audio_descriptions = None;
    }
    let Some(video) = &mut output.video_description else { return };
    if let Some(height) = video.height.take() {
        let own = i32::try_from(film.short_side() / 2 * 2).unwrap_or(i32::MAX);
        let side = height.min(own).max(32);
        // The other side follows evenly.
        if film.width < film.height {
            video.width = Some(side);
        } else {
            video.height = Some(side);
        }
    }
    let h264 = video.codec_settings.as_mut().and_then(|codec| codec.h264_settings.as_mut());
    if let (Some(h264), Some(own)) = (h264, film.bitrate) {
        let own = i32::try_from(own.max(LEAST_BITS)).unwrap_or(i32::MAX);
        h264.max_bitrate = h264.max_bitrate.map(|most| most.min(own));
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_mediaconvert::types::{
        AudioDescription, H264Settings, OutputGroupSettings, VideoCodecSettings, VideoDescription,
    };

    use super::*;

    fn film(width: u32, height: u32) -> Film {
        let content_type = "video/mp4".to_owned();
        Film { content_type, width, height, duration_milliseconds: 1, bitrate: Some(2_000_000), has_sound: true }
    }

    fn ladder() -> Vec<OutputGroup> {
        let output = |height: i32, most: i32| {
            let codec = VideoCodecSettings::builder().h264_settings(H264Settings::builder().max_bitrate(most).build());
            let video = VideoDescription::builder().height(height).codec_settings(codec.build()).build();
            Output::builder().video_description(video).audio_descriptions(AudioDescription::builder().build()).build()
        };
        let settings = OutputGroupSettings::builder().r#type(OutputGroupType::HlsGroupSettings).build();
        let group = OutputGroup::builder().output_group_settings(settings);
        vec![
            group
                .outputs(output(1080, 5_000_000))
                .outputs(output(720, 3_000_000))
                .outputs(output(360, 900_000))
                .build(),
        ]
    }

    /// Width, height and bits of each rendition.
    fn renditions(film: &Film) -> Vec<(Option<i32>, Option<i32>, Option<i32>)> {
        let mut groups = ladder();
        suit(&mut groups, film);
        let outputs = groups[0].outputs.as_ref().expect("some").iter();
        let video = outputs.filter_map(|output| output.video_description.as_ref());
        let most = |video: &VideoDescription| video.codec_settings.as_ref()?.h264_settings.as_ref()?.max_bitrate;
        video.map(|video| (video.width, video.height, most(video))).collect()
    }

    #[test]
    fn no_rendition_is_larger_or_has_more_bits_than_the_film() {
        let all = [(None, Some(720), Some(2_000_000)), (None, Some(360), Some(900_000))];
        assert_eq!(renditions(&film(1280, 720)), all);
        assert_eq!(renditions(&film(1920, 1080)).len(), 3);
    }

    #[test]
    fn an_upright_film_is_measured_by_its_width() {
        assert_eq!(renditions(&film(720, 1280))[0], (Some(720), None, Some(2_000_000)));
    }

    #[test]
    fn a_film_below_the_ladder_gets_its_own_size() {
        assert_eq!(renditions(&film(320, 181)), [(None, Some(180), Some(900_000))]);
    }

    #[test]
    fn a_silent_film_gets_no_sound() {
        let mut groups = ladder();
        suit(&mut groups, &Film { has_sound: false, ..film(1280, 720) });
        assert!(groups[0].outputs.as_ref().expect("some").iter().all(|output| output.audio_descriptions.is_none()));
    }
}
