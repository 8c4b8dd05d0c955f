//! Variants against pictures that were looked at. `IMAGING_BLESS=1 cargo test -p imaging --test golden` writes them anew.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;

use image::{DynamicImage, ImageFormat};
use imaging::{Fit, Limits, OutputFormat, Variant, render};
use support::{cmyk_jpeg, deep_png, exif, fading, gray_jpeg, jpeg, jpeg_with, scene, webp, with_exif, written};

/// Codecs round, and not alike on every processor.
const MEAN: f64 = 1.5;

fn mean_difference(one: &[u8], other: &[u8]) -> f64 {
    let sum: u64 = one.iter().zip(other).map(|(one, other)| u64::from(one.abs_diff(*other))).sum();
    sum as f64 / one.len() as f64
}

fn check(name: &str, file: &[u8], variant: &Variant) {
    let rendered = render(file, variant, &Limits::default()).unwrap();
    let seen = image::load_from_memory(&rendered.bytes).unwrap().into_rgba8();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name).with_extension("png");
    if std::env::var_os("IMAGING_BLESS").is_some() {
        fs::write(&path, written(DynamicImage::from(seen), ImageFormat::Png)).unwrap();
        return;
    }
    let golden = image::open(&path).unwrap().into_rgba8();
    assert_eq!(seen.dimensions(), golden.dimensions(), "{name}");
    let mean = mean_difference(seen.as_raw(), golden.as_raw());
    assert!(mean <= MEAN, "{name} differs by {mean:.2} on average");
}

/// What ffmpeg sees in an AVIF file; none, and a line that says so, where ffmpeg isn't.
#[allow(clippy::print_stderr)]
fn avif_seen(bytes: &[u8]) -> Option<DynamicImage> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("picture.avif");
    fs::write(&file, bytes).unwrap();
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-i"]).arg(&file).args(["-f", "image2pipe", "-c:v", "png", "-"]);
    match ffmpeg.output() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            eprintln!("skipped: this test needs ffmpeg (`sudo apt-get install ffmpeg`)");
            None
        }
        output => Some(image::load_from_memory(&output.unwrap().stdout).unwrap()),
    }
}

fn small(format: OutputFormat) -> Variant {
    Variant { width: Some(48), format, ..Variant::default() }
}

#[test]
fn each_format_out_looks_as_it_did() {
    let file = jpeg(320, 240);
    for format in [OutputFormat::Jpeg, OutputFormat::WebP, OutputFormat::Png] {
        check(&format!("out-{}", format.extension()), &file, &small(format));
    }
}

#[test]
fn avif_looks_like_the_picture_at_odd_and_even_sizes() {
    for width in [48, 47, 33, 1] {
        let of =
            |format| Variant { width: Some(width), height: Some(35), fit: Fit::Cover, format, ..Variant::default() };
        let made = |format| render(&jpeg(320, 240), &of(format), &Limits::default()).unwrap().bytes;
        let Some(seen) = avif_seen(&made(OutputFormat::Avif)) else { return };
        let (seen, meant) = (seen.into_rgb8(), image::load_from_memory(&made(OutputFormat::Png)).unwrap().into_rgb8());
        assert_eq!(seen.dimensions(), meant.dimensions());
        let mean = mean_difference(seen.as_raw(), meant.as_raw());
        assert!(mean <= 6.0, "at {width} pixels it differs by {mean:.2} on average");
    }
}

#[test]
fn each_format_in_looks_as_it_did() {
    let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let variant = small(OutputFormat::Png);
    for (name, file) in [
        ("in-jpeg-progressive", jpeg_with(320, 240, |encoder| encoder.set_progressive(true))),
        ("in-jpeg-display-p3", jpeg_with(320, 240, |encoder| encoder.add_icc_profile(&profile).unwrap())),
        ("in-jpeg-inks", cmyk_jpeg(320, 240)),
        ("in-jpeg-gray", gray_jpeg(320, 240)),
        ("in-jpeg-turned", with_exif(&jpeg(320, 240), &exif(6))),
        ("in-png-alpha", written(fading(320, 240), ImageFormat::Png)),
        ("in-png-16-bits", deep_png(320, 240)),
        ("in-webp-alpha", webp(320, 240)),
        ("in-webp-lossless", written(scene(320, 240), ImageFormat::WebP)),
        ("in-gif", written(scene(320, 240), ImageFormat::Gif)),
        ("in-tiff", written(scene(320, 240), ImageFormat::Tiff)),
        ("in-bmp", written(scene(320, 240), ImageFormat::Bmp)),
    ] {
        check(name, &file, &variant);
    }
}

#[test]
fn each_fit_looks_as_it_did() {
    let file = jpeg(320, 240);
    for (name, fit) in [("fit-inside", Fit::Inside), ("fit-cover", Fit::Cover), ("fit-contain", Fit::Contain)] {
        check(name, &file, &Variant { height: Some(48), fit, ..small(OutputFormat::Png) });
    }
    check("enlarged", &jpeg(24, 18), &Variant { enlarge: true, ..small(OutputFormat::Png) });
}
