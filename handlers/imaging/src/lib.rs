//! Images from strangers: what they are, whether they are safe, and variants of them for the web.
//!
//! [`inspect`] reads what a file says of itself without decoding it and refuses what breaks the [`Limits`]. [`render`]
//! makes one [`Variant`]: decoded (a JPEG at the smallest scale that suffices), converted to sRGB, resized, turned
//! upright, stripped of metadata and encoded; [`render_all`] makes several formats of a size of one decoded picture.
//! [`summarize`] answers what a page shows before the picture is there and
//! what finds duplicates. The same bytes and the same variant give the same result, byte for byte.
//!
//! ```no_run
//! use imaging::{Fit, Limits, OutputFormat, Variant};
//!
//! let limits = Limits::default();
//! let bytes = std::fs::read("photo.jpg")?;
//! let inspection = imaging::inspect(&bytes, &limits)?;
//! let card = Variant { width: Some(800), height: Some(600), fit: Fit::Cover, format: OutputFormat::WebP, ..Variant::default() };
//! let rendered = imaging::render(&bytes, &card, &limits)?;
//! assert!(rendered.width <= 800 && rendered.width <= inspection.width);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! No file is trusted: a name or a header that says `image/png` is not looked at, what is allocated is bounded by
//! [`Limits`] before it is allocated, and whatever follows the picture in a file (another file, a script) is not
//! copied, since every variant is encoded anew. See `docs/imaging.md`.

mod decode;
mod encode;
mod exif;
mod fit;
mod format;
mod guard;
mod hash;
mod inspect;
mod jpeg;
mod limits;
mod orientation;
mod pixels;
mod placeholder;
mod preset;
mod profile;
mod rejection;
mod render;
mod resize;
mod structure;
mod summary;
mod variant;
mod window;

pub use format::{Format, OutputFormat, describe};
pub use hash::{NotAHash, PerceptualHash};
pub use inspect::{Inspection, inspect};
pub use limits::Limits;
pub use placeholder::Placeholder;
pub use preset::{Preset, presets};
pub use rejection::Rejection;
pub use render::{Rendered, render, render_all};
pub use summary::{Colour, Summary, summarize};
pub use variant::{Fit, Keep, Variant};
