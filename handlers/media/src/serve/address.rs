//! Addresses of pictures: `/media/{id}/card`, `/media/{id}/w=640,h=480,fit=cover,format=webp,q=70,s=…`.

use imaging::{Fit, Keep, OutputFormat, Preset, Variant, presets};
use percent_encoding::percent_decode_str;

use super::ServeError;
use crate::recipe::Recipe;

/// What an address asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The media.
    pub id: String,
    /// In what size.
    pub picture: Picture,
    /// In which format; none leaves it to what the client accepts.
    pub format: Option<OutputFormat>,
    /// The path that a signature is over: what stands before it.
    pub path: String,
    /// The signature, where there is one.
    pub signature: Option<String>,
}

/// A size that everybody may ask for, or any other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Picture {
    /// By its name.
    Preset(&'static Preset),
    /// By numbers.
    Size(Size),
}

/// A size by numbers; [`Variant`] says what they mean.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Size {
    pub width: Option<u32>,
    pub height: Option<u32>,
    pub fit: Option<Fit>,
    pub quality: Option<u8>,
}

impl Address {
    /// Reads the path of a request, in which `,` and `=` may be percent-encoded.
    ///
    /// # Errors
    /// The path is no address, or what it asks for is said twice, unknown, or out of its range.
    pub fn parse(raw_path: &str) -> Result<Self, ServeError> {
        let decoded = percent_decode_str(raw_path).decode_utf8_lossy().into_owned();
        let unknown = || ServeError::NoSuchAddress(decoded.clone());
        let (id, specification) =
            decoded.strip_prefix("/media/").and_then(|rest| rest.split_once('/')).ok_or_else(unknown)?;
        if id.is_empty() || specification.is_empty() || specification.contains('/') {
            return Err(unknown());
        }
        let (path, signature) = match decoded.rsplit_once(",s=") {
            Some((path, signature)) => (path.to_owned(), Some(signature.to_owned())),
            None => (decoded.clone(), None),
        };
        let specification = specification.split(",s=").next().unwrap_or_default();
        let (picture, format) = parse_specification(specification)?;
        Ok(Self { id: id.to_owned(), picture, format, path, signature })
    }

    /// The formats among which clients may choose, the one with the smallest files first.
    pub(super) fn offers(&self) -> Vec<OutputFormat> {
        match &self.picture {
            Picture::Preset(preset) => preset.offers().collect(),
            Picture::Size(_) => vec![OutputFormat::Avif, OutputFormat::WebP, OutputFormat::Jpeg],
        }
    }

    /// How the picture is made in `format`. Presets are the same objects that the image machine makes.
    pub(super) fn recipe(&self, format: OutputFormat, keep: Keep) -> Recipe {
        let (id, extension) = (&self.id, format.extension());
        match &self.picture {
            Picture::Preset(preset) => Recipe::of(preset, id, format, keep),
            Picture::Size(size) => Recipe {
                name: size.label(),
                key: format!("media/{id}/sized/{}.{extension}", size.label()),
                variant: size.variant(format, keep),
            },
        }
    }
}

impl Size {
    /// The same for the same size, in whichever order it was asked for: `w640-h480-cover-q70`.
    fn label(&self) -> String {
        let fit = match self.fit {
            None | Some(Fit::Inside) => None,
            Some(Fit::Cover) => Some("cover".to_owned()),
            Some(Fit::Contain) => Some("contain".to_owned()),
        };
        let parts = [
            self.width.map(|width| format!("w{width}")),
            self.height.map(|height| format!("h{height}")),
            fit,
            self.quality.map(|quality| format!("q{quality}")),
        ];
        let label = parts.into_iter().flatten().collect::<Vec<_>>().join("-");
        if label.is_empty() { "whole".to_owned() } else { label }
    }

    fn variant(&self, format: OutputFormat, keep: Keep) -> Variant {
        let (width, height, quality) = (self.width, self.height, self.quality);
        Variant { width, height, fit: self.fit.unwrap_or_default(), format, quality, keep, ..Variant::default() }
    }
}

fn parse_specification(text: &str) -> Result<(Picture, Option<OutputFormat>), ServeError> {
    let (mut preset, mut size, mut format) = (None, Size::default(), None);
    for entry in text.split(',') {
        let Some((name, value)) = entry.split_once('=') else {
            once(&mut preset, "a preset", preset_named(entry)?)?;
            continue;
        };
        match name {
            "w" => once(&mut size.width, name, number(name, value, 16_383)?)?,
            "h" => once(&mut size.height, name, number(name, value, 16_383)?)?,
            "q" => {
                let quality = number(name, value, 100)?;
                once(&mut size.quality, name, u8::try_from(quality).expect("is 100 at most"))?;
            }
            "fit" => once(&mut size.fit, name, one_of(name, value, FITS)?)?,
            "format" => once(&mut format, name, one_of(name, value, FORMATS)?)?,
            _ => return Err(invalid(format!("{name:?} is unknown; an address has {PARTS}"))),
        }
    }
    let Some(preset) = preset else { return Ok((Picture::Size(size), format)) };
    if size != Size::default() {
        return Err(invalid(format!("the preset {} has its size; add a format to it, nothing else", preset.name)));
    }
    if let Some(format) = format.filter(|format| !preset.offers().any(|offer| offer == *format)) {
        let offers: Vec<_> = FORMATS.iter().filter(|(_, it)| preset.offers().any(|offer| offer == *it)).collect();
        let (name, offers) = (preset.name, names(offers.into_iter()));
        return Err(invalid(format!("the preset {name} is made in the formats {offers}, not in {format:?}")));
    }
    Ok((Picture::Preset(preset), format))
}

const PARTS: &str = "a preset, or w, h, fit, format and q, and the signature s at its end";
const FITS: &[(&str, Fit)] = &[("inside", Fit::Inside), ("cover", Fit::Cover), ("contain", Fit::Contain)];
const FORMATS: &[(&str, OutputFormat)] = &[
    ("avif", OutputFormat::Avif),
    ("webp", OutputFormat::WebP),
    ("jpeg", OutputFormat::Jpeg),
    ("png", OutputFormat::Png),
];

fn preset_named(name: &str) -> Result<&'static Preset, ServeError> {
    let known = || presets().iter().map(|preset| preset.name).collect::<Vec<_>>().join(", ");
    Preset::named(name).ok_or_else(|| invalid(format!("there is no preset {name:?}; there are {}", known())))
}

fn number(name: &str, value: &str, most: u32) -> Result<u32, ServeError> {
    let number = value.parse().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| invalid(format!("{name} must be a number from 1 to {most}, not {value:?}")))
}

fn one_of<T: Copy>(name: &str, value: &str, known: &[(&str, T)]) -> Result<T, ServeError> {
    let found = known.iter().find(|(text, _)| *text == value).map(|(_, found)| *found);
    found.ok_or_else(|| invalid(format!("{name} must be one of {}, not {value:?}", names(known.iter()))))
}

fn names<'a, T: 'a>(known: impl Iterator<Item = &'a (&'a str, T)>) -> String {
    known.map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

fn once<T>(place: &mut Option<T>, name: &str, value: T) -> Result<(), ServeError> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(invalid(format!("{name} is given twice"))),
    }
}

fn invalid(reason: String) -> ServeError {
    ServeError::InvalidSpecification(reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::SizeRecipes;

    fn parse(specification: &str) -> Result<Address, String> {
        Address::parse(&format!("/media/1/{specification}")).map_err(|error| error.to_string())
    }

    #[test]
    fn a_preset_is_the_object_of_the_image_machine() {
        let address = parse("card").expect("an address");
        let recipe = address.recipe(OutputFormat::WebP, Keep::default());
        let sizes = SizeRecipes::all("1", Keep::default(), (4000, 3000));
        assert!(sizes.iter().any(|size| size.recipes.contains(&recipe)), "{recipe:?}");
        assert_eq!(address.format, None);
        assert_eq!(parse("card,format=webp").expect("an address").format, Some(OutputFormat::WebP));
    }

    #[test]
    fn a_size_is_one_object_in_whichever_order_it_is_asked_for() {
        let one = parse("w=640,h=480,fit=cover,q=70,format=webp,s=abc").expect("an address");
        let other = parse("q=70,fit=cover,format=webp,h=480,w=640,s=def").expect("an address");
        let key = |address: &Address| address.recipe(OutputFormat::WebP, Keep::default()).key;
        assert_eq!(key(&one), "media/1/sized/w640-h480-cover-q70.webp");
        assert_eq!(key(&one), key(&other));
        assert_eq!(key(&parse("w=5").expect("an address")), key(&parse("w=5,fit=inside").expect("an address")));
    }

    #[test]
    fn a_signature_is_over_the_path_before_it() {
        let address = parse("w=640,s=abc").expect("an address");
        assert_eq!(address.path, "/media/1/w=640");
        assert_eq!(address.signature.as_deref(), Some("abc"));
        let encoded = parse("w%3D640%2Cs%3Dabc").expect("an address");
        assert_eq!(encoded, address);
        assert_eq!(parse("card").expect("an address").signature, None);
    }

    #[test]
    fn what_is_wrong_with_an_address_is_named() {
        for (specification, reason) in [
            ("poster", "there is no preset \"poster\"; there are thumbnail, card, full, original"),
            ("w=0", "w must be a number from 1 to 16383, not \"0\""),
            ("h=99999", "h must be a number from 1 to 16383, not \"99999\""),
            ("q=101", "q must be a number from 1 to 100, not \"101\""),
            ("fit=fill", "fit must be one of inside, cover, contain, not \"fill\""),
            ("w=1,w=2", "w is given twice"),
            ("card,full", "a preset is given twice"),
            ("card,w=1", "the preset card has its size; add a format to it, nothing else"),
            ("card,format=png", "the preset card is made in the formats avif, webp, jpeg, not in Png"),
            (
                "blur=3",
                "\"blur\" is unknown; an address has a preset, or w, h, fit, format and q, and the signature s at its end",
            ),
            (
                "s=abc,w=1",
                "\"s\" is unknown; an address has a preset, or w, h, fit, format and q, and the signature s at its end",
            ),
        ] {
            assert_eq!(parse(specification).expect_err(specification), reason);
        }
    }

    #[test]
    fn other_paths_are_no_addresses() {
        for path in ["/", "/media", "/media/1", "/media/1/", "/media//card", "/media/1/card/x", "/other/1/card"] {
            assert!(matches!(Address::parse(path), Err(ServeError::NoSuchAddress(_))), "{path}");
        }
    }
}
