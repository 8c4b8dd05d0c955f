//! A decoded picture in memory: rows of RGB or RGBA, eight bits each, in sRGB.

use std::num::NonZeroUsize;

/// A picture. Alpha is straight, not multiplied in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pixels {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// 3 or 4.
    pub(crate) channels: usize,
    pub(crate) data: Vec<u8>,
}

impl Pixels {
    pub(crate) fn new(width: u32, height: u32, channels: usize) -> Self {
        Self { width, height, channels, data: vec![0; width as usize * height as usize * channels] }
    }

    pub(crate) fn stride(&self) -> NonZeroUsize {
        NonZeroUsize::new(self.width as usize * self.channels).expect("no picture is empty")
    }

    /// Without transparency: laid on `background`.
    pub(crate) fn flattened(self, background: [u8; 3]) -> Self {
        if self.channels == 3 {
            return self;
        }
        let data = self
            .data
            .as_chunks::<4>()
            .0
            .iter()
            .flat_map(|&[red, green, blue, alpha]| {
                let over = |front: u8, back: u8| {
                    let sum = u32::from(front) * u32::from(alpha) + u32::from(back) * u32::from(255 - alpha);
                    ((sum + 127) / 255) as u8
                };
                [over(red, background[0]), over(green, background[1]), over(blue, background[2])]
            })
            .collect();
        Self { channels: 3, data, ..self }
    }

    /// With an alpha channel.
    pub(crate) fn with_alpha(self) -> Self {
        if self.channels == 4 {
            return self;
        }
        let data = self.data.as_chunks::<3>().0.iter().flat_map(|&[red, green, blue]| [red, green, blue, 255]);
        Self { channels: 4, data: data.collect(), ..self }
    }

    /// Without an alpha channel that says nothing.
    pub(crate) fn without_idle_alpha(self) -> Self {
        let idle = self.channels == 4 && self.data.as_chunks::<4>().0.iter().all(|pixel| pixel[3] == 255);
        if idle { self.flattened([0; 3]) } else { self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transparency_is_laid_on_the_background() {
        let pixels = Pixels { width: 2, height: 1, channels: 4, data: vec![10, 20, 30, 0, 0, 0, 0, 128] };
        assert_eq!(pixels.flattened([255, 255, 255]).data, [255, 255, 255, 127, 127, 127]);
    }
}
