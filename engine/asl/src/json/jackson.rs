//! What is wrong with a text that is no JSON, in the words of Jackson, the parser that AWS tells the errors of.
//!
//! <https://github.com/FasterXML/jackson-core>

const VALUES: &str = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
/// As much of the text Jackson shows.
const MOST_SHOWN: usize = 500;
/// As much of a token it shows.
const MOST_OF_TOKEN: usize = 256;

/// The first problem of the text and its place; `None` where there is none.
///
/// ```
/// let problem = asl::json_problem("{a:1}").expect("no JSON");
/// assert!(problem.starts_with("Unexpected character ('a' (code 97)): was expecting double-quote to start field name\n"));
/// ```
pub fn problem(text: &str) -> Option<String> {
    let letters = text.chars().collect();
    let mut reader = Reader { text, letters, at: 0, open: Vec::new() };
    let message = reader.document().err()?;
    Some(format!("{message}\n at {}", reader.place(reader.at)))
}

struct Reader<'a> {
    text: &'a str,
    letters: Vec<char>,
    /// Behind the last letter that was read.
    at: usize,
    /// The arrays and objects that are open: which of the two, and where each begins.
    open: Vec<(bool, usize)>,
}

type Problem = Result<(), String>;

impl Reader<'_> {
    fn document(&mut self) -> Problem {
        if self.skip_blank().is_none() {
            return Err("No content to map due to end-of-input".to_owned());
        }
        self.value()?;
        while let Some((is_object, _)) = self.open.last().copied() {
            self.next_entry(is_object)?;
        }
        match self.skip_blank() {
            None => Ok(()),
            Some(_) => self.value(),
        }
    }

    /// What follows an entry, or the opening bracket.
    fn next_entry(&mut self, is_object: bool) -> Problem {
        let kind = if is_object { "Object" } else { "Array" };
        let is_first = self.at == self.open.last().map_or(0, |(_, start)| start + 1);
        let Some(mut letter) = self.skip_blank() else {
            let start = self.open.last().map_or(0, |(_, start)| *start);
            let marker = format!("(start marker at {})", self.place(start));
            return Err(format!("Unexpected end-of-input: expected close marker for {kind} {marker}"));
        };
        if let ']' | '}' = letter {
            return self.close(letter, is_object);
        }
        if !is_first {
            self.at += 1;
            if letter != ',' {
                return Err(self.unexpected(letter, &format!(": was expecting comma to separate {kind} entries")));
            }
            letter = self.skip_blank().ok_or_else(|| within(kind))?;
        }
        if is_object {
            self.field(letter)?;
        }
        self.value()
    }

    fn close(&mut self, letter: char, is_object: bool) -> Problem {
        self.at += 1;
        let (wanted, kind) = if is_object { ('}', "Object") } else { (']', "Array") };
        if letter == wanted {
            self.open.pop();
            return Ok(());
        }
        let start = self.open.last().map_or(0, |(_, start)| *start);
        let begin = format!("for {kind} starting at {}", self.place(start));
        Err(format!("Unexpected close marker '{letter}': expected '{wanted}' ({begin})"))
    }

    /// A field's name and the colon.
    fn field(&mut self, letter: char) -> Problem {
        self.at += 1;
        if letter != '"' {
            return Err(self.unexpected(letter, ": was expecting double-quote to start field name"));
        }
        self.string("name", " in field name")?;
        let colon = self.skip_blank().ok_or_else(|| within("Object"))?;
        self.at += 1;
        if colon != ':' {
            return Err(self.unexpected(colon, ": was expecting a colon to separate field name and value"));
        }
        self.skip_blank().map(drop).ok_or_else(|| within("Object"))
    }

    /// A value: arrays and objects are only opened. There is a letter that is not blank.
    fn value(&mut self) -> Problem {
        let start = self.at;
        let letter = self.letters[start];
        self.at += 1;
        match letter {
            '{' | '[' => self.open.push((letter == '{', start)),
            '"' => self.string("string value", ": was expecting closing quote for a string value")?,
            '-' | '0'..='9' => self.number(letter)?,
            _ if is_identifier(letter) => self.word(start)?,
            _ => return Err(self.unexpected(letter, &format!(": expected a valid value {VALUES}"))),
        }
        Ok(())
    }

    fn word(&mut self, start: usize) -> Problem {
        while self.letters.get(self.at).is_some_and(|letter| is_identifier(*letter) || letter.is_numeric()) {
            self.at += 1;
        }
        let word: String = self.letters[start..self.at].iter().collect();
        if let "null" | "true" | "false" = word.as_str() {
            return Ok(());
        }
        let shown: String = match word.char_indices().nth(MOST_OF_TOKEN) {
            Some((end, _)) => format!("{}...", &word[..end]),
            None => word,
        };
        Err(format!("Unrecognized token '{shown}': was expecting {VALUES}"))
    }

    fn string(&mut self, what: &str, unended: &str) -> Problem {
        loop {
            let Some(letter) = self.letters.get(self.at).copied() else {
                return Err(format!("Unexpected end-of-input{unended}"));
            };
            self.at += 1;
            match letter {
                '"' => return Ok(()),
                '\\' => self.escape()?,
                '\0'..='\u{1f}' => {
                    return Err(format!(
                        "Illegal unquoted character ({}): has to be escaped using backslash to be included in {what}",
                        described(letter)
                    ));
                }
                _ => {}
            }
        }
    }

    fn escape(&mut self) -> Problem {
        let unended = "Unexpected end-of-input in character escape sequence";
        let Some(letter) = self.letters.get(self.at).copied() else { return Err(unended.to_owned()) };
        self.at += 1;
        match letter {
            'b' | 't' | 'n' | 'f' | 'r' | '"' | '/' | '\\' => Ok(()),
            'u' => {
                for _ in 0..4 {
                    let Some(digit) = self.letters.get(self.at).copied() else { return Err(unended.to_owned()) };
                    self.at += 1;
                    if !digit.is_ascii_hexdigit() {
                        return Err(self.unexpected(digit, ": expected a hex-digit for character escape sequence"));
                    }
                }
                Ok(())
            }
            _ => Err(format!("Unrecognized character escape {}", described(letter))),
        }
    }

    fn number(&mut self, first: char) -> Problem {
        let digit = |reader: &Self| reader.letters.get(reader.at).copied().filter(char::is_ascii_digit);
        let in_number = |reader: &mut Self, rule: &str| match reader.letters.get(reader.at).copied() {
            Some(letter) => {
                reader.at += 1;
                format!("Unexpected character ({}) in numeric value: {rule}", described(letter))
            }
            None => "Unexpected end-of-input in a Number value".to_owned(),
        };
        if first == '-' && digit(self).is_none() {
            return Err(in_number(self, "expected digit (0-9) to follow minus sign, for valid numeric value"));
        }
        let zero = if first == '-' { digit(self) } else { Some(first) } == Some('0');
        if first == '-' {
            self.at += 1;
        }
        if zero && digit(self).is_some() {
            return Err("Invalid numeric value: Leading zeroes not allowed".to_owned());
        }
        while digit(self).is_some() {
            self.at += 1;
        }
        if self.letters.get(self.at) == Some(&'.') {
            self.at += 1;
            if digit(self).is_none() {
                return Err(in_number(self, "Decimal point not followed by a digit"));
            }
            while digit(self).is_some() {
                self.at += 1;
            }
        }
        if let Some('e' | 'E') = self.letters.get(self.at) {
            self.at += 1;
            if let Some('+' | '-') = self.letters.get(self.at) {
                self.at += 1;
            }
            if digit(self).is_none() {
                return Err(in_number(self, "Exponent indicator not followed by a digit"));
            }
            while digit(self).is_some() {
                self.at += 1;
            }
        }
        match self.letters.get(self.at).copied() {
            Some(letter) if self.open.is_empty() && !is_blank(letter) => {
                self.at += 1;
                Err(self.unexpected(letter, ": Expected space separating root-level values"))
            }
            _ => Ok(()),
        }
    }

    fn skip_blank(&mut self) -> Option<char> {
        while self.letters.get(self.at).copied().is_some_and(is_blank) {
            self.at += 1;
        }
        self.letters.get(self.at).copied()
    }

    fn unexpected(&self, letter: char, comment: &str) -> String {
        format!("Unexpected character ({}){comment}", described(letter))
    }

    /// `[Source: (String)"…"; line: 1, column: 4]`
    fn place(&self, at: usize) -> String {
        let before = &self.letters[..at];
        let line = before.iter().filter(|letter| **letter == '\n').count() + 1;
        let column = before.iter().rev().take_while(|letter| **letter != '\n').count() + 1;
        let (shown, rest) = match self.text.char_indices().nth(MOST_SHOWN) {
            Some((end, _)) => (&self.text[..end], format!("[truncated {} chars]", self.letters.len() - MOST_SHOWN)),
            None => (self.text, String::new()),
        };
        format!("[Source: (String)\"{shown}\"{rest}; line: {line}, column: {column}]")
    }
}

fn within(kind: &str) -> String {
    format!("Unexpected end-of-input within/between {kind} entries")
}

fn is_blank(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\n' | '\r')
}

/// What words of Java begin with.
fn is_identifier(letter: char) -> bool {
    letter.is_alphabetic() || letter == '_' || letter == '$'
}

fn described(letter: char) -> String {
    match u32::from(letter) {
        code @ 0..=0x1f => format!("(CTRL-CHAR, code {code})"),
        code @ 0x100.. => format!("'{letter}' (code {code} / 0x{code:x})"),
        code => format!("'{letter}' (code {code})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_are_told_in_jacksons_words() {
        let source = |text: &str| format!("[Source: (String)\"{text}\"; line: 1, column: ");
        for (text, message, column) in [
            ("not a definition", "Unrecognized token 'not': was expecting {values}", 4),
            ("{", "Unexpected end-of-input: expected close marker for Object (start marker at {start}1])", 2),
            ("[1", "Unexpected end-of-input: expected close marker for Array (start marker at {start}1])", 3),
            ("{a:1}", "Unexpected character ('a' (code 97)): was expecting double-quote to start field name", 3),
            ("{'a':1}", "Unexpected character (''' (code 39)): was expecting double-quote to start field name", 3),
            (
                "{\"a\" 1}",
                "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value",
                7,
            ),
            ("{\"a\":}", "Unexpected character ('}' (code 125)): expected a valid value {values}", 7),
            ("{\"a\":", "Unexpected end-of-input within/between Object entries", 6),
            ("{\"a\":1,}", "Unexpected character ('}' (code 125)): was expecting double-quote to start field name", 9),
            (
                "{\"a\":1 \"b\":2}",
                "Unexpected character ('\"' (code 34)): was expecting comma to separate Object entries",
                9,
            ),
            ("[1,", "Unexpected end-of-input within/between Array entries", 4),
            ("[1}", "Unexpected close marker '}': expected ']' (for Array starting at {start}1])", 4),
            ("\"a", "Unexpected end-of-input: was expecting closing quote for a string value", 3),
            ("{\"a", "Unexpected end-of-input in field name", 4),
            ("\"\\q\"", "Unrecognized character escape 'q' (code 113)", 4),
            ("01", "Invalid numeric value: Leading zeroes not allowed", 2),
            ("", "No content to map due to end-of-input", 1),
        ] {
            let message = message.replace("{values}", VALUES).replace("{start}", &source(text));
            assert_eq!(problem(text), Some(format!("{message}\n at {}{column}]", source(text))), "{text}");
        }
    }

    #[test]
    fn a_place_counts_lines_and_long_texts_are_cut() {
        let told = problem("{\n  \"a\": tru\n}").expect("no JSON");
        assert!(told.starts_with("Unrecognized token 'tru': "), "{told}");
        assert!(told.ends_with("line: 2, column: 11]"), "{told}");
        let told = problem(&format!("[{}", "1, ".repeat(300))).expect("no JSON");
        assert!(told.contains("\"[truncated 401 chars]; line: 1"), "{told}");
    }

    /// What is refused for other reasons than JSON's grammar.
    fn is_json(error: &serde_json::Error, text: &str) -> bool {
        let told = error.to_string();
        told.starts_with("number out of range") || told.starts_with("Duplicate field") || text.contains("\\u")
    }

    proptest::proptest! {
        #[test]
        fn a_text_has_a_problem_when_it_is_no_json(text in r#"[\[\]{}:,"a\\u tflse0-9.eE+-]{0,24}"#) {
            let parsed = super::super::Value::parse(&text);
            match problem(&text) {
                None => proptest::prop_assert!(
                    parsed.as_ref().err().is_none_or(|error| is_json(error, &text) || is_left_over(&text)),
                    "{text}: {parsed:?}"
                ),
                Some(told) => proptest::prop_assert!(parsed.is_err(), "{text}: {told}"),
            }
        }
    }

    /// Behind a value Jackson looks at the next one at most.
    fn is_left_over(text: &str) -> bool {
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<serde::de::IgnoredAny>();
        matches!(values.next(), Some(Ok(_))) && !text[values.byte_offset()..].trim().is_empty()
    }

    #[test]
    fn json_has_no_problem() {
        for text in ["{}", " [1, -2.5e+3, 0] ", "{\"a\": {\"b\": [null, true, \"\\u00e9\\n\"]}}", "\"x\"", "0", "false"]
        {
            assert_eq!(problem(text), None, "{text}");
            assert!(super::super::Value::parse(text).is_ok(), "{text}");
        }
    }
}
