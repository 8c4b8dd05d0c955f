//! The Lambda function `media-retry`.

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    function::run(&media::RETRY).await
}
