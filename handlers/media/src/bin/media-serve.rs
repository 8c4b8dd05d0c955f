//! The Lambda function `media-serve`.

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    function::run(&media::SERVE).await
}
