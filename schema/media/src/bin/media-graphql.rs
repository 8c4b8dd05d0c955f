//! The Lambda function `media-graphql`.

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    function::run(&media_schema::GRAPHQL).await
}
