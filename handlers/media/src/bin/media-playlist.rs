//! The Lambda function `media-playlist`.

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    function::run(&media::PLAYLIST).await
}
