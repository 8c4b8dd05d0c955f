//! Lossy WebP by libwebp.
#![allow(unsafe_code)]

use std::ptr;

use super::refusal;
use crate::pixels::Pixels;
use crate::rejection::Rejection;

pub(super) fn encode(pixels: &Pixels, quality: u8, exif: Option<&[u8]>) -> Result<Vec<u8>, Rejection> {
    let mut out = ptr::null_mut();
    let (width, height) = (pixels.width as i32, pixels.height as i32);
    let (rows, stride) = (pixels.data.as_ptr(), pixels.stride().get() as i32);
    // SAFETY: the rows are there, `stride` bytes apart; what comes back is copied and given back once.
    let bytes = unsafe {
        let length = if pixels.channels == 4 {
            libwebp_sys::WebPEncodeRGBA(rows, width, height, stride, f32::from(quality), &mut out)
        } else {
            libwebp_sys::WebPEncodeRGB(rows, width, height, stride, f32::from(quality), &mut out)
        };
        let bytes = (length > 0).then(|| std::slice::from_raw_parts(out, length).to_vec());
        libwebp_sys::WebPFree(out.cast());
        bytes
    };
    let bytes = bytes.ok_or_else(|| refusal(pixels, "WebP ends at 16383"))?;
    Ok(match exif {
        Some(exif) => with_exif(&bytes, pixels, exif),
        None => bytes,
    })
}

/// The same picture in the extended layout (RFC 9649, section 2.7), which has room for metadata.
fn with_exif(bytes: &[u8], pixels: &Pixels, exif: &[u8]) -> Vec<u8> {
    let chunks = match bytes.get(12..16) {
        Some(b"VP8X") => &bytes[30..],
        _ => &bytes[12..],
    };
    let alpha = if pixels.channels == 4 { 0x10 } else { 0 };
    let mut content = b"WEBPVP8X\x0a\0\0\0".to_vec();
    content.extend([0x08 | alpha, 0, 0, 0]);
    content.extend(&(pixels.width - 1).to_le_bytes()[..3]);
    content.extend(&(pixels.height - 1).to_le_bytes()[..3]);
    content.extend(chunks);
    content.extend(b"EXIF");
    content.extend((exif.len() as u32).to_le_bytes());
    content.extend(exif);
    if exif.len() % 2 == 1 {
        content.push(0);
    }
    [b"RIFF", (content.len() as u32).to_le_bytes().as_slice(), &content].concat()
}
