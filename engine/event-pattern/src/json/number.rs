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
        // Adding zero makes -0.0 the same as 0.0 in every sense.
        (value.is_finite() && Decimal::parse(spelling)? == Decimal::parse(&format!("{value:e}"))?)
            .then_some(Self(value + 0.0))
    }

    /// A number that orders values as they are ordered.
    pub(crate) fn rank(self) -> u64 {
        let bits = self.0.to_bits();
        if self.0.is_sign_negative() { !bits } else { bits | 1 << 63 }
    }
}

/// A decimal in its one normal form: digits without zeros at either end, and the power of ten of the last digit.
#[derive(PartialEq, Eq)]
struct Decimal {
    negative: bool,
    digits: String,
    exponent: i64,
}

impl Decimal {
    fn parse(spelling: &str) -> Option<Self> {
        let (negative, unsigned) = match spelling.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, spelling),
        };
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        let digits = all.trim_end_matches('0');
        let dropped = all.len() - digits.len();
        let digits = digits.trim_start_matches('0').to_owned();
        if digits.is_empty() {
            return Some(Self { negative: false, digits, exponent: 0 });
        }
        let shift = i64::try_from(dropped).ok()?.checked_sub(i64::try_from(fraction.len()).ok()?)?;
        Some(Self { negative, digits, exponent: exponent.checked_add(shift)? })
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
        let ranks = ["-1e300", "-2", "-0.5", "0", "5e-324", "0.5", "2", "1e300"]
            .map(|spelling| Comparable::parse(spelling).expect("comparable").rank());
        assert!(ranks.is_sorted());
        assert_eq!(Comparable::parse("1"), Comparable::parse("10.0e-1"));
        assert_eq!(Comparable::parse("0"), Comparable::parse("-0.0"));
    }
}
