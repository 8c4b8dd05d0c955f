//! The Lambda function `media-inspect`.

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    function::run(&media::INSPECT).await
}
