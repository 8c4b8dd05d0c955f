//! Variants against pictures that were looked at. `IMAGING_BLESS=1 cargo test -p imaging --test golden` writes them anew.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::path::Path;

use image::{DynamicImage, ImageFormat};
use imaging::{Fit, Limits, OutputFormat, Variant, render};
use support::{cmyk_jpeg, deep_png, exif, fading, gray_jpeg, jpeg, jpeg_with, scene, webp, with_exif, written};

/// Codecs round, and not alike on every processor.
const MEAN: f64 = 1.5;

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
    let sum: u64 = seen.as_raw().iter().zip(golden.as_raw()).map(|(one, other)| u64::from(one.abs_diff(*other))).sum();
    let mean = sum as f64 / seen.as_raw().len() as f64;
    assert!(mean <= MEAN, "{name} differs by {mean:.2} on average");
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
