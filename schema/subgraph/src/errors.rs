//! The typed errors of payloads, and which error of an execution becomes which.

/// Declares the interface of a context's errors, its types, `MAPPED_ERRORS`, and `named`, which finds the error that an
/// execution's error of a name is to clients.
///
/// ```text
/// typed_errors! {
///     /// Why a mutation changed nothing.
///     MutationError with MutationErrorCode
///
///     /// There is no such todo, or no longer.
///     TodoNotFound of Some("id") => { "Todo.NotFound": NotFound }
/// }
/// ```
#[macro_export]
macro_rules! typed_errors {
    (
        $(#[doc = $meaning:literal])+ $interface:ident with $codes:ident

        $($(#[doc = $about:literal])+ $kind:ident of $field:expr => { $($name:literal: $code:ident),+ $(,)? })+
    ) => {
        use $codes as Code;

        $(#[doc = $meaning])+
        #[derive(Clone, Debug, PartialEq, Eq, ::async_graphql::Interface)]
        #[graphql(
            field(name = "message", ty = "&String", desc = "What is wrong and what to do, for people."),
            field(name = "code", ty = "&Code", desc = "What is wrong, for programs."),
            field(name = "field", ty = "&Option<String>", desc = "The field of the input that is to blame, if one is.")
        )]
        pub(crate) enum $interface {
            $($kind($kind)),+
        }

        $(
            $(#[doc = $about])+
            #[derive(Clone, Debug, PartialEq, Eq, ::async_graphql::SimpleObject)]
            pub(crate) struct $kind {
                /// What is wrong and what to do, for people.
                message: String,
                /// What is wrong, for programs.
                code: Code,
                /// The field of the input that is to blame, if one is.
                field: Option<String>,
            }
        )+

        /// The names of the executions' errors that clients are told of in payloads. Any other is an error of the answer.
        pub const MAPPED_ERRORS: &[&str] = &[$($($name),+),+];

        impl $interface {
            /// The error that an execution's error of this name is to clients, if they are told of it.
            pub(crate) fn named(name: &str, message: String) -> Option<Self> {
                match name {
                    $($(
                        $name => {
                            let field: Option<&str> = $field;
                            let field = field.map(str::to_owned);
                            Some(Self::$kind($kind { message, code: Code::$code, field }))
                        }
                    )+)+
                    _ => None,
                }
            }
        }
    };
}
