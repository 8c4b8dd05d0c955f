//! The Lambda function `notification-send`.

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    function::run(&notification::SEND).await
}
