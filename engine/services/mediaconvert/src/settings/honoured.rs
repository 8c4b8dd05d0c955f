//! Which settings are honoured: those listed here, with these values. Every other one is refused by its path.

use ::service::ServiceError;
use serde_json::Value;

use crate::error::at;
use crate::operations::lower_first;

/// The values of a setting that are honoured.
#[derive(Clone, Copy)]
enum Allowed {
    /// Any text; what it says is checked where it is used.
    Text,
    /// A number from one to another.
    Number(f64, f64),
    /// One of these words. A single one is what AWS does unless told otherwise, and all that is done here.
    Word(&'static [&'static str]),
}

use Allowed::{Number, Text, Word};

const COUNT: Allowed = Number(0.0, 2_147_483_647.0);
const BITRATE: Allowed = Number(1_000.0, 1_152_000_000.0);

/// Paths below the settings; `*` stands for an index or a name that the caller chose.
const HONOURED: &[(&str, Allowed)] = &[
    ("TimecodeConfig/Source", Word(&["EMBEDDED", "ZEROBASED"])),
    ("AdAvailOffset", Number(0.0, 0.0)),
    ("FollowSource", Number(1.0, 1.0)),
    ("Inputs/*/FileInput", Text),
    ("Inputs/*/TimecodeSource", Word(&["EMBEDDED", "ZEROBASED"])),
    ("Inputs/*/FilterEnable", Word(&["AUTO", "DISABLE"])),
    ("Inputs/*/FilterStrength", Number(0.0, 0.0)),
    ("Inputs/*/DeblockFilter", Word(&["DISABLED"])),
    ("Inputs/*/DenoiseFilter", Word(&["DISABLED"])),
    ("Inputs/*/PsiControl", Word(&["USE_PSI"])),
    ("Inputs/*/InputScanType", Word(&["AUTO"])),
    ("Inputs/*/VideoSelector/Rotate", Word(&["AUTO", "DEGREE_0"])),
    ("Inputs/*/VideoSelector/ColorSpace", Word(&["FOLLOW"])),
    ("Inputs/*/VideoSelector/ColorSpaceUsage", Word(&["FALLBACK", "FORCE"])),
    ("Inputs/*/VideoSelector/AlphaBehavior", Word(&["DISCARD"])),
    ("Inputs/*/VideoSelector/EmbeddedTimecodeOverride", Word(&["NONE"])),
    ("Inputs/*/AudioSelectors/*/DefaultSelection", Word(&["DEFAULT", "NOT_DEFAULT"])),
    ("Inputs/*/AudioSelectors/*/SelectorType", Word(&["TRACK", "LANGUAGE_CODE"])),
    ("Inputs/*/AudioSelectors/*/Tracks/*", Number(1.0, 2_147_483_647.0)),
    ("Inputs/*/AudioSelectors/*/LanguageCode", Text),
    ("Inputs/*/AudioSelectors/*/ProgramSelection", Number(0.0, 1.0)),
    ("Inputs/*/AudioSelectors/*/Offset", Number(0.0, 0.0)),
    ("Inputs/*/CaptionSelectors/*/LanguageCode", Text),
    (
        "Inputs/*/CaptionSelectors/*/SourceSettings/SourceType",
        Word(&["EMBEDDED", "NULL_SOURCE", "SRT", "TT_3GPP", "WEBVTT"]),
    ),
    ("Inputs/*/CaptionSelectors/*/SourceSettings/EmbeddedSourceSettings/Convert608To708", Word(&["DISABLED"])),
    ("Inputs/*/CaptionSelectors/*/SourceSettings/EmbeddedSourceSettings/Source608ChannelNumber", Number(1.0, 1.0)),
    ("Inputs/*/CaptionSelectors/*/SourceSettings/EmbeddedSourceSettings/Source608TrackNumber", Number(1.0, 1.0)),
    ("Inputs/*/CaptionSelectors/*/SourceSettings/EmbeddedSourceSettings/TerminateCaptions", Word(&["DISABLED"])),
    ("Inputs/*/CaptionSelectors/*/SourceSettings/FileSourceSettings/SourceFile", Text),
    ("Inputs/*/CaptionSelectors/*/SourceSettings/FileSourceSettings/Convert608To708", Word(&["DISABLED"])),
    ("Inputs/*/CaptionSelectors/*/SourceSettings/FileSourceSettings/TimeDelta", Number(0.0, 0.0)),
    ("Inputs/*/CaptionSelectors/*/SourceSettings/TrackSourceSettings/TrackNumber", Number(1.0, 2_147_483_647.0)),
    ("OutputGroups/*/Name", Text),
    ("OutputGroups/*/CustomName", Text),
    ("OutputGroups/*/OutputGroupSettings/Type", Word(&["FILE_GROUP_SETTINGS", "HLS_GROUP_SETTINGS"])),
    ("OutputGroups/*/OutputGroupSettings/FileGroupSettings/Destination", Text),
    ("OutputGroups/*/OutputGroupSettings/HlsGroupSettings/Destination", Text),
    ("OutputGroups/*/OutputGroupSettings/HlsGroupSettings/SegmentLength", Number(1.0, 2_147_483_647.0)),
    ("OutputGroups/*/OutputGroupSettings/HlsGroupSettings/MinSegmentLength", Number(0.0, 0.0)),
    ("OutputGroups/*/OutputGroupSettings/HlsGroupSettings/MinFinalSegmentLength", Number(0.0, 0.0)),
    ("OutputGroups/*/OutputGroupSettings/HlsGroupSettings/SegmentControl", Word(&["SEGMENTED_FILES"])),
    ("OutputGroups/*/OutputGroupSettings/HlsGroupSettings/SegmentLengthControl", Word(&["GOP_MULTIPLE"])),
    ("OutputGroups/*/OutputGroupSettings/HlsGroupSettings/DirectoryStructure", Word(&["SINGLE_DIRECTORY"])),
    ("OutputGroups/*/OutputGroupSettings/HlsGroupSettings/OutputSelection", Word(&["MANIFESTS_AND_SEGMENTS"])),
    ("OutputGroups/*/OutputGroupSettings/HlsGroupSettings/ManifestDurationFormat", Word(&["FLOATING_POINT"])),
    ("OutputGroups/*/OutputGroupSettings/HlsGroupSettings/ManifestCompression", Word(&["NONE"])),
    ("OutputGroups/*/OutputGroupSettings/HlsGroupSettings/ClientCache", Word(&["DISABLED", "ENABLED"])),
    ("OutputGroups/*/OutputGroupSettings/HlsGroupSettings/CodecSpecification", Word(&["RFC_6381"])),
    ("OutputGroups/*/OutputGroupSettings/HlsGroupSettings/StreamInfResolution", Word(&["EXCLUDE", "INCLUDE"])),
    ("OutputGroups/*/OutputGroupSettings/HlsGroupSettings/ProgramDateTime", Word(&["EXCLUDE"])),
    ("OutputGroups/*/OutputGroupSettings/HlsGroupSettings/ProgramDateTimePeriod", COUNT),
    ("OutputGroups/*/OutputGroupSettings/HlsGroupSettings/CaptionLanguageSetting", Word(&["OMIT"])),
    ("OutputGroups/*/OutputGroupSettings/HlsGroupSettings/TimedMetadataId3Frame", Word(&["NONE"])),
    ("OutputGroups/*/OutputGroupSettings/HlsGroupSettings/ProgressiveWriteHlsManifest", Word(&["DISABLED"])),
    ("OutputGroups/*/OutputGroupSettings/HlsGroupSettings/TargetDurationCompatibilityMode", Word(&["SPEC_COMPLIANT"])),
    ("OutputGroups/*/OutputGroupSettings/HlsGroupSettings/ImageBasedTrickPlay", Word(&["NONE"])),
    ("OutputGroups/*/Outputs/*/Preset", Text),
];

/// Paths below an output, or below a preset's settings.
const OUTPUT: &[(&str, Allowed)] = &[
    ("NameModifier", Text),
    ("Extension", Text),
    ("OutputSettings/HlsSettings/SegmentModifier", Text),
    ("OutputSettings/HlsSettings/IFrameOnlyManifest", Word(&["EXCLUDE"])),
    ("ContainerSettings/Container", Word(&["M3U8", "MP4", "RAW"])),
    ("ContainerSettings/Mp4Settings/MoovPlacement", Word(&["NORMAL", "PROGRESSIVE_DOWNLOAD"])),
    ("ContainerSettings/Mp4Settings/CslgAtom", Word(&["EXCLUDE"])),
    ("ContainerSettings/Mp4Settings/FreeSpaceBox", Word(&["EXCLUDE"])),
    ("ContainerSettings/M3u8Settings/NielsenId3", Word(&["NONE"])),
    ("ContainerSettings/M3u8Settings/Scte35Source", Word(&["NONE"])),
    ("ContainerSettings/M3u8Settings/TimedMetadata", Word(&["NONE"])),
    ("ContainerSettings/M3u8Settings/AudioDuration", Word(&["DEFAULT_CODEC_DURATION"])),
    ("VideoDescription/Width", Number(32.0, 8192.0)),
    ("VideoDescription/Height", Number(32.0, 8192.0)),
    ("VideoDescription/ScalingBehavior", Word(&["DEFAULT", "FIT", "FIT_NO_UPSCALE", "STRETCH_TO_OUTPUT"])),
    ("VideoDescription/AntiAlias", Word(&["ENABLED"])),
    ("VideoDescription/Sharpness", Number(50.0, 50.0)),
    ("VideoDescription/TimecodeInsertion", Word(&["DISABLED"])),
    ("VideoDescription/AfdSignaling", Word(&["NONE"])),
    ("VideoDescription/RespondToAfd", Word(&["NONE"])),
    ("VideoDescription/DropFrameTimecode", Word(&["DISABLED", "ENABLED"])),
    ("VideoDescription/ColorMetadata", Word(&["INSERT"])),
    ("VideoDescription/CodecSettings/Codec", Word(&["FRAME_CAPTURE", "H_264"])),
    ("VideoDescription/CodecSettings/FrameCaptureSettings/FramerateNumerator", Number(1.0, 2_147_483_647.0)),
    ("VideoDescription/CodecSettings/FrameCaptureSettings/FramerateDenominator", Number(1.0, 2_147_483_647.0)),
    ("VideoDescription/CodecSettings/FrameCaptureSettings/MaxCaptures", Number(1.0, 10_000_000.0)),
    ("VideoDescription/CodecSettings/FrameCaptureSettings/Quality", Number(1.0, 100.0)),
    ("VideoDescription/CodecSettings/H264Settings/RateControlMode", Word(&["CBR", "QVBR", "VBR"])),
    ("VideoDescription/CodecSettings/H264Settings/QvbrSettings/QvbrQualityLevel", Number(1.0, 10.0)),
    ("VideoDescription/CodecSettings/H264Settings/QvbrSettings/QvbrQualityLevelFineTune", Number(0.0, 1.0)),
    ("VideoDescription/CodecSettings/H264Settings/Bitrate", BITRATE),
    ("VideoDescription/CodecSettings/H264Settings/MaxBitrate", BITRATE),
    ("VideoDescription/CodecSettings/H264Settings/HrdBufferSize", Number(0.0, 1_152_000_000.0)),
    ("VideoDescription/CodecSettings/H264Settings/HrdBufferInitialFillPercentage", Number(0.0, 100.0)),
    ("VideoDescription/CodecSettings/H264Settings/QualityTuningLevel", Word(&["SINGLE_PASS", "SINGLE_PASS_HQ"])),
    ("VideoDescription/CodecSettings/H264Settings/CodecProfile", Word(&["BASELINE", "HIGH", "MAIN"])),
    ("VideoDescription/CodecSettings/H264Settings/CodecLevel", Text),
    ("VideoDescription/CodecSettings/H264Settings/EntropyEncoding", Word(&["CABAC", "CAVLC"])),
    ("VideoDescription/CodecSettings/H264Settings/GopSize", Number(0.0, 100_000.0)),
    ("VideoDescription/CodecSettings/H264Settings/GopSizeUnits", Word(&["FRAMES", "SECONDS"])),
    ("VideoDescription/CodecSettings/H264Settings/GopClosedCadence", Number(1.0, 1.0)),
    ("VideoDescription/CodecSettings/H264Settings/GopBReference", Word(&["DISABLED", "ENABLED"])),
    ("VideoDescription/CodecSettings/H264Settings/NumberBFramesBetweenReferenceFrames", Number(0.0, 7.0)),
    ("VideoDescription/CodecSettings/H264Settings/NumberReferenceFrames", Number(1.0, 6.0)),
    ("VideoDescription/CodecSettings/H264Settings/MinIInterval", Number(0.0, 30.0)),
    ("VideoDescription/CodecSettings/H264Settings/SceneChangeDetect", Word(&["DISABLED", "ENABLED"])),
    ("VideoDescription/CodecSettings/H264Settings/Slices", Number(1.0, 32.0)),
    ("VideoDescription/CodecSettings/H264Settings/FramerateControl", Word(&["INITIALIZE_FROM_SOURCE", "SPECIFIED"])),
    ("VideoDescription/CodecSettings/H264Settings/FramerateConversionAlgorithm", Word(&["DUPLICATE_DROP"])),
    ("VideoDescription/CodecSettings/H264Settings/FramerateNumerator", Number(1.0, 2_147_483_647.0)),
    ("VideoDescription/CodecSettings/H264Settings/FramerateDenominator", Number(1.0, 2_147_483_647.0)),
    ("VideoDescription/CodecSettings/H264Settings/ParControl", Word(&["INITIALIZE_FROM_SOURCE", "SPECIFIED"])),
    ("VideoDescription/CodecSettings/H264Settings/ParNumerator", Number(1.0, 2_147_483_647.0)),
    ("VideoDescription/CodecSettings/H264Settings/ParDenominator", Number(1.0, 2_147_483_647.0)),
    ("VideoDescription/CodecSettings/H264Settings/InterlaceMode", Word(&["PROGRESSIVE"])),
    ("VideoDescription/CodecSettings/H264Settings/FieldEncoding", Word(&["PAFF"])),
    ("VideoDescription/CodecSettings/H264Settings/Syntax", Word(&["DEFAULT"])),
    ("VideoDescription/CodecSettings/H264Settings/Telecine", Word(&["NONE"])),
    ("VideoDescription/CodecSettings/H264Settings/SlowPal", Word(&["DISABLED"])),
    ("VideoDescription/CodecSettings/H264Settings/RepeatPps", Word(&["DISABLED"])),
    ("VideoDescription/CodecSettings/H264Settings/UnregisteredSeiTimecode", Word(&["DISABLED"])),
    ("VideoDescription/CodecSettings/H264Settings/AdaptiveQuantization", Word(&["AUTO", "OFF"])),
    ("VideoDescription/CodecSettings/H264Settings/DynamicSubGop", Word(&["ADAPTIVE", "STATIC"])),
    ("AudioDescriptions/*/AudioSourceName", Text),
    ("AudioDescriptions/*/AudioTypeControl", Word(&["FOLLOW_INPUT"])),
    ("AudioDescriptions/*/LanguageCodeControl", Word(&["FOLLOW_INPUT", "USE_CONFIGURED"])),
    ("AudioDescriptions/*/LanguageCode", Text),
    ("AudioDescriptions/*/StreamName", Text),
    ("AudioDescriptions/*/CodecSettings/Codec", Word(&["AAC"])),
    ("AudioDescriptions/*/CodecSettings/AacSettings/Bitrate", Number(6_000.0, 1_024_000.0)),
    ("AudioDescriptions/*/CodecSettings/AacSettings/SampleRate", Number(8_000.0, 96_000.0)),
    (
        "AudioDescriptions/*/CodecSettings/AacSettings/CodingMode",
        Word(&["CODING_MODE_1_0", "CODING_MODE_2_0", "CODING_MODE_5_1"]),
    ),
    ("AudioDescriptions/*/CodecSettings/AacSettings/CodecProfile", Word(&["LC"])),
    ("AudioDescriptions/*/CodecSettings/AacSettings/RateControlMode", Word(&["CBR"])),
    ("AudioDescriptions/*/CodecSettings/AacSettings/RawFormat", Word(&["NONE"])),
    ("AudioDescriptions/*/CodecSettings/AacSettings/Specification", Word(&["MPEG4"])),
    ("AudioDescriptions/*/CodecSettings/AacSettings/AudioDescriptionBroadcasterMix", Word(&["NORMAL"])),
    ("CaptionDescriptions/*/CaptionSelectorName", Text),
    ("CaptionDescriptions/*/LanguageCode", Text),
    ("CaptionDescriptions/*/LanguageDescription", Text),
    ("CaptionDescriptions/*/DestinationSettings/DestinationType", Word(&["EMBEDDED", "WEBVTT"])),
    (
        "CaptionDescriptions/*/DestinationSettings/EmbeddedDestinationSettings/Destination608ChannelNumber",
        Number(1.0, 1.0),
    ),
    ("CaptionDescriptions/*/DestinationSettings/WebvttDestinationSettings/StylePassthrough", Word(&["DISABLED"])),
    ("CaptionDescriptions/*/DestinationSettings/WebvttDestinationSettings/Accessibility", Word(&["DISABLED"])),
];

/// What is below `OutputGroups/*/Outputs/*`.
const OUTPUTS: &str = "OutputGroups/*/Outputs/*/";

/// Checks each of a job's settings.
pub(super) fn check(settings: &Value, path: &str) -> Result<(), ServiceError> {
    walk(settings, path, String::new(), &|pattern| match pattern.strip_prefix(OUTPUTS) {
        Some(below) => find(OUTPUT, below).or_else(|| find(HONOURED, pattern)),
        None => find(HONOURED, pattern),
    })
}

/// Checks each setting of an output.
pub(super) fn check_output(settings: &Value, path: &str) -> Result<(), ServiceError> {
    walk(settings, path, String::new(), &|pattern| find(OUTPUT, pattern))
}

fn find(table: &[(&str, Allowed)], pattern: &str) -> Option<Allowed> {
    table.iter().find(|(known, _)| *known == pattern).map(|(_, allowed)| *allowed)
}

/// Members whose value is a map: its keys are names that the caller chose.
const MAPS: [&str; 2] = ["AudioSelectors", "CaptionSelectors"];

fn walk(
    value: &Value,
    path: &str,
    pattern: String,
    known: &dyn Fn(&str) -> Option<Allowed>,
) -> Result<(), ServiceError> {
    let below = |name: &str| if pattern.is_empty() { name.to_owned() } else { format!("{pattern}/{name}") };
    match value {
        Value::Null => Ok(()),
        Value::Object(members) => {
            let is_map = MAPS.iter().any(|map| pattern.ends_with(map));
            members.iter().try_for_each(|(name, value)| match is_map {
                true => walk(value, &format!("{path}/{name}"), below("*"), known),
                false => walk(value, &format!("{path}/{}", lower_first(name)), below(name), known),
            })
        }
        Value::Array(items) => items
            .iter()
            .enumerate()
            .try_for_each(|(index, value)| walk(value, &format!("{path}/{index}"), below("*"), known)),
        leaf => match known(&pattern) {
            None => Err(at(path, format!("sluice does not honour this setting; leave it out: {leaf}"))),
            Some(allowed) => allowed.check(leaf, path),
        },
    }
}

impl Allowed {
    fn check(self, value: &Value, path: &str) -> Result<(), ServiceError> {
        match self {
            Text if value.is_string() => Ok(()),
            Text => Err(at(path, format!("should be a text: {value}"))),
            Number(least, most) => match value.as_f64() {
                Some(number) if (least..=most).contains(&number) => Ok(()),
                Some(_) if least == most => Err(at(path, format!("sluice honours only {least} here: {value}"))),
                _ => Err(at(path, format!("should be a number between {least} and {most}: {value}"))),
            },
            Word(words) => match value.as_str() {
                Some(word) if words.contains(&word) => Ok(()),
                _ => Err(at(path, format!("sluice honours only {} here: {value}", words.join(", ")))),
            },
        }
    }
}
