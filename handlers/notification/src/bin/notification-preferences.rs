//! The Lambda function `notification-preferences`.

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    function::run(&notification::PREFERENCES).await
}
