//! The text of `Fn::Sub`.

/// A piece of the text.
#[derive(Debug, PartialEq)]
pub(crate) enum Part<'a> {
    /// Stands for itself.
    Text(&'a str),
    /// `${!Name}`, which stands for `${Name}`.
    Literal(&'a str),
    /// `${Name}`
    Variable(&'a str),
}

/// Splits the text at its variables.
pub(crate) fn parts(text: &str) -> Vec<Part<'_>> {
    let (mut parts, mut rest) = (Vec::new(), text);
    while let Some(start) = rest.find("${") {
        let Some(length) = rest[start + 2..].find('}') else { break };
        parts.push(Part::Text(&rest[..start]));
        let name = &rest[start + 2..start + 2 + length];
        parts.push(match name.strip_prefix('!') {
            Some(literal) => Part::Literal(literal),
            None => Part::Variable(name.trim()),
        });
        rest = &rest[start + 3 + length..];
    }
    parts.push(Part::Text(rest));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_literals_and_loose_ends_are_told_apart() {
        let expected =
            [Part::Text("a"), Part::Variable("B.C"), Part::Text("-"), Part::Literal("D"), Part::Text("$ ${open")];
        assert_eq!(parts("a${B.C}-${!D}$ ${open"), expected);
    }
}
