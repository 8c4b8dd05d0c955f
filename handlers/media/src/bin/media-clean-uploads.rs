//! The Lambda function `media-clean-uploads`.

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    function::run(&media::CLEAN_UPLOADS).await
}
