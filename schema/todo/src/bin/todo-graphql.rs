//! The Lambda function `todo-graphql`.

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    function::run(&todo_schema::GRAPHQL).await
}
