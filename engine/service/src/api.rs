//! How an API is reached over the wire.

/// The wire face of a service, as AWS's service model describes it.
#[derive(Debug)]
pub struct Api {
    /// The name requests are signed for, and the key in [`crate::Services`]: `states`, `events`, `dynamodb`.
    pub id: &'static str,
    /// AWS's name of the service, for messages: `Step Functions`.
    pub name: &'static str,
    /// What stands before the dot in `X-Amz-Target`: `AWSStepFunctions`. `None` for APIs that only have routes.
    pub target_prefix: Option<&'static str>,
    /// The version of the awsJson protocol that [`Api::target_prefix`] speaks.
    pub json_version: JsonVersion,
    /// The version of the API's query protocol (`Version=2012-11-05`), where it has one.
    pub query_version: Option<&'static str>,
    /// The operations of a restJson API, empty for others.
    pub routes: &'static [Route],
    /// The operations of the API.
    pub operations: Operations,
}

/// Which operations AWS's API has, so that a call to one that isn't built is told apart from one that doesn't exist.
#[derive(Debug)]
pub struct Operations {
    /// Those that the engine answers.
    pub built: &'static [&'static str],
    /// Those that AWS has and the engine does not answer yet.
    pub not_built: &'static [&'static str],
}

/// The version of the awsJson protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonVersion {
    /// `application/x-amz-json-1.0`
    V1_0,
    /// `application/x-amz-json-1.1`
    V1_1,
}

impl JsonVersion {
    /// The content type of requests and responses.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::V1_0 => "application/x-amz-json-1.0",
            Self::V1_1 => "application/x-amz-json-1.1",
        }
    }
}

/// One operation of a restJson API.
#[derive(Debug)]
pub struct Route {
    /// The HTTP method.
    pub method: &'static str,
    /// The path; `{Name}` stands for one segment and `{Name+}` for the rest, put into the input member of that name.
    /// Query parameters are input members too, under the name they have in the URL.
    pub path: &'static str,
    /// The operation it reaches.
    pub operation: &'static str,
    /// The status of an answer that is no error.
    pub status: u16,
    /// What the request's body is.
    pub request: Body,
    /// What the response's body is.
    pub response: Body,
    /// Header to member, in requests and responses alike: `("X-Amz-Invocation-Type", "InvocationType")`.
    pub headers: &'static [(&'static str, &'static str)],
}

/// What a restJson body carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// An object whose members are members of the input or output.
    Members,
    /// The member of this name, whole: the JSON value that the bytes spell. Empty bytes leave the member out.
    Payload(&'static str),
    /// Nothing.
    Empty,
}
