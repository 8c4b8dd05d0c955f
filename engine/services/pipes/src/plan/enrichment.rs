//! What enriches a pipe's records on their way.

use ::service::ServiceError;
use event_pattern::{Parameters, PipeTemplate};

use super::definition::EnrichmentParameters;
use super::{arn, not_built, template};
use crate::error::invalid;

#[derive(Debug)]
pub(crate) struct Enrichment {
    pub(crate) arn: String,
    pub(crate) by: Enricher,
    pub(crate) template: Option<PipeTemplate>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Enricher {
    Function,
    /// An Express state machine, run synchronously.
    Machine,
    /// A web address behind a connection, with these parameters of the request.
    ApiDestination(Option<Parameters>),
}

impl Enrichment {
    pub(super) fn of(text: &str, parameters: EnrichmentParameters) -> Result<Self, ServiceError> {
        let parsed = arn("Enrichment", text)?;
        if let Some(other) = parameters.others.keys().next() {
            return Err(not_built("EnrichmentParameters", other));
        }
        let by = match (parsed.service.as_str(), parsed.resource_parts().as_slice()) {
            ("lambda", ["function", ..]) => Enricher::Function,
            ("states", ["stateMachine", ..]) => Enricher::Machine,
            ("events", ["api-destination", ..]) => Enricher::ApiDestination(super::http(parameters.http.as_ref())?),
            ("execute-api", _) => {
                return Err(not_built("Enrichment", &format!("an enrichment by execute-api, {text}")));
            }
            _ => return Err(invalid("Enrichment", "Invalid pipe enrichment.")),
        };
        let template = template("EnrichmentParameters", parameters.input_template.as_deref())?;
        Ok(Self { arn: text.to_owned(), by, template })
    }
}
