//! The Lambda function `analytics-count`.

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    function::run(&analytics::COUNT).await
}
