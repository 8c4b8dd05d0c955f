//! Mapping templates, as far as they are served: fixed text, and the request's or response's body put into it.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html>

/// A template's pieces in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template<'a>(Vec<Piece<'a>>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece<'a> {
    Text(&'a str),
    Body,
}

/// What stands for the body as it is.
const BODY: &[&str] = &["$input.body", "$input.json('$')", "$input.json(\"$\")"];

impl<'a> Template<'a> {
    /// Reads a template.
    ///
    /// # Errors
    /// It has more of the Velocity language than is served; the text names what.
    pub(super) fn parse(text: &'a str) -> Result<Self, String> {
        let (mut pieces, mut rest) = (Vec::new(), text);
        while let Some(at) = rest.find(['$', '#']) {
            let (before, found) = rest.split_at(at);
            let Some(body) = BODY.iter().find(|body| found.starts_with(**body)) else {
                let end = found.find(|letter: char| letter.is_whitespace()).unwrap_or(found.len());
                return Err(format!(
                    "sluice does not evaluate {} of mapping templates yet: fixed text, $input.body and $input.json('$') are served",
                    &found[..end]
                ));
            };
            pieces.extend([Piece::Text(before), Piece::Body]);
            rest = &found[body.len()..];
        }
        pieces.push(Piece::Text(rest));
        Ok(Self(pieces))
    }

    /// The template's text with this body in it.
    pub(super) fn render(&self, body: &str) -> String {
        let piece = |piece: &Piece<'a>| match piece {
            Piece::Text(text) => (*text).to_owned(),
            Piece::Body => body.to_owned(),
        };
        self.0.iter().map(piece).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_is_put_into_fixed_text() {
        let template = Template::parse(r#"{"event": $input.json('$')}"#).expect("served");
        assert_eq!(template.render("[1]"), r#"{"event": [1]}"#);
        assert_eq!(Template::parse("ok").expect("served").render("x"), "ok");
    }

    #[test]
    fn what_is_not_served_is_named() {
        let refused = Template::parse("#set($a = 1)\n$a").expect_err("a directive");
        assert!(refused.contains("#set($a"), "{refused}");
        assert!(Template::parse("$input.params('id')").is_err());
    }
}
