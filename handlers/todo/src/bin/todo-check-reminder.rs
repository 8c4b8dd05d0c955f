//! The Lambda function `todo-check-reminder`.

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    function::run(&todo::CHECK_REMINDER).await
}
