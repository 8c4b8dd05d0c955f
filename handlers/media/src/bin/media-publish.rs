//! The Lambda function `media-publish`.

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    function::run(&media::PUBLISH).await
}
