//! A decoded picture in memory: rows of pixels of eight bits a channel.

use std::num::NonZeroUsize;

/// What a pixel is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    Rgb,
    /// Alpha is straight, not multiplied in.
    Rgba,
    /// Inks; 255 is full.
    Cmyk,
}

impl Layout {
    pub(crate) fn channels(self) -> usize {
        if self == Self::Rgb { 3 } else { 4 }
    }
}

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pixels {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) layout: Layout,
    pub(crate) data: Vec<u8>,
}

impl Pixels {
    pub(crate) fn new(width: u32, height: u32, layout: Layout) -> Self {
        Self { width, height, layout, data: vec![0; width as usize * height as usize * layout.channels()] }
    }

    /// To the right and down.
    pub(crate) fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// Bytes of a row.
    pub(crate) fn stride(&self) -> NonZeroUsize {
        NonZeroUsize::new(self.width as usize * self.layout.channels()).expect("no picture is empty")
    }

    /// Without transparency: laid on `background`.
    pub(crate) fn flattened(self, background: [u8; 3]) -> Self {
        if self.layout != Layout::Rgba {
            return self;
        }
        let mut data = self.data;
        let over = |front: u8, back: u8, alpha: u8| {
            let sum = u32::from(front) * u32::from(alpha) + u32::from(back) * u32::from(255 - alpha);
            ((sum + 127) / 255) as u8
        };
        // In place, since a large picture should not be held twice: what is written lies before what is read.
        for place in 0..data.len() / 4 {
            let alpha = data[place * 4 + 3];
            for channel in 0..3 {
                data[place * 3 + channel] = over(data[place * 4 + channel], background[channel], alpha);
            }
        }
        data.truncate(data.len() / 4 * 3);
        Self { layout: Layout::Rgb, data, ..self }
    }

    /// With an alpha channel.
    pub(crate) fn with_alpha(self) -> Self {
        if self.layout == Layout::Rgba {
            return self;
        }
        let data = self.data.as_chunks::<3>().0.iter().flat_map(|&[red, green, blue]| [red, green, blue, 255]);
        Self { layout: Layout::Rgba, data: data.collect(), ..self }
    }

    /// Without an alpha channel that says nothing.
    pub(crate) fn without_idle_alpha(self) -> Self {
        let idle = self.layout == Layout::Rgba && self.data.as_chunks::<4>().0.iter().all(|pixel| pixel[3] == 255);
        if idle { self.flattened([0; 3]) } else { self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transparency_is_laid_on_the_background() {
        let data = vec![10, 20, 30, 0, 0, 0, 0, 128];
        let pixels = Pixels { width: 2, height: 1, layout: Layout::Rgba, data };
        assert_eq!(pixels.flattened([255, 255, 255]).data, [255, 255, 255, 127, 127, 127]);
    }

    #[test]
    fn an_alpha_channel_that_says_nothing_goes() {
        let opaque = Pixels { width: 1, height: 1, layout: Layout::Rgba, data: vec![1, 2, 3, 255] };
        assert_eq!(opaque.clone().without_idle_alpha().data, [1, 2, 3]);
        let clear = Pixels { data: vec![1, 2, 3, 254], ..opaque };
        assert_eq!(clear.clone().without_idle_alpha(), clear);
    }
}
