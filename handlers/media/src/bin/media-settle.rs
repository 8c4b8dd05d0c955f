//! The Lambda function `media-settle`.

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    function::run(&media::SETTLE).await
}
