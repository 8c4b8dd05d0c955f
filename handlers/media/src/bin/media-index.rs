//! The Lambda function `media-index`.

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    function::run(&media::INDEX).await
}
