//! How alike two pictures look: the mean structural similarity (SSIM) of their luma, in windows of 8 × 8.

use std::error::Error;

use image::GrayImage;
use image::imageops::FilterType;

/// What a perfect decoder, scaler and encoder would give.
pub(crate) struct Reference(GrayImage);

/// Decodes at full size and scales in floating point.
pub(crate) fn reference(bytes: &[u8], width: u32) -> Result<Reference, Box<dyn Error>> {
    let picture = image::load_from_memory(bytes)?.into_rgb32f();
    let height = (u64::from(picture.height()) * u64::from(width) / u64::from(picture.width())) as u32;
    let small = image::imageops::resize(&picture, width, height, FilterType::Lanczos3);
    Ok(Reference(image::DynamicImage::from(small).into_luma8()))
}

impl Reference {
    pub(crate) fn likeness(&self, encoded: &[u8]) -> Result<f64, Box<dyn Error>> {
        let picture = image::load_from_memory(encoded)?.into_luma8();
        if picture.dimensions() != self.0.dimensions() {
            return Err("the sizes differ".into());
        }
        Ok(similarity(&self.0, &picture))
    }
}

fn similarity(one: &GrayImage, other: &GrayImage) -> f64 {
    const WINDOW: u32 = 8;
    let (mut sum, mut windows) = (0.0, 0.0);
    for top in (0..=one.height() - WINDOW).step_by(4) {
        for left in (0..=one.width() - WINDOW).step_by(4) {
            sum += window(one, other, left, top, WINDOW);
            windows += 1.0;
        }
    }
    sum / windows
}

fn window(one: &GrayImage, other: &GrayImage, left: u32, top: u32, side: u32) -> f64 {
    let [mut a, mut b, mut aa, mut bb, mut ab] = [0.0; 5];
    for y in top..top + side {
        for x in left..left + side {
            let (p, q) = (f64::from(one.get_pixel(x, y)[0]), f64::from(other.get_pixel(x, y)[0]));
            a += p;
            b += q;
            aa += p * p;
            bb += q * q;
            ab += p * q;
        }
    }
    let count = f64::from(side * side);
    let (a, b) = (a / count, b / count);
    let (aa, bb, ab) = (aa / count - a * a, bb / count - b * b, ab / count - a * b);
    let (c1, c2) = ((0.01_f64 * 255.0).powi(2), (0.03_f64 * 255.0).powi(2));
    ((2.0 * a * b + c1) * (2.0 * ab + c2)) / ((a * a + b * b + c1) * (aa + bb + c2))
}
