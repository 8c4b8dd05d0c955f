//! Receipt handles: which message, and which of its receives.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use service::ServiceError;
use uuid::Uuid;

use crate::error;

/// What a receipt handle says. It holds all that a deletion needs, so a handle stays good over a restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Receipt {
    pub(crate) sequence: i64,
    pub(crate) message: Uuid,
    pub(crate) receive_count: u32,
}

impl Receipt {
    pub(crate) fn encode(self) -> String {
        STANDARD.encode(format!("{} {} {}", self.sequence, self.message, self.receive_count))
    }

    pub(crate) fn decode(handle: &str) -> Result<Self, ServiceError> {
        let parse = || {
            let text = String::from_utf8(STANDARD.decode(handle).ok()?).ok()?;
            let mut parts = text.split(' ');
            Some(Self {
                sequence: parts.next()?.parse().ok()?,
                message: parts.next()?.parse().ok()?,
                receive_count: parts.next()?.parse().ok()?,
            })
        };
        parse().ok_or_else(error::invalid_receipt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_round_trips_and_anything_else_is_refused() {
        let receipt = Receipt { sequence: 7, message: Uuid::from_u128(9), receive_count: 2 };
        assert_eq!(Receipt::decode(&receipt.encode()).ok(), Some(receipt));
        assert_eq!(Receipt::decode("garbage").expect_err("refused").code, "ReceiptHandleIsInvalid");
    }
}
