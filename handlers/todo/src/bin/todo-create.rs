//! The Lambda function `todo-create`.

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    function::run(&todo::CREATE).await
}
