//! The wire face of Pipes.

use ::service::{Api, Body, JsonVersion, Operations, Route};

pub(crate) static API: Api = Api {
    id: "pipes",
    name: "EventBridge Pipes",
    target_prefix: None,
    json_version: JsonVersion::V1_1,
    query_version: None,
    routes: &[
        route("POST", "/v1/pipes/{Name}", "CreatePipe"),
        route("GET", "/v1/pipes/{Name}", "DescribePipe"),
        route("PUT", "/v1/pipes/{Name}", "UpdatePipe"),
        route("DELETE", "/v1/pipes/{Name}", "DeletePipe"),
        route("GET", "/v1/pipes", "ListPipes"),
        route("POST", "/v1/pipes/{Name}/start", "StartPipe"),
        route("POST", "/v1/pipes/{Name}/stop", "StopPipe"),
        route("GET", "/tags/{resourceArn+}", "ListTagsForResource"),
        route("POST", "/tags/{resourceArn+}", "TagResource"),
        route("DELETE", "/tags/{resourceArn+}", "UntagResource"),
    ],
    operations: Operations {
        built: &[
            "CreatePipe",
            "DeletePipe",
            "DescribePipe",
            "ListPipes",
            "ListTagsForResource",
            "StartPipe",
            "StopPipe",
            "TagResource",
            "UntagResource",
            "UpdatePipe",
        ],
        not_built: &[],
    },
};

const fn route(method: &'static str, path: &'static str, operation: &'static str) -> Route {
    Route { method, path, operation, status: 200, request: Body::Members, response: Body::Members, headers: &[] }
}
