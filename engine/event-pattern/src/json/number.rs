//! JSON numbers: how they are spelled, and which of them can be compared.

use super::error::SyntaxError;
use super::lexer::Lexer;

impl Lexer<'_> {
    /// Reads the rest of a number whose first character has been read.
    pub(super) fn read_number(&mut self, first: char) -> Result<(), SyntaxError> {
        let first_digit = if first == '-' { self.bump() } else { Some(first) };
        match first_digit {
            Some('0') => {
                if self.peek().is_some_and(|next| next.is_ascii_digit()) {
                    return Err(self.error("Invalid numeric value: Leading zeroes not allowed"));
                }
            }
            Some('1'..='9') => self.read_digits(),
            Some(other) => {
                return Err(
                    self.unexpected(other, "expected digit (0-9) to follow minus sign, for valid numeric value")
                );
            }
            None => return Err(self.error("Unexpected end-of-input: expected digit (0-9) to follow minus sign")),
        }
        if self.take(".") {
            self.require_digit("Decimal point not followed by a digit")?;
        }
        if self.take("e") || self.take("E") {
            let _ = self.take("+") || self.take("-");
            self.require_digit("Exponent indicator not followed by a digit")?;
        }
        Ok(())
    }

    fn require_digit(&mut self, complaint: &str) -> Result<(), SyntaxError> {
        match self.bump() {
            Some('0'..='9') => {
                self.read_digits();
                Ok(())
            }
            Some(other) => Err(self.unexpected(other, complaint)),
            None => Err(self.error(format!("Unexpected end-of-input: {complaint}"))),
        }
    }

    fn read_digits(&mut self) {
        while self.peek().is_some_and(|next| next.is_ascii_digit()) {
            self.bump();
        }
    }
}

/// A number that AWS compares by value: one that a double holds without loss, seen as decimals. Other numbers are only
/// equal to one of the same spelling.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(crate) struct Comparable(f64);

impl Comparable {
    /// The value of a JSON number, `None` when a double doesn't hold it.
    pub(crate) fn parse(spelling: &str) -> Option<Self> {
        let value: f64 = spelling.parse().ok()?;
        (value.is_finite() && Decimal::parse(spelling)?.is_shortest_of(value))
            // Adding zero makes -0.0 the same as 0.0 in every sense.
            .then_some(Self(value + 0.0))
    }

    /// A number that orders values as they are ordered.
    pub(crate) fn rank(self) -> u64 {
        let bits = self.0.to_bits();
        if self.0.is_sign_negative() { !bits } else { bits | 1 << 63 }
    }
}

/// A decimal: digits without zeros at either end, and the power of ten of the first digit.
struct Decimal<'t> {
    is_negative: bool,
    /// The digits, which may have a point between them.
    digits: &'t str,
    exponent: i64,
}

impl<'t> Decimal<'t> {
    fn parse(spelling: &'t str) -> Option<Self> {
        let (is_negative, unsigned) = match spelling.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, spelling),
        };
        let (mantissa, exponent) = match unsigned.bytes().position(|byte| matches!(byte, b'e' | b'E')) {
            Some(at) => (&unsigned[..at], unsigned[at + 1..].parse::<i64>().ok()?),
            None => (unsigned, 0),
        };
        let is_blank = |character| matches!(character, '0' | '.');
        let digits = mantissa.trim_start_matches(is_blank);
        let leading = mantissa.len() - digits.len();
        let digits = digits.trim_end_matches(is_blank);
        if digits.is_empty() {
            return Some(Self { is_negative: false, digits, exponent: 0 });
        }
        let whole = mantissa.bytes().position(|byte| byte == b'.').unwrap_or(mantissa.len());
        // Digits in front of the point have powers from zero up, those behind it from minus one down.
        let power = i64::try_from(whole).ok()? - i64::try_from(leading).ok()? - i64::from(leading < whole);
        Some(Self { is_negative, digits, exponent: exponent.checked_add(power)? })
    }

    fn digits(&self) -> impl Iterator<Item = u8> {
        self.digits.bytes().filter(|byte| *byte != b'.')
    }

    /// Whether this is the shortest decimal that is read as `value`.
    fn is_shortest_of(&self, value: f64) -> bool {
        // Decimals of so few digits are each read as another double, unless that is too small to have all its bits.
        if self.digits().count() <= f64::DIGITS as usize && (value.abs() >= f64::MIN_POSITIVE || self.digits.is_empty())
        {
            return true;
        }
        let mut buffer = zmij::Buffer::new();
        Decimal::parse(buffer.format_finite(value)).is_some_and(|shortest| *self == shortest)
    }
}

impl PartialEq for Decimal<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.is_negative == other.is_negative && self.exponent == other.exponent && self.digits().eq(other.digits())
    }
}

#[cfg(test)]
mod tests {
    use super::Comparable;

    #[test]
    fn numbers_are_comparable_when_a_double_holds_their_decimals() {
        for spelling in ["0", "-0.0", "0e5", "0.1", "1e300", "9007199254740992", "123456789012", "-5e-324"] {
            assert!(Comparable::parse(spelling).is_some(), "{spelling}");
        }
        for spelling in ["9007199254740993", "1e400", "1E-325", "0.1000000000000000055"] {
            assert!(Comparable::parse(spelling).is_none(), "{spelling}");
        }
        for (spelling, is_comparable) in [
            ("-122.42916360922355", true),
            ("-122.429163609223550", true),
            ("-122.429163609223551", false),
            ("0.000012242916360922355e+7", true),
            ("1224291636092235.5", true),
            ("12242916360922356", true),
            ("12242916360922356000.0", true),
            ("2.2250738585072014e-308", true),
            ("1.234567890123e-310", true),
            ("1.23456789012345e-322", false),
            ("4e-324", false),
            ("1e-400", false),
            ("0e-400", true),
        ] {
            assert_eq!(Comparable::parse(spelling).is_some(), is_comparable, "{spelling}");
        }
        let ranks = ["-1e300", "-2", "-0.5", "0", "5e-324", "0.5", "2", "1e300"]
            .map(|spelling| Comparable::parse(spelling).expect("comparable").rank());
        assert!(ranks.is_sorted());
        assert_eq!(Comparable::parse("1"), Comparable::parse("10.0e-1"));
        assert_eq!(Comparable::parse("0"), Comparable::parse("-0.0"));
    }
}
