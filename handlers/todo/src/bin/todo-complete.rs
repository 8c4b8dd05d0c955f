//! The Lambda function `todo-complete`.

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    function::run(&todo::COMPLETE).await
}
