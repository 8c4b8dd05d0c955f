//! What queries read, and how they show it.

use serde_json::{Value, json};

use crate::support::{idle, playing};
use schema_testing::Aws;

const ID: &str = "019aa5b0-3c00-7d53-9c31-5a2f6b1de001";

fn item(number: u32, title: &str) -> Value {
    let created_at = format!("2026-11-21T08:00:00.{number:03}Z");
    json!({
        "id": {"S": number.to_string()}, "owner": {"S": "everyone"}, "title": {"S": title}, "status": {"S": "OPEN"},
        "version": {"N": "1"}, "createdAt": {"S": created_at}, "updatedAt": {"S": created_at},
        "position": {"S": format!("{created_at}#{number}")}, "remindedFor": {"S": "2026-11-21T08:00:00.000Z"},
    })
}

/// A table of `count` todos whose index is read as DynamoDB reads it.
fn table(count: u32) -> Aws {
    playing(move |operation, input| {
        assert_eq!(operation, "Query");
        assert_eq!(input["IndexName"], "byOwner");
        let mut items: Vec<Value> = (0..count).map(|number| item(number, &format!("todo {number}"))).collect();
        let forward = input["ScanIndexForward"].as_bool().unwrap();
        if !forward {
            items.reverse();
        }
        if let Some(after) = input["ExpressionAttributeValues"][":after"]["S"].as_str() {
            let position = |item: &Value| item["position"]["S"].as_str().unwrap().to_owned();
            items
                .retain(|item| if forward { position(item).as_str() > after } else { position(item).as_str() < after });
        }
        let limit = input["Limit"].as_u64().unwrap() as usize;
        let more = items.len() > limit;
        items.truncate(limit);
        let mut output = json!({"Items": items, "Count": items.len(), "ScannedCount": items.len()});
        if more {
            output["LastEvaluatedKey"] = json!({"id": {"S": "x"}});
        }
        (200, output)
    })
}

async fn page(aws: &Aws, arguments: &str) -> (Vec<String>, Value) {
    let query = format!(
        "{{ todos{arguments} {{
            edges {{ cursor node {{ title }} }} pageInfo {{ hasPreviousPage hasNextPage startCursor endCursor }}
        }} }}"
    );
    let answer = aws.query(&query, json!({})).await;
    let connection = &answer["data"]["todos"];
    assert!(connection.is_object(), "{answer}");
    let titles = connection["edges"].as_array().unwrap().iter();
    let titles = titles.map(|edge| edge["node"]["title"].as_str().unwrap().to_owned()).collect();
    (titles, connection["pageInfo"].clone())
}

#[tokio::test]
async fn pages_forward_cover_everything_once() {
    let aws = table(5);
    let (mut all, mut info) = page(&aws, "(first: 2)").await;
    assert_eq!(info["hasPreviousPage"], false);
    while info["hasNextPage"] == true {
        let (titles, next) = page(&aws, &format!("(first: 2, after: {})", info["endCursor"])).await;
        all.extend(titles);
        info = next;
    }
    assert_eq!(all, ["todo 0", "todo 1", "todo 2", "todo 3", "todo 4"]);
    assert_eq!(info["hasPreviousPage"], true);
}

#[tokio::test]
async fn the_last_page_is_in_the_same_order() {
    let aws = table(5);
    let (titles, info) = page(&aws, "(last: 2)").await;
    assert_eq!(titles, ["todo 3", "todo 4"]);
    assert_eq!((&info["hasPreviousPage"], &info["hasNextPage"]), (&json!(true), &json!(false)));
    let (titles, info) = page(&aws, &format!("(last: 9, before: {})", info["startCursor"])).await;
    assert_eq!(titles, ["todo 0", "todo 1", "todo 2"]);
    assert_eq!((&info["hasPreviousPage"], &info["hasNextPage"]), (&json!(false), &json!(true)));
}

#[tokio::test]
async fn a_filter_fills_its_page_beyond_one_read() {
    let (titles, info) = page(&table(900), r#"(first: 3, filter: {text: "TODO 89", status: OPEN})"#).await;
    assert_eq!(titles, ["todo 89", "todo 890", "todo 891"]);
    assert_eq!(info["hasNextPage"], true);
}

#[tokio::test]
async fn an_empty_table_is_an_empty_page() {
    let (titles, info) = page(&table(0), "").await;
    assert!(titles.is_empty());
    assert_eq!(info, json!({"hasPreviousPage": false, "hasNextPage": false, "startCursor": null, "endCursor": null}));
}

#[tokio::test]
async fn arguments_that_make_no_sense_are_bad_input() {
    for arguments in
        ["(first: 0)", "(first: 1, last: 1)", "(last: 101)", r#"(after: "eA")"#, r#"(filter: {dueBefore: "tomorrow"})"#]
    {
        let answer = idle().query(&format!("{{ todos{arguments} {{ nodes {{ id }} }} }}"), json!({})).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{arguments}: {answer}");
    }
}

#[tokio::test]
async fn a_todo_is_read_by_its_id_and_a_text_that_is_no_id_is_no_todo() {
    let aws = playing(|_, input| {
        assert_eq!(input["ConsistentRead"], true);
        (200, json!({"Item": item(1, "a")}))
    });
    let answer = aws.query("query($id: ID!) { todo(id: $id) { title createdAt notes } }", json!({"id": ID})).await;
    let todo = json!({"title": "a", "createdAt": "2026-11-21T08:00:00.001Z", "notes": null});
    assert_eq!(answer["data"]["todo"], todo);
    let answer = idle().query(r#"{ todo(id: "") { title } }"#, json!({})).await;
    assert_eq!(answer, json!({"data": {"todo": null}}));
}

#[tokio::test]
async fn other_subgraphs_refer_to_todos_by_id() {
    let aws = playing(|_, _| (200, json!({"Item": item(1, "a")})));
    let query = "query($them: [_Any!]!) { _entities(representations: $them) { ... on Todo { title } } }";
    let answer = aws.query(query, json!({"them": [{"__typename": "Todo", "id": ID}]})).await;
    assert_eq!(answer["data"]["_entities"], json!([{"title": "a"}]));
}

#[tokio::test]
async fn an_item_that_is_no_todo_is_an_error_and_no_panic() {
    let aws = playing(|_, _| (200, json!({"Item": {"id": {"S": ID}, "owner": {"S": "ada"}}})));
    let answer = aws.query(&format!("{{ todo(id: \"{ID}\") {{ title }} }}"), json!({})).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "INTERNAL");
}

#[tokio::test]
async fn a_request_cannot_read_any_number_of_todos_by_id() {
    let aws = playing(|_, _| (200, json!({"Item": item(1, "a")})));
    let query = "query($them: [_Any!]!) { _entities(representations: $them) { ... on Todo { title } } }";
    let them = vec![json!({"__typename": "Todo", "id": ID}); 201];
    let answer = aws.query(query, json!({"them": them})).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{answer}");
    assert_eq!(aws.calls().len(), 200);
    let answer = aws.query(query, json!({"them": them[..200]})).await;
    assert_eq!(answer["data"]["_entities"].as_array().map(Vec::len), Some(200));
}
