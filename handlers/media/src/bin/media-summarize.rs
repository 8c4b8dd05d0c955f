//! The Lambda function `media-summarize`.

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    function::run(&media::SUMMARIZE).await
}
