//! What settings are honoured, and how the others are refused.

use serde_json::{Value, json};

use super::*;

fn job() -> Value {
    json!({
        "Inputs": [{
            "FileInput": "s3://uploads/uploads/1/clip.mov",
            "AudioSelectors": {"Audio Selector 1": {"DefaultSelection": "DEFAULT"}},
            "CaptionSelectors": {"Captions 1": {"SourceSettings": {"SourceType": "EMBEDDED", "EmbeddedSourceSettings": {}}}},
        }],
        "OutputGroups": [{
            "OutputGroupSettings": {
                "Type": "HLS_GROUP_SETTINGS",
                "HlsGroupSettings": {"Destination": "s3://media/media/1/video/", "SegmentLength": 4, "MinSegmentLength": 0},
            },
            "Outputs": [{
                "NameModifier": "_720",
                "ContainerSettings": {"Container": "M3U8", "M3u8Settings": {}},
                "VideoDescription": {
                    "Height": 720,
                    "CodecSettings": {"Codec": "H_264", "H264Settings": {
                        "RateControlMode": "QVBR", "MaxBitrate": 4_000_000, "GopSize": 2, "GopSizeUnits": "SECONDS",
                    }},
                },
                "AudioDescriptions": [{
                    "CodecSettings": {"Codec": "AAC", "AacSettings": {
                        "Bitrate": 128_000, "CodingMode": "CODING_MODE_2_0", "SampleRate": 48_000,
                    }},
                }],
                "CaptionDescriptions": [{
                    "CaptionSelectorName": "Captions 1", "DestinationSettings": {"DestinationType": "EMBEDDED"},
                }],
            }],
        }],
    })
}

#[test]
fn a_plan_has_all_that_the_settings_say() {
    let plan = plan(&job()).expect("honoured");
    let group = &plan.groups[0];
    assert_eq!(group.destination.object("x").to_string(), "s3://media/media/1/video/x");
    assert_eq!(group.destination.base, "clip");
    let output = &group.outputs[0];
    assert_eq!(output.container, Container::Segments { modifier: String::new() });
    assert_eq!(output.captions, CaptionsPlan::Embedded);
    assert_eq!(output.audio[0].track, TrackChoice::Number(1));
    let Some(VideoPlan { codec: VideoCodec::H264(h264), height: Some(720), .. }) = &output.video else {
        panic!("{output:?}");
    };
    assert_eq!(h264.rate, RateControl::Quality { level: 7.0, most: 4_000_000 });
    assert_eq!(h264.gop, (2.0, true));
}

#[test]
fn what_is_not_honoured_is_refused_by_its_path() {
    let output = "/OutputGroups/0/Outputs/0";
    let h264 = "/OutputGroups/0/Outputs/0/VideoDescription/CodecSettings/H264Settings";
    for (pointer, name, value, says) in [
        (
            "",
            "NielsenConfiguration",
            json!({"BreakoutCode": 0}),
            "/nielsenConfiguration/breakoutCode: sluice does not honour",
        ),
        (
            "/Inputs/0",
            "InputClippings",
            json!([{"StartTimecode": "00:00:00:00"}]),
            "/inputs/0/inputClippings/0/startTimecode:",
        ),
        (
            "/Inputs/0",
            "FileInput",
            json!("https://example.com/a.mp4"),
            "/inputs/0/fileInput: sluice reads and writes only s3:",
        ),
        (h264, "RateControlMode", json!("CRF"), "/rateControlMode: sluice honours only CBR, QVBR, VBR here: \"CRF\""),
        (h264, "QualityTuningLevel", json!("MULTI_PASS_HQ"), "/qualityTuningLevel: sluice honours only SINGLE_PASS, "),
        (h264, "MaxBitrate", json!(1), "/maxBitrate: should be a number between 1000 and 1152000000: 1"),
        (h264, "MaxBitrate", json!(null), "/maxBitrate: is a required property"),
        (h264, "CodecLevel", json!("LEVEL_9"), "/codecLevel: is no level of H.264: LEVEL_9"),
        (output, "NameModifier", json!(null), "/outputGroups/0/outputs/0/nameModifier: is a required property"),
        (
            output,
            "ContainerSettings",
            json!({"Container": "MP4"}),
            "/container: should be M3U8 for what this output is: MP4",
        ),
        (
            output,
            "CaptionDescriptions",
            json!([{"CaptionSelectorName": "x"}]),
            "none of the input's caption selectors: x",
        ),
        (
            "/OutputGroups/0/OutputGroupSettings",
            "Type",
            json!("CMAF_GROUP_SETTINGS"),
            "/type: sluice honours only FILE_GROUP_SETT",
        ),
    ] {
        let mut settings = job();
        settings.pointer_mut(pointer).expect("it is there")[name] = value;
        let refused = plan(&settings).expect_err(name);
        assert_eq!(refused.code, "BadRequestException");
        assert!(refused.message.contains(says), "{}", refused.message);
    }
}

#[test]
fn outputs_of_one_name_are_refused() {
    let mut settings = job();
    let output = settings["OutputGroups"][0]["Outputs"][0].clone();
    settings["OutputGroups"][0]["Outputs"].as_array_mut().expect("a list").push(output);
    let refused = plan(&settings).expect_err("two of one name");
    assert_eq!(refused.message, "/outputGroups/0/outputs/1/nameModifier: is another output's too: \"_720\"");
}

#[test]
fn a_template_may_leave_open_what_its_jobs_say_but_nothing_that_is_not_honoured() {
    let mut template = job();
    template["Inputs"][0].as_object_mut().expect("an object").remove("FileInput");
    assert!(check_template(&template).is_ok());
    template["OutputGroups"][0]["Outputs"][0]["VideoDescription"]["VideoPreprocessors"] =
        json!({"Deinterlacer": {"Mode": "X"}});
    let refused = check_template(&template).expect_err("not honoured");
    let path = "/settings/outputGroups/0/outputs/0/videoDescription/videoPreprocessors/deinterlacer/mode: ";
    assert!(refused.message.starts_with(path), "{}", refused.message);
    assert!(check_preset(&json!({"VideoDescription": {"Height": 480}})).is_ok());
}
