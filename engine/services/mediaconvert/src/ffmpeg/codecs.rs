//! MediaConvert's names for what ffprobe tells.

/// A container.
pub(super) fn format(ffprobe: &str, brand: &str) -> Option<&'static str> {
    let first = ffprobe.split(',').next().unwrap_or_default();
    Some(match first {
        "mov" if brand.starts_with("qt") => "quicktime",
        "mov" if brand.starts_with("3gp") => "three_gp",
        "mov" if brand.starts_with("3g2") => "three_g2",
        "mov" => "mp4",
        "matroska" => "matroska",
        "mpegts" => "mpegts",
        "mpeg" => "mpegps",
        "mxf" => "mxf",
        "wav" => "wave",
        "avi" => "avi",
        "mp3" => "mp3",
        "flac" => "flac",
        "asf" => "asf",
        "ogg" => "ogg",
        "aac" => "aac",
        "ac3" => "ac3",
        "eac3" => "eac3",
        _ => return None,
    })
}

/// A codec, as Probe tells it.
pub(super) fn codec(ffprobe: &str) -> &'static str {
    match ffprobe {
        "aac" => "AAC",
        "ac3" => "AC3",
        "eac3" => "EAC3",
        "amr_nb" | "amr_wb" => "AMR",
        "flac" => "FLAC",
        "mp2" => "MP2",
        "mp3" => "MP3",
        "opus" => "OPUS",
        "vorbis" => "VORBIS",
        "wmav1" => "WMA",
        "wmav2" => "WMA2",
        "wmapro" => "WMAPRO",
        "av1" => "AV1",
        "h264" => "AVC",
        "dvvideo" => "DV",
        "h263" => "H263",
        "hevc" => "HEVC",
        "jpeg2000" => "JPEG2000",
        "mjpeg" => "MJPEG",
        "mpeg1video" => "MPEG1",
        "mpeg2video" => "MPEG2",
        "mpeg4" => "MP4V",
        "prores" => "PRORES",
        "qtrle" => "QTRLE",
        "theora" => "THEORA",
        "rawvideo" | "v210" => "UNCOMPRESSED",
        "vc1" => "VC1",
        "dnxhd" => "VC3",
        "vp8" => "VP8",
        "vp9" => "VP9",
        "eia_608" => "C608",
        "webvtt" => "WEBVTT",
        pcm if pcm.starts_with("pcm_") => "PCM",
        _ => "UNKNOWN",
    }
}

/// A codec, as events tell it.
pub(super) fn codec_in_events(ffprobe: &str) -> String {
    match ffprobe {
        "h264" => "H_264".to_owned(),
        "hevc" => "H_265".to_owned(),
        other => match codec(other) {
            "UNKNOWN" => other.to_uppercase(),
            known => known.to_owned(),
        },
    }
}

/// Primaries, transfer characteristics or matrix, as Probe tells them.
pub(super) fn color(ffprobe: &str) -> &'static str {
    match ffprobe {
        "bt709" => "ITU_709",
        "smpte170m" => "SMPTE_170M",
        "smpte240m" => "SMPTE_240M",
        "bt470m" => "ITU_470M",
        "bt470bg" => "ITU_470BG",
        "bt2020" => "ITU_2020",
        "bt2020nc" => "ITU_2020_NCL",
        "bt2020c" => "ITU_2020_CL",
        "smpte2084" => "SMPTE_2084",
        "arib-std-b67" => "ARIB_B67",
        _ => "UNSPECIFIED",
    }
}
