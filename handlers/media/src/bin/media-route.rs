//! The Lambda function `media-route`.

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    function::run(&media::ROUTE).await
}
