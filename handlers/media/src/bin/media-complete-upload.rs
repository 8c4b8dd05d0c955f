//! The Lambda function `media-complete-upload`.

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    function::run(&media::COMPLETE_UPLOAD).await
}
