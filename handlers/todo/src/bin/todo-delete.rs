//! The Lambda function `todo-delete`.

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    function::run(&todo::DELETE).await
}
