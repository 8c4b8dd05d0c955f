//! What the API answers.

use mediaconvert::Programs;
use serde_json::{Value, json};
use store::Location;

use crate::engine::{ROLE, engine, engine_with, has_ffmpeg, mp4};

#[tokio::test(flavor = "multi_thread")]
async fn without_ffmpeg_a_job_is_refused_with_what_to_install() {
    let engine = engine_with(&Location::Memory, Programs::within("/nowhere"));
    let refused = engine.refusal("CreateJob", json!({"Role": ROLE, "Settings": mp4("s3://uploads/a.mp4", 180)})).await;
    assert!(refused.message.contains("`sudo apt-get install ffmpeg`"), "{}", refused.message);
    assert!(!refused.is_server_fault(), "trying again does not help");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_waits_in_a_paused_queue_and_is_told_with_all_it_was_given() {
    if !has_ffmpeg() {
        return;
    }
    let engine = engine();
    engine.call("CreateQueue", json!({"Name": "later", "Status": "PAUSED", "Tags": {"a": "1"}})).await;
    let input = json!({
        "Role": ROLE, "Queue": "later", "Settings": mp4("s3://uploads/a.mp4", 180), "ClientRequestToken": "t",
        "UserMetadata": {"mediaId": "m"}, "StatusUpdateInterval": "SECONDS_10", "Priority": 3,
        "AccelerationSettings": {"Mode": "PREFERRED"},
    });
    let created = engine.call("CreateJob", input.clone()).await["Job"].clone();
    assert_eq!(created["Status"], "SUBMITTED");
    assert_eq!(created["Queue"], "arn:aws:mediaconvert:us-east-1:000000000000:queues/later");
    assert_eq!((&created["Priority"], &created["UserMetadata"]["mediaId"]), (&json!(3), &json!("m")));
    assert_eq!(created["Settings"], input["Settings"]);
    let again = engine.call("CreateJob", input.clone()).await["Job"].clone();
    assert_eq!(again["Id"], created["Id"], "the same call again makes no other");
    let mut other = input;
    other["Priority"] = json!(4);
    assert_eq!(engine.refusal("CreateJob", other).await.code, "ConflictException");

    let queue = engine.call("GetQueue", json!({"Name": "later"})).await["Queue"].clone();
    assert_eq!((&queue["SubmittedJobsCount"], &queue["Status"]), (&json!(1), &json!("PAUSED")));
    assert_eq!(engine.refusal("DeleteQueue", json!({"Name": "later"})).await.code, "ConflictException");
    let tags = engine.call("ListTagsForResource", json!({"Arn": queue["Arn"]})).await;
    assert_eq!(tags["ResourceTags"]["Tags"], json!({"a": "1"}));
    for (search, found) in [("a.mp4", 1), ("b.mp4", 0)] {
        let listed = engine.call("SearchJobs", json!({"InputFile": search, "Status": "SUBMITTED"})).await;
        assert_eq!(listed["Jobs"].as_array().unwrap().len(), found);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_job_leaves_open_its_template_and_presets_say() {
    if !has_ffmpeg() {
        return;
    }
    let engine = engine();
    engine.call("UpdateQueue", json!({"Name": "Default", "Status": "PAUSED"})).await;
    let mut settings = mp4("s3://uploads/a.mp4", 180);
    let video = settings["OutputGroups"][0]["Outputs"][0]["VideoDescription"].take();
    settings["OutputGroups"][0]["Outputs"][0]["Preset"] = "small".into();
    settings.as_object_mut().unwrap().remove("Inputs");
    let preset = json!({"Name": "small", "Settings": {"VideoDescription": video}});
    engine.call("CreatePreset", preset).await;
    let template = json!({"Name": "t", "Settings": settings, "StatusUpdateInterval": "SECONDS_12", "Priority": -7});
    let template = engine.call("CreateJobTemplate", template).await["JobTemplate"].clone();
    assert_eq!(template["Arn"], "arn:aws:mediaconvert:us-east-1:000000000000:jobTemplates/t");
    let inputs = mp4("s3://uploads/a.mp4", 180)["Inputs"].clone();
    let input = json!({"Role": ROLE, "JobTemplate": template["Arn"], "Settings": {"Inputs": inputs}});
    let job = engine.call("CreateJob", input).await["Job"].clone();
    assert_eq!((&job["Priority"], &job["StatusUpdateInterval"]), (&json!(-7), &json!("SECONDS_12")));
    assert_eq!(job["Settings"]["OutputGroups"][0]["Outputs"][0]["VideoDescription"]["Height"], 180);

    engine.call("UpdateJobTemplate", json!({"Name": "t", "Description": "d"})).await;
    let listed = engine.call("ListJobTemplates", json!({})).await["JobTemplates"].clone();
    assert_eq!((&listed[0]["Description"], &listed[0]["Priority"]), (&json!("d"), &json!(-7)));
    engine.call("DeleteJobTemplate", json!({"Name": "t"})).await;
    let gone = engine.refusal("GetJobTemplate", json!({"Name": "t"})).await;
    assert_eq!((gone.code.as_str(), gone.status), ("NotFoundException", 404));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_honoured_is_refused_by_name() {
    let engine = engine();
    let job = |more: Value| {
        let mut input = json!({"Role": ROLE, "Settings": mp4("s3://uploads/a.mp4", 180)});
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    for (more, says) in [
        (json!({"Role": null}), "/role: is a required property"),
        (json!({"Settings": null}), "/settings: is a required property"),
        (json!({"HopDestinations": [{"WaitMinutes": 1}]}), "/hopDestinations: sluice does not implement this yet"),
        (json!({"AccelerationSettings": {"Mode": "ENABLED"}}), "/accelerationSettings/mode: sluice has no accelerated"),
        (json!({"StatusUpdateInterval": "SECONDS_11"}), "/statusUpdateInterval: is no such interval: SECONDS_11"),
        (json!({"Priority": 51}), "/priority: should be between -50 and 50: 51"),
        (json!({"JobTemplate": "absent"}), "Job template not found: absent"),
        (json!({"Settings": {"Inputs": []}}), "/inputs: is a required property"),
    ] {
        let refused = engine.refusal("CreateJob", job(more)).await;
        assert!(refused.message.contains(says), "{}", refused.message);
    }
    let queue = engine.refusal("CreateQueue", json!({"Name": "q", "PricingPlan": "RESERVED"})).await;
    assert!(queue.message.starts_with("/pricingPlan: sluice only has ON_DEMAND queues"), "{}", queue.message);
    assert_eq!(engine.refusal("DeleteQueue", json!({"Name": "Default"})).await.code, "BadRequestException");
    let endpoints = engine.call("DescribeEndpoints", json!({})).await;
    assert_eq!(endpoints, json!({"Endpoints": [{"Url": "http://127.0.0.1:4566"}]}));
}
