//! A function as a process of its own: the main loop of a Lambda binary.

use std::str::FromStr;
use std::sync::Arc;

use aws_config::BehaviorVersion;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use lambda_runtime::LambdaEvent;
use lambda_runtime::tower::{Service, service_fn};
use serde_json::Value;
use tracing::level_filters::LevelFilter;

use crate::resolver::Resolver;
use crate::{Context, Failure, Function, Handler, Settings};

/// Runs `function` as AWS Lambda runs a binary: settings and credentials from the environment, logs as JSON lines on
/// standard output (level `AWS_LAMBDA_LOG_LEVEL`), events from the Lambda Runtime API until the process is told to stop.
///
/// # Errors
/// The process isn't a Lambda function's, the function can't be built, or the Runtime API fails.
pub async fn run(function: &Function) -> Result<(), lambda_runtime::Error> {
    log_json_lines();
    if std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_none() {
        return Err(format!(
            "{} is a Lambda function: it runs in AWS Lambda, or on one machine under `sluice`, not on its own",
            function.name
        )
        .into());
    }
    let context = Context { aws: aws_from_environment().await, settings: Settings::from_environment() };
    let handler =
        (function.build)(&context).inspect_err(|error| tracing::error!(%error, "the function can't start"))?;
    lambda_runtime::run(serve(handler.into())).await
}

/// The handler as the service that `lambda_runtime` calls.
pub fn serve(
    handler: Arc<dyn Handler>,
) -> impl Service<LambdaEvent<Value>, Response = Value, Error = Failure, Future: Send> + Clone {
    service_fn(move |event| {
        let handler = Arc::clone(&handler);
        async move { handler.handle(event).await }
    })
}

async fn aws_from_environment() -> aws_config::SdkConfig {
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_with_resolver(Resolver);
    aws_config::defaults(BehaviorVersion::v2026_01_12()).http_client(http).load().await
}

fn log_json_lines() {
    let level = std::env::var("AWS_LAMBDA_LOG_LEVEL").ok().and_then(|level| LevelFilter::from_str(&level).ok());
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_span_list(false)
        .with_max_level(level.unwrap_or(LevelFilter::INFO))
        .init();
}
