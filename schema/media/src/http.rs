//! The function that answers GraphQL requests.

use async_trait::async_trait;
use function::{Context, Failure, MissingSetting, Step};
use subgraph::budget::ReadBudget;
use subgraph::http::{HttpRequest, HttpResponse, answer_by};

use crate::schema::{MediaSchema, build};

/// Answers GraphQL requests.
pub struct Graphql(MediaSchema);

impl Graphql {
    /// Works on the table, bucket and machines that the function's settings name.
    ///
    /// # Errors
    /// Names the setting that is missing.
    pub fn build(context: &Context) -> Result<Self, MissingSetting> {
        build(context).map(Self)
    }
}

#[async_trait]
impl Step for Graphql {
    type Input = HttpRequest;
    type Output = HttpResponse;

    async fn run(&self, request: HttpRequest) -> Result<HttpResponse, Failure> {
        Ok(answer_by(&self.0, &request, ReadBudget::new("media")).await)
    }
}
