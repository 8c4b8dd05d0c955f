//! The Lambda function `media-render`.

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    function::run(&media::RENDER).await
}
