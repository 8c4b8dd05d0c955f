//! Clients of the AWS APIs: the engine's, or AWS's own.

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use clock::Timestamp;

/// Where the AWS APIs are.
pub(crate) struct Client {
    /// Step Functions.
    pub(crate) states: aws_sdk_sfn::Client,
    /// EventBridge.
    pub(crate) events: aws_sdk_eventbridge::Client,
    /// Pipes.
    pub(crate) pipes: aws_sdk_pipes::Client,
    /// Scheduler.
    pub(crate) schedules: aws_sdk_scheduler::Client,
    /// Lambda.
    pub(crate) functions: aws_sdk_lambda::Client,
    /// SNS.
    pub(crate) topics: aws_sdk_sns::Client,
    /// SQS.
    pub(crate) queues: aws_sdk_sqs::Client,
    /// The URL of the engine, or `aws`.
    pub(crate) endpoint: String,
}

impl Client {
    /// Clients for `endpoint`: a URL, or `aws` for AWS with the credentials and region of the environment.
    pub(crate) async fn connect(endpoint: &str) -> Self {
        let http =
            aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
        let loader = aws_config::defaults(BehaviorVersion::latest()).http_client(http);
        let config: SdkConfig = if endpoint == "aws" {
            loader.load().await
        } else {
            loader
                .endpoint_url(endpoint)
                // What doesn't answer here isn't started; a person wants to know at once.
                .retry_config(RetryConfig::disabled())
                .region(Region::new("us-east-1"))
                .credentials_provider(Credentials::for_tests())
                .load()
                .await
        };
        Self {
            states: aws_sdk_sfn::Client::new(&config),
            events: aws_sdk_eventbridge::Client::new(&config),
            pipes: aws_sdk_pipes::Client::new(&config),
            schedules: aws_sdk_scheduler::Client::new(&config),
            functions: aws_sdk_lambda::Client::new(&config),
            topics: aws_sdk_sns::Client::new(&config),
            queues: aws_sdk_sqs::Client::new(&config),
            endpoint: endpoint.to_owned(),
        }
    }

    /// An SDK error in words: AWS's code and text, or that nothing answers and what to do.
    pub(crate) fn explain<E, R>(&self, error: aws_sdk_sfn::error::SdkError<E, R>) -> anyhow::Error
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
        R: std::fmt::Debug + Send + Sync + 'static,
    {
        match error {
            // The reason lies several causes deep: no credentials, no region, no way to AWS.
            aws_sdk_sfn::error::SdkError::DispatchFailure(_) | aws_sdk_sfn::error::SdkError::TimeoutError(_)
                if self.endpoint == "aws" =>
            {
                anyhow::Error::new(error)
                    .context("AWS can't be asked; credentials and a region come from your environment")
            }
            aws_sdk_sfn::error::SdkError::DispatchFailure(_) | aws_sdk_sfn::error::SdkError::TimeoutError(_) => {
                anyhow::anyhow!(
                    "nothing answers at {}: start it with `sluice dev`, or name another --endpoint",
                    self.endpoint
                )
            }
            aws_sdk_sfn::error::SdkError::ServiceError(context) => {
                let error = context.err();
                anyhow::anyhow!("{}: {}", error.code().unwrap_or("error"), error.message().unwrap_or("no message"))
            }
            other => anyhow::Error::new(other),
        }
    }
}

/// An SDK's moment in ours.
pub(crate) fn timestamp(moment: &aws_smithy_types::DateTime) -> Timestamp {
    Timestamp::from_millis(moment.to_millis().unwrap_or(i64::MAX))
}
