//! AVIF by rav1e, on one thread.

use ravif::{BitDepth, Encoder, Img, RGB8, RGBA8};

use super::refusal;
use crate::pixels::{Layout, Pixels};
use crate::rejection::Rejection;

/// rav1e's scale from 1 (slow) to 10. 9 makes files as small as 6 does in a quarter of the time; 10 makes them a quarter
/// larger.
const SPEED: u8 = 9;

pub(super) fn encode(pixels: &Pixels, quality: u8, exif: Option<&[u8]>) -> Result<Vec<u8>, Rejection> {
    let mut encoder = Encoder::new()
        .with_quality(f32::from(quality))
        .with_alpha_quality(f32::from(quality))
        .with_speed(SPEED)
        .with_bit_depth(BitDepth::Eight)
        .with_num_threads(Some(1));
    if let Some(exif) = exif {
        encoder = encoder.with_exif(exif);
    }
    let (width, height) = (pixels.width as usize, pixels.height as usize);
    let encoded = if pixels.layout == Layout::Rgba {
        let rows: Vec<RGBA8> =
            pixels.data.as_chunks::<4>().0.iter().map(|&[r, g, b, a]| RGBA8 { r, g, b, a }).collect();
        encoder.encode_rgba(Img::new(&rows, width, height))
    } else {
        let rows: Vec<RGB8> = pixels.data.as_chunks::<3>().0.iter().map(|&[r, g, b]| RGB8 { r, g, b }).collect();
        encoder.encode_rgb(Img::new(&rows, width, height))
    };
    encoded.map(|image| image.avif_file).map_err(|error| refusal(pixels, error))
}
