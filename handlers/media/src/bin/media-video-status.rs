//! The Lambda function `media-video-status`.

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    function::run(&media::VIDEO_STATUS).await
}
