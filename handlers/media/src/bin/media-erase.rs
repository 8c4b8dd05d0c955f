//! The Lambda function `media-erase`.

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    function::run(&media::ERASE).await
}
