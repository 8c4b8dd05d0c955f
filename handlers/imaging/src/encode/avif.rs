//! AVIF by rav1e, on one thread.

use avif_serialize::{Aviffy, constants};
use rav1e::prelude::{
    ChromaSampling, ColorDescription, ColorPrimaries, Config, Context, EncoderConfig, EncoderStatus,
    MatrixCoefficients, PixelRange, Rational, SceneDetectionSpeed, SpeedSettings, TransferCharacteristics,
};
use ravif::{BitDepth, Encoder, Img, RGBA8};

use super::{refusal, ycbcr};
use crate::pixels::{Layout, Pixels};
use crate::rejection::Rejection;

/// rav1e's scale from 1 (slow) to 10. 9 makes files as small as 6 does in a quarter of the time; 10 makes them a quarter
/// larger.
const SPEED: u8 = 9;

/// Pictures with transparency keep the colour of each pixel, for the sharp edges of drawings; those without have it at
/// half the resolution, as photographs in JPEG and WebP have it, for half the memory and an eighth of the bytes less.
pub(super) fn encode(pixels: Pixels, quality: u8, exif: Option<&[u8]>) -> Result<Vec<u8>, Rejection> {
    if pixels.layout == Layout::Rgba { translucent(&pixels, quality, exif) } else { opaque(pixels, quality, exif) }
}

fn opaque(pixels: Pixels, quality: u8, exif: Option<&[u8]>) -> Result<Vec<u8>, Rejection> {
    let size = pixels.size();
    let config = Config::new().with_encoder_config(still(size, quality)).with_threads(1);
    let mut context: Context<u8> = config.new_context().map_err(|error| refusal(size, error))?;
    let mut frame = context.new_frame();
    ycbcr::write(&pixels, &mut frame.planes);
    // A large picture should not be held twice.
    drop(pixels);
    context.send_frame(frame).map_err(|error| refusal(size, error))?;
    context.flush();
    let mut picture = Vec::new();
    loop {
        match context.receive_packet() {
            Ok(mut packet) => picture.append(&mut packet.data),
            Err(EncoderStatus::Encoded) => {}
            Err(EncoderStatus::LimitReached) => break,
            Err(error) => return Err(refusal(size, error)),
        }
    }
    let mut file = Aviffy::new();
    file.matrix_coefficients(constants::MatrixCoefficients::Bt601).set_chroma_subsampling((true, true));
    if let Some(exif) = exif {
        file.set_exif(exif.to_vec());
    }
    Ok(file.to_vec(&picture, None, size.0, size.1, 8))
}

/// One picture and no film, in sRGB.
fn still((width, height): (u32, u32), quality: u8) -> EncoderConfig {
    let quantizer = quantizer(quality);
    let mut speed_settings = SpeedSettings::from_preset(SPEED);
    speed_settings.rdo_lookahead_frames = 1;
    speed_settings.scene_detection_mode = SceneDetectionSpeed::None;
    // Each costs a tenth of the time and saves less than a hundredth of the bytes.
    speed_settings.cdef = false;
    speed_settings.prediction.fine_directional_intra = false;
    EncoderConfig {
        width: width as usize,
        height: height as usize,
        time_base: Rational::new(1, 1),
        bit_depth: 8,
        chroma_sampling: ChromaSampling::Cs420,
        pixel_range: PixelRange::Full,
        color_description: Some(ColorDescription {
            color_primaries: ColorPrimaries::BT709,
            transfer_characteristics: TransferCharacteristics::SRGB,
            matrix_coefficients: MatrixCoefficients::BT601,
        }),
        still_picture: true,
        min_key_frame_interval: 0,
        max_key_frame_interval: 0,
        quantizer: usize::from(quantizer),
        min_quantizer: quantizer,
        speed_settings,
        ..EncoderConfig::default()
    }
}

/// AV1's quantizer, 0 (none) to 255, of a quality from 100 to 0: the scale of `ravif`, so that a quality means the same
/// with and without transparency. It is straight between these points.
fn quantizer(quality: u8) -> u8 {
    const POINTS: [(f32, f32); 4] = [(0.0, 1.0), (25.0, 0.75), (82.0, 0.465), (100.0, 0.0)];
    let quality = f32::from(quality.min(100));
    let part = POINTS.windows(2).find(|part| quality <= part[1].0).expect("the last point is the best quality");
    let [(from, coarse), (to, fine)] = [part[0], part[1]];
    let share = (quality - from) / (to - from);
    ((coarse + (fine - coarse) * share) * 255.0).round() as u8
}

fn translucent(pixels: &Pixels, quality: u8, exif: Option<&[u8]>) -> Result<Vec<u8>, Rejection> {
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
    let rows: Vec<RGBA8> = pixels.data.as_chunks::<4>().0.iter().map(|&[r, g, b, a]| RGBA8 { r, g, b, a }).collect();
    let encoded = encoder.encode_rgba(Img::new(&rows, width, height));
    encoded.map(|image| image.avif_file).map_err(|error| refusal(pixels.size(), error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quantizer_falls_from_coarse_to_none() {
        let all: Vec<u8> = (0..=100).map(quantizer).collect();
        assert!(all.is_sorted_by(|one, next| one > next));
        assert_eq!((all[0], all[25], all[62], all[82], all[100]), (255, 191, 144, 119, 0));
    }
}
