//! The Lambda function `todo-publish`.

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    function::run(&todo::PUBLISH).await
}
