//! A still WebP by libwebp, which scales while it decodes.
#![allow(unsafe_code)]

use libwebp_sys::{VP8StatusCode, WEBP_CSP_MODE, WebPDecode, WebPDecoderConfig};

use super::{Rows, Whole};
use crate::format::Format;
use crate::limits::Limits;
use crate::pixels::{Layout, Pixels};
use crate::rejection::Rejection;
use crate::structure::Structure;

pub(super) fn open<'a>(
    bytes: &'a [u8],
    structure: &Structure,
    needed: (u32, u32),
    limits: &Limits,
) -> Result<Box<dyn Rows + 'a>, Rejection> {
    let (width, height) = (scaled(structure.size.0, needed.0), scaled(structure.size.1, needed.1));
    let layout = if structure.alpha { Layout::Rgba } else { Layout::Rgb };
    limits.check_memory(structure.memory + u64::from(width) * u64::from(height) * layout.channels() as u64)?;
    let mut pixels = Pixels::new(width, height, layout);
    // SAFETY: libwebp writes into `pixels`, whose length and stride it is told, and keeps nothing.
    let status = unsafe {
        let mut config = WebPDecoderConfig::new().expect("the library is the one that was compiled in");
        config.options.use_scaling = i32::from((width, height) != structure.size);
        config.options.scaled_width = width as i32;
        config.options.scaled_height = height as i32;
        config.output.colorspace = if structure.alpha { WEBP_CSP_MODE::MODE_RGBA } else { WEBP_CSP_MODE::MODE_RGB };
        config.output.is_external_memory = 1;
        config.output.u.RGBA.rgba = pixels.data.as_mut_ptr();
        config.output.u.RGBA.stride = pixels.stride().get() as i32;
        config.output.u.RGBA.size = pixels.data.len();
        WebPDecode(bytes.as_ptr(), structure.end, &mut config)
    };
    match status {
        VP8StatusCode::VP8_STATUS_OK => Ok(Box::new(Whole::new(pixels, structure.profile.clone()))),
        VP8StatusCode::VP8_STATUS_NOT_ENOUGH_DATA => Err(Rejection::Truncated(Format::WebP)),
        other => Err(Rejection::corrupt(Format::WebP, format!("{other:?}"))),
    }
}

/// Twice what is needed, so that the filter that follows decides how the picture looks; at most what there is.
fn scaled(stored: u32, needed: u32) -> u32 {
    stored.min(needed.saturating_mul(2))
}
