//! RGB as brightness and, for each two by two pixels, colour: full-range BT.601 (ITU-R BT.601-7, section 2.5), 4:2:0.

use rav1e::prelude::Plane;

use crate::pixels::Pixels;

/// Of 2^16: the weights of red, green and blue in Y, Cb and Cr.
const Y: [i32; 3] = [19_595, 38_470, 7_471];
const CB: [i32; 3] = [-11_058, -21_710, 32_768];
const CR: [i32; 3] = [32_768, -27_439, -5_329];

/// Writes opaque `pixels` as planes of their size and half of it. At an odd edge the last pixels count twice.
pub(super) fn write(pixels: &Pixels, [luma, blue, red]: &mut [Plane<u8>; 3]) {
    let stride = pixels.stride().get();
    let (luma_stride, chroma_stride) = (luma.cfg.stride, blue.cfg.stride);
    let lumas = luma.data_origin_mut().chunks_mut(luma_stride);
    for (row, to) in pixels.data.chunks_exact(stride).zip(lumas) {
        for (rgb, to) in row.as_chunks::<3>().0.iter().zip(to) {
            *to = ((weighed(rgb.map(i32::from), Y) + (1 << 15)) >> 16) as u8;
        }
    }
    let blues = blue.data_origin_mut().chunks_mut(chroma_stride);
    let reds = red.data_origin_mut().chunks_mut(chroma_stride);
    for ((pair, blues), reds) in pixels.data.chunks(2 * stride).zip(blues).zip(reds) {
        let upper = pair[..stride].as_chunks::<3>().0;
        let lower = pair[pair.len() - stride..].as_chunks::<3>().0;
        for (((upper, lower), blue), red) in upper.chunks(2).zip(lower.chunks(2)).zip(blues).zip(reds) {
            let corners = [upper[0], upper[upper.len() - 1], lower[0], lower[lower.len() - 1]];
            let sum = corners.into_iter().fold([0; 3], |sum, rgb| [0, 1, 2].map(|at| sum[at] + i32::from(rgb[at])));
            *blue = chroma(weighed(sum, CB));
            *red = chroma(weighed(sum, CR));
        }
    }
}

fn weighed(rgb: [i32; 3], weights: [i32; 3]) -> i32 {
    rgb[0] * weights[0] + rgb[1] * weights[1] + rgb[2] * weights[2]
}

/// Of four pixels' sum, around the middle.
fn chroma(sum: i32) -> u8 {
    (128 + ((sum + (1 << 17)) >> 18)).clamp(0, 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::Layout;

    fn planes(width: u32, height: u32, data: Vec<u8>) -> [Vec<u8>; 3] {
        let (wide, high) = (width as usize, height as usize);
        let mut planes =
            [(wide, high, 0), (wide.div_ceil(2), high.div_ceil(2), 1), (wide.div_ceil(2), high.div_ceil(2), 1)]
                .map(|(wide, high, halved)| Plane::new(wide, high, halved, halved, 8, 8));
        write(&Pixels { width, height, layout: Layout::Rgb, data }, &mut planes);
        planes.map(|plane| {
            let rows = plane.data_origin().chunks(plane.cfg.stride).take(plane.cfg.height);
            rows.flat_map(|row| row[..plane.cfg.width].to_vec()).collect()
        })
    }

    #[test]
    fn colours_have_the_values_of_the_standard() {
        for (rgb, expected) in [
            ([0, 0, 0], [0, 128, 128]),
            ([255, 255, 255], [255, 128, 128]),
            ([255, 0, 0], [76, 85, 255]),
            ([0, 255, 0], [150, 44, 21]),
            ([0, 0, 255], [29, 255, 107]),
        ] {
            let [luma, blue, red] = planes(2, 2, rgb.repeat(4));
            assert_eq!((luma, [blue[0], red[0]]), (vec![expected[0]; 4], [expected[1], expected[2]]), "{rgb:?}");
        }
    }

    #[test]
    fn four_pixels_share_a_colour_and_odd_edges_have_their_own() {
        let (red, gray) = ([200, 0, 0], [90, 90, 90]);
        let [luma, blue, reds] = planes(3, 3, [gray, gray, red, gray, gray, red, red, red, red].concat());
        assert_eq!(luma, [90, 90, 60, 90, 90, 60, 60, 60, 60]);
        assert_eq!(reds, [128, 228, 228, 228]);
        assert_eq!(blue, [128, 94, 94, 94]);
    }
}
