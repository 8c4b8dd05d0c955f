//! The Lambda function `media-transcode`.

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    function::run(&media::TRANSCODE).await
}
