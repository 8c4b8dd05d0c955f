//! The Lambda function `media-create-upload`.

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    function::run(&media::CREATE_UPLOAD).await
}
