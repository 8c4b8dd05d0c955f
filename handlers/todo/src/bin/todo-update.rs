//! The Lambda function `todo-update`.

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    function::run(&todo::UPDATE).await
}
