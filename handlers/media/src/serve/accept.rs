//! Which format a client gets that asks for none.

use imaging::OutputFormat;

/// Of `offers`, the one that a client with this `Accept` likes best; of those that it likes as well, the first. AVIF and
/// WebP go only to clients that name them: programs that read neither say `*/*` too. JPEG is for everybody else.
pub(super) fn negotiate(accept: Option<&str>, offers: impl Iterator<Item = OutputFormat>) -> OutputFormat {
    let accept = accept.unwrap_or_default();
    let mut best = (OutputFormat::Jpeg, 0);
    for format in offers {
        let liking = match format {
            OutputFormat::Jpeg => liking(accept, &["image/jpeg", "image/*", "*/*"]),
            _ => liking(accept, &[format.media_type()]),
        };
        if liking > best.1 {
            best = (format, liking);
        }
    }
    best.0
}

/// The quality value, in thousandths, of the first of these media ranges that the header names; 0 when it names none.
///
/// <https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1>
fn liking(accept: &str, ranges: &[&str]) -> u16 {
    let named = |wanted: &str| {
        accept.split(',').find_map(|entry| {
            let mut parts = entry.split(';').map(str::trim);
            let is_wanted = parts.next().is_some_and(|range| range.eq_ignore_ascii_case(wanted));
            let weight = || parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
            is_wanted.then(weight).map(|weight| weight.map_or(1000, thousandths))
        })
    };
    ranges.iter().find_map(|range| named(range)).unwrap_or(0)
}

fn thousandths(weight: &str) -> u16 {
    let weight: f32 = weight.trim().parse().unwrap_or(0.0);
    (weight.clamp(0.0, 1.0) * 1000.0).round() as u16
}

#[cfg(test)]
mod tests {
    use OutputFormat::{Avif, Jpeg, WebP};

    use super::*;

    fn chosen(accept: &str) -> OutputFormat {
        negotiate(Some(accept), [Avif, WebP, Jpeg].into_iter())
    }

    #[test]
    fn browsers_get_the_smallest_format_that_they_name() {
        assert_eq!(chosen("image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"), Avif);
        assert_eq!(chosen("image/webp,image/png,image/*;q=0.8,*/*;q=0.5"), WebP);
        assert_eq!(chosen("IMAGE/WEBP"), WebP);
    }

    #[test]
    fn what_names_no_format_gets_jpeg() {
        for accept in ["*/*", "image/*", "", "text/html", "image/avif;q=0", "nonsense;;q=,"] {
            assert_eq!(chosen(accept), Jpeg, "{accept}");
        }
        assert_eq!(negotiate(None, [Avif, Jpeg].into_iter()), Jpeg);
    }

    #[test]
    fn the_weights_of_the_client_decide() {
        assert_eq!(chosen("image/avif;q=0.2, image/webp;q=0.9, image/jpeg;q=0.5"), WebP);
        assert_eq!(chosen("image/avif;q=0.2, image/jpeg"), Jpeg);
        assert_eq!(chosen("image/avif; q=1.000, image/jpeg"), Avif);
    }

    #[test]
    fn what_is_not_offered_is_not_chosen() {
        assert_eq!(negotiate(Some("image/avif,image/webp"), [WebP, Jpeg].into_iter()), WebP);
    }
}
