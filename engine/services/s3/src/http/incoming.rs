//! A body on its way, and what is read of it but not yet taken.

use bytes::BytesMut;
use futures::StreamExt;
use s3s::Body;

pub(super) struct Incoming {
    body: Body,
    pub(super) buffer: BytesMut,
}

impl Incoming {
    /// `body`, behind what was `read` of it.
    pub(super) fn new(body: Body, read: BytesMut) -> Self {
        Self { body, buffer: read }
    }

    /// Reads on; false at the end of the body.
    pub(super) async fn more(&mut self) -> Result<bool, s3s::StdError> {
        match self.body.next().await {
            Some(bytes) => {
                self.buffer.extend_from_slice(&bytes?);
                Ok(true)
            }
            None => Ok(false),
        }
    }
}
