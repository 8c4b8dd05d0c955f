//! The wire face of EventBridge Scheduler.

use ::service::{Api, Body, JsonVersion, Operations, Route};

/// <https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Operations.html>
pub(crate) static API: Api = Api {
    id: "scheduler",
    name: "EventBridge Scheduler",
    target_prefix: None,
    json_version: JsonVersion::V1_1,
    query_version: None,
    routes: &[
        route("POST", "/schedules/{Name}", "CreateSchedule"),
        route("GET", "/schedules/{Name}", "GetSchedule"),
        route("PUT", "/schedules/{Name}", "UpdateSchedule"),
        route("DELETE", "/schedules/{Name}", "DeleteSchedule"),
        route("GET", "/schedules", "ListSchedules"),
        route("POST", "/schedule-groups/{Name}", "CreateScheduleGroup"),
        route("GET", "/schedule-groups/{Name}", "GetScheduleGroup"),
        route("DELETE", "/schedule-groups/{Name}", "DeleteScheduleGroup"),
        route("GET", "/schedule-groups", "ListScheduleGroups"),
        route("GET", "/tags/{ResourceArn+}", "ListTagsForResource"),
        route("POST", "/tags/{ResourceArn+}", "TagResource"),
        route("DELETE", "/tags/{ResourceArn+}", "UntagResource"),
    ],
    operations: Operations {
        built: &[
            "CreateSchedule",
            "CreateScheduleGroup",
            "DeleteSchedule",
            "DeleteScheduleGroup",
            "GetSchedule",
            "GetScheduleGroup",
            "ListScheduleGroups",
            "ListSchedules",
            "ListTagsForResource",
            "TagResource",
            "UntagResource",
            "UpdateSchedule",
        ],
        not_built: &[],
    },
};

const fn route(method: &'static str, path: &'static str, operation: &'static str) -> Route {
    Route { method, path, operation, status: 200, request: Body::Members, response: Body::Members, headers: &[] }
}
