//! The eight ways in which a camera may have been held.

use crate::pixels::Pixels;

/// EXIF's orientation, 1 to 8: what has to happen to the stored rows so that the picture stands upright.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Orientation {
    /// Rows become columns, before the mirrors.
    transposed: bool,
    mirrored: bool,
    flipped: bool,
}

impl Orientation {
    /// What EXIF's number means; anything else than 1 to 8 means upright.
    pub(crate) fn from_exif(number: u16) -> Self {
        let (transposed, mirrored, flipped) = match number {
            2 => (false, true, false),
            3 => (false, true, true),
            4 => (false, false, true),
            5 => (true, false, false),
            6 => (true, true, false),
            7 => (true, true, true),
            8 => (true, false, true),
            _ => (false, false, false),
        };
        Self { transposed, mirrored, flipped }
    }

    /// Width and height, swapped where the picture lies on its side.
    pub(crate) fn turn<T>(self, (width, height): (T, T)) -> (T, T) {
        if self.transposed { (height, width) } else { (width, height) }
    }

    /// The picture, upright.
    pub(crate) fn apply(self, pixels: Pixels) -> Pixels {
        if self == Self::default() {
            return pixels;
        }
        match pixels.layout.channels() {
            3 => self.turn_pixels::<3>(&pixels),
            _ => self.turn_pixels::<4>(&pixels),
        }
    }

    fn turn_pixels<const CHANNELS: usize>(self, pixels: &Pixels) -> Pixels {
        let (width, height) = self.turn((pixels.width, pixels.height));
        let mut upright = Pixels::new(width, height, pixels.layout);
        let from = pixels.data.as_chunks::<CHANNELS>().0;
        let (columns, rows, stored) = (width as usize, height as usize, pixels.width as usize);
        for (place, pixel) in upright.data.as_chunks_mut::<CHANNELS>().0.iter_mut().enumerate() {
            let (x, y) = (place % columns, place / columns);
            let x = if self.mirrored { columns - 1 - x } else { x };
            let y = if self.flipped { rows - 1 - y } else { y };
            let (x, y) = self.turn((x, y));
            *pixel = from[y * stored + x];
        }
        upright
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::Layout;

    /// A picture of 2 × 3 pixels whose values are their upright reading order, stored as orientation `number` says.
    fn turned(number: u16, width: u32, height: u32, stored: [u8; 6]) -> (u32, u32, Vec<u8>) {
        let data = stored.iter().flat_map(|value| [*value; 3]).collect();
        let upright = Orientation::from_exif(number).apply(Pixels { width, height, layout: Layout::Rgb, data });
        (upright.width, upright.height, upright.data.into_iter().step_by(3).collect())
    }

    #[test]
    fn every_orientation_is_turned_upright() {
        let upright = (2, 3, vec![1, 2, 3, 4, 5, 6]);
        assert_eq!(turned(1, 2, 3, [1, 2, 3, 4, 5, 6]), upright);
        assert_eq!(turned(2, 2, 3, [2, 1, 4, 3, 6, 5]), upright);
        assert_eq!(turned(3, 2, 3, [6, 5, 4, 3, 2, 1]), upright);
        assert_eq!(turned(4, 2, 3, [5, 6, 3, 4, 1, 2]), upright);
        assert_eq!(turned(5, 3, 2, [1, 3, 5, 2, 4, 6]), upright);
        assert_eq!(turned(6, 3, 2, [2, 4, 6, 1, 3, 5]), upright);
        assert_eq!(turned(7, 3, 2, [6, 4, 2, 5, 3, 1]), upright);
        assert_eq!(turned(8, 3, 2, [5, 3, 1, 6, 4, 2]), upright);
    }

    #[test]
    fn a_number_that_means_nothing_leaves_the_picture_alone() {
        assert_eq!(Orientation::from_exif(0), Orientation::default());
        assert_eq!(Orientation::from_exif(9), Orientation::default());
    }
}
