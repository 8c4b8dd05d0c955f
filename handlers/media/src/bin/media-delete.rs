//! The Lambda function `media-delete`.

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    function::run(&media::DELETE).await
}
