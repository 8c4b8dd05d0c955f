//! Pictures made for the tests: what honest programs write.
#![allow(clippy::unwrap_used, dead_code, unreachable_pub)]

pub mod adversaries;

use std::io::Cursor;

use image::codecs::png::PngEncoder;
use image::{DynamicImage, ExtendedColorType, ImageEncoder, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

/// A picture that no turn, mirror or crop leaves as it is: a red corner on a slope of green and blue, with a white bar.
pub fn scene(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let (across, down) = (x as f32 / width as f32, y as f32 / height as f32);
        match () {
            () if across < 0.3 && down < 0.3 => Rgb([220, 30, 30]),
            () if (0.6..0.7).contains(&across) => Rgb([250, 250, 250]),
            () => Rgb([40, (40.0 + 180.0 * across) as u8, (40.0 + 180.0 * down) as u8]),
        }
    })
}

/// The same, fading out to the right.
pub fn fading(width: u32, height: u32) -> RgbaImage {
    let scene = scene(width, height);
    RgbaImage::from_fn(width, height, |x, y| {
        let Rgb([red, green, blue]) = *scene.get_pixel(x, y);
        Rgba([red, green, blue, (255 * (width - 1 - x) / (width - 1)) as u8])
    })
}

/// A baseline JPEG of the scene.
pub fn jpeg(width: u32, height: u32) -> Vec<u8> {
    jpeg_with(width, height, |_| {})
}

/// A JPEG of the scene from an encoder that was prepared.
pub fn jpeg_with(width: u32, height: u32, prepare: impl FnOnce(&mut Encoder<&mut Vec<u8>>)) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = Encoder::new(&mut out, 95);
    encoder.set_sampling_factor(SamplingFactor::F_1_1);
    prepare(&mut encoder);
    encoder.encode(scene(width, height).as_raw(), width as u16, height as u16, ColorType::Rgb).unwrap();
    out
}

/// A JPEG of four inks, as print shops send them: Adobe's, with 255 for no ink.
pub fn cmyk_jpeg(width: u32, height: u32) -> Vec<u8> {
    let inks: Vec<u8> =
        scene(width, height).pixels().flat_map(|Rgb([r, g, b])| [255 - r, 255 - g, 255 - b, 0]).collect();
    let mut out = Vec::new();
    Encoder::new(&mut out, 95).encode(&inks, width as u16, height as u16, ColorType::CmykAsYcck).unwrap();
    out
}

pub fn gray_jpeg(width: u32, height: u32) -> Vec<u8> {
    let gray = DynamicImage::from(scene(width, height)).into_luma8();
    let mut out = Vec::new();
    Encoder::new(&mut out, 95).encode(gray.as_raw(), width as u16, height as u16, ColorType::Luma).unwrap();
    out
}

/// The JPEG with an APP1 segment of EXIF.
pub fn with_exif(jpeg: &[u8], exif: &[u8]) -> Vec<u8> {
    let length = (exif.len() as u16 + 8).to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, b"Exif\0\0", exif, &jpeg[2..]].concat()
}

/// EXIF in little endian: an orientation, an artist, a copyright notice, and a position with latitude and longitude.
pub fn exif(orientation: u16) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value].concat()
    };
    let artist = b"Ada Lovelace\0\0";
    let copyright = b"(c) 1843 Ada\0\0";
    let [orientation, _] = [orientation, 0].map(u16::to_le_bytes);
    let behind = 8 + 2 + 4 * 12 + 4;
    let position = behind + artist.len() + copyright.len();
    let degrees = position + 2 + 4 * 12 + 4;
    let offset = |at: usize| (at as u32).to_le_bytes();
    let latitude: Vec<u8> = [51_u32, 1, 30, 1, 26, 1].into_iter().flat_map(u32::to_le_bytes).collect();
    let longitude: Vec<u8> = [0_u32, 1, 7, 1, 39, 1].into_iter().flat_map(u32::to_le_bytes).collect();
    [
        b"II\x2a\0\x08\0\0\0".to_vec(),
        4_u16.to_le_bytes().to_vec(),
        entry(0x0112, 3, 1, [orientation[0], orientation[1], 0, 0]),
        entry(0x013b, 2, 13, offset(behind)),
        entry(0x8298, 2, 13, offset(behind + artist.len())),
        entry(0x8825, 4, 1, offset(position)),
        vec![0; 4],
        artist.to_vec(),
        copyright.to_vec(),
        4_u16.to_le_bytes().to_vec(),
        entry(1, 2, 2, *b"N\0\0\0"),
        entry(2, 5, 3, offset(degrees)),
        entry(3, 2, 2, *b"W\0\0\0"),
        entry(4, 5, 3, offset(degrees + 24)),
        vec![0; 4],
        latitude,
        longitude,
    ]
    .concat()
}

/// The scene, written by the crate `image`.
pub fn written(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture.into().write_to(&mut out, format).unwrap();
    out.into_inner()
}

/// A PNG of sixteen bits a channel.
pub fn deep_png(width: u32, height: u32) -> Vec<u8> {
    let samples: Vec<u8> = scene(width, height)
        .as_raw()
        .iter()
        .flat_map(|value| u16::from_be_bytes([*value, 128]).to_ne_bytes())
        .collect();
    let mut out = Vec::new();
    PngEncoder::new(&mut out).write_image(&samples, width, height, ExtendedColorType::Rgb16).unwrap();
    out
}

/// A lossy WebP of the scene with `alpha`, by this crate itself.
pub fn webp(width: u32, height: u32) -> Vec<u8> {
    let variant = imaging::Variant { format: imaging::OutputFormat::WebP, ..imaging::Variant::default() };
    imaging::render(&written(fading(width, height), ImageFormat::Png), &variant, &imaging::Limits::default())
        .unwrap()
        .bytes
}

/// An animated GIF of `frames` frames.
pub fn gif(width: u16, height: u16, frames: u32) -> Vec<u8> {
    let mut out = Vec::new();
    out.extend(b"GIF89a");
    out.extend(width.to_le_bytes());
    out.extend(height.to_le_bytes());
    out.extend([0x80, 0, 0, 200, 30, 30, 30, 30, 200]);
    for _ in 0..frames {
        out.extend(b"\x21\xf9\x04\x04\x0a\0\0\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0");
    }
    out.push(0x3b);
    out
}

/// A chunk of a PNG with its checksum.
pub fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let checked = [kind.as_slice(), content].concat();
    let sum = checked.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
    });
    [&(content.len() as u32).to_be_bytes(), checked.as_slice(), &(!sum).to_be_bytes()].concat()
}
