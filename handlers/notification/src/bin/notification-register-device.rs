//! The Lambda function `notification-register-device`.

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    function::run(&notification::REGISTER_DEVICE).await
}
