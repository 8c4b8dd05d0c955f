//! Something like a photograph: soft light, edges at every scale, and the grain of a sensor.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

/// A JPEG as cameras write them: quality 90, 4:2:0.
pub(crate) fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let mut rgb = Vec::with_capacity(usize::from(width) * usize::from(height) * 3);
    let mut grain = 0x2545_f491_4f6c_dd1d_u64;
    for y in 0..u32::from(height) {
        for x in 0..u32::from(width) {
            grain ^= grain << 13;
            grain ^= grain >> 7;
            grain ^= grain << 17;
            rgb.extend(pixel(x as f32, y as f32, (grain >> 40) as f32 / 16_777_216.0 - 0.5));
        }
    }
    let mut out = Vec::new();
    let mut encoder = Encoder::new(&mut out, 90);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.encode(&rgb, width, height, ColorType::Rgb).expect("a picture of a sound size");
    out
}

fn pixel(x: f32, y: f32, grain: f32) -> [u8; 3] {
    let hills = octaves(x, y, 900.0, 8);
    let leaves = octaves(x + 5000.0, y + 900.0, 60.0, 4);
    let sky = (1.0 - y / 3000.0).clamp(0.0, 1.0);
    let ridge = if hills * 900.0 + y > 1500.0 { 1.0 } else { 0.0 };
    let light =
        60.0 + 130.0 * hills * ridge + 110.0 * sky * (1.0 - ridge) + 70.0 * (leaves - 0.5) * ridge + 34.0 * grain;
    let tint = [0.9 + 0.2 * ridge, 1.0, 1.1 - 0.4 * ridge * leaves];
    tint.map(|tint| (light * tint).clamp(0.0, 255.0) as u8)
}

/// Value noise: finer and weaker with every octave.
fn octaves(x: f32, y: f32, size: f32, count: u32) -> f32 {
    let (mut sum, mut weight, mut scale) = (0.0, 0.5, size);
    for octave in 0..count {
        sum += weight * noise(x / scale, y / scale, octave);
        weight *= 0.6;
        scale *= 0.5;
    }
    sum
}

fn noise(x: f32, y: f32, seed: u32) -> f32 {
    let (left, top) = (x.floor(), y.floor());
    let (across, down) = (smooth(x - left), smooth(y - top));
    let at = |dx: i32, dy: i32| lattice(left as i32 + dx, top as i32 + dy, seed);
    let upper = at(0, 0) + (at(1, 0) - at(0, 0)) * across;
    let lower = at(0, 1) + (at(1, 1) - at(0, 1)) * across;
    upper + (lower - upper) * down
}

fn smooth(part: f32) -> f32 {
    part * part * (3.0 - 2.0 * part)
}

fn lattice(x: i32, y: i32, seed: u32) -> f32 {
    let mut hash =
        (x as u32).wrapping_mul(0x9e37_79b1) ^ (y as u32).wrapping_mul(0x85eb_ca77) ^ seed.wrapping_mul(0xc2b2_ae3d);
    hash = (hash ^ hash >> 15).wrapping_mul(0x2c1b_3c6d);
    hash = (hash ^ hash >> 12).wrapping_mul(0x297a_2d39);
    (hash >> 8) as f32 / 16_777_216.0
}
