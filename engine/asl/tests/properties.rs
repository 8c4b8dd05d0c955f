//! Random machines, inputs, paths and answers: nothing panics, everything ends, replays agree.

#![allow(clippy::unwrap_used, unreachable_pub, missing_docs)]

mod support;

use std::cell::Cell;
use std::sync::Arc;

use asl::{Execution, Machine, Stimulus};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{Answer, Run, doubles};

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e6..1e6_f64).prop_map(Value::from),
        "[ -~äß€]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[abc]", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Arrays for Map states, some of whose items a selector finds nothing in.
fn items() -> impl Strategy<Value = Value> {
    prop::collection::vec(prop_oneof![Just(json!({"a": 1})), Just(json!({"b": 2})), Just(json!([{"a": 3}, {}]))], 0..5)
        .prop_map(Value::from)
}

fn path() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("$".to_owned()),
        Just("$$.Execution.Input".to_owned()),
        Just("$v".to_owned()),
        prop::collection::vec("\\.[abc]|\\[[0-9]\\]|\\[\\*\\]|\\[0:2\\]|\\.\\.a", 1..4)
            .prop_map(|steps| format!("${}", steps.concat())),
    ]
}

fn query() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => path(),
        1 => path().prop_map(|path| format!("States.Format('{{}}', {path})")),
        1 => (path(), 0..5).prop_map(|(path, index)| format!("States.ArrayGetItem({path}, {index})")),
        1 => path().prop_map(|path| format!("States.JsonToString({path})")),
        1 => Just("States.UUID()".to_owned()),
    ]
}

/// A state without its transition.
fn work(depth: u32) -> BoxedStrategy<Value> {
    let simple = prop_oneof![
        3 => (prop::option::of(value()), prop::option::of(query())).prop_map(|(result, query)| {
            let mut state = json!({"Type": "Pass"});
            if let Some(result) = result { state["Result"] = result; }
            if let Some(query) = query { state["Parameters"] = json!({"x.$": query, "k": 1}); }
            state
        }),
        // Names differ by depth: what is assigned around a branch can't be assigned in it.
        1 => path().prop_map(move |path| {
            json!({"Type": "Pass", "Assign": {(format!("v{depth}.$")): path}, "ResultPath": "$.b"})
        }),
        1 => "\\{% (\\$states\\.input|\\$v0|\\$sum\\(\\[1,2\\]\\)|\\$random\\(\\)|1/0) %\\}"
            .prop_map(|output| json!({"Type": "Pass", "QueryLanguage": "JSONata", "Output": output})),
        1 => (0..5).prop_map(|seconds| json!({"Type": "Wait", "Seconds": seconds})),
        1 => path().prop_map(|path| json!({"Type": "Wait", "SecondsPath": path})),
        2 => (0..3, 0..3).prop_map(|(retries, timeout)| {
            let mut state = json!({
                "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:111111111111:function:f",
                "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": retries, "JitterStrategy": "FULL"}]
            });
            state["TimeoutSeconds"] = json!(timeout + 1);
            state
        }),
    ];
    if depth == 0 {
        return simple.boxed();
    }
    prop_oneof![
        6 => simple,
        1 => prop::collection::vec(workflow(depth - 1), 1..3)
            .prop_map(|branches| json!({"Type": "Parallel", "Branches": branches})),
        1 => (workflow(depth - 1), 0..3).prop_map(|(processor, concurrency)| {
            json!({"Type": "Map", "ItemProcessor": processor, "MaxConcurrency": concurrency})
        }),
        1 => (workflow(depth - 1), query()).prop_map(|(processor, query)| {
            json!({
                "Type": "Map", "ItemProcessor": processor, "ItemSelector": {"v.$": "$$.Map.Item.Value.a", "q.$": query},
                "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}]
            })
        }),
    ]
    .boxed()
}

/// States in a row, one of which may end it early by a choice or a failure.
fn workflow(depth: u32) -> BoxedStrategy<Value> {
    (prop::collection::vec(work(depth), 1..5), path(), 0..4_u8)
        .prop_map(|(works, path, ending)| {
            let mut states = serde_json::Map::new();
            let count = works.len();
            for (index, mut state) in works.into_iter().enumerate() {
                state["Next"] = json!(if index + 1 == count { "Choice".to_owned() } else { format!("S{}", index + 1) });
                if matches!(state["Type"].as_str(), Some("Task" | "Parallel" | "Map")) {
                    state["Catch"] = json!([{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]);
                }
                states.insert(format!("S{index}"), state);
            }
            states.insert(
                "Choice".to_owned(),
                json!({"Type": "Choice", "Choices": [{"Variable": path, "IsPresent": ending > 1, "Next": "Good"}], "Default": "Caught"}),
            );
            states.insert("Good".to_owned(), json!({"Type": "Succeed"}));
            let caught = if ending == 0 { json!({"Type": "Fail", "Error": "E"}) } else { json!({"Type": "Pass", "End": true}) };
            states.insert("Caught".to_owned(), caught);
            json!({"StartAt": "S0", "States": states})
        })
        .boxed()
}

/// Gives states names that are unique in the whole machine, as AWS wants them.
fn named_apart(workflow: &mut Value, prefix: &str) {
    let rename = |name: &mut Value| *name = json!(format!("{prefix}{}", name.as_str().unwrap()));
    rename(&mut workflow["StartAt"]);
    let states = std::mem::take(workflow["States"].as_object_mut().unwrap());
    for (index, (name, mut state)) in states.into_iter().enumerate() {
        let members = state.as_object_mut().unwrap();
        for target in ["Next", "Default"] {
            members.get_mut(target).into_iter().for_each(rename);
        }
        for rules in ["Catch", "Choices"] {
            for rule in members.get_mut(rules).and_then(Value::as_array_mut).into_iter().flatten() {
                rename(&mut rule["Next"]);
            }
        }
        let branches = members.get_mut("Branches").and_then(Value::as_array_mut);
        for (branch, workflow) in branches.into_iter().flatten().enumerate() {
            named_apart(workflow, &format!("{prefix}{index}.{branch}."));
        }
        if let Some(processor) = members.get_mut("ItemProcessor") {
            named_apart(processor, &format!("{prefix}{index}."));
        }
        workflow["States"][format!("{prefix}{name}")] = state;
    }
}

proptest! {
    #[test]
    fn random_machines_end_and_their_journals_rebuild_them(definition in workflow(2), input in prop_oneof![value(), items()], salt in any::<u32>()) {
        let mut definition = definition;
        named_apart(&mut definition, "");
        let machine = Arc::new(Machine::parse(&definition.to_string()).map_err(|invalid| TestCaseError::fail(invalid.to_string()))?);
        let calls = Cell::new(salt);
        let double = |task: &asl::Task| {
            calls.set(calls.get().wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
            match calls.get() >> 30 {
                0 => Answer::Fails { error: "E".to_owned(), cause: None },
                1 => Answer::Silent,
                _ => doubles::echo(task),
            }
        };
        let run = Run::to_end(&machine, &input.to_string(), &double);
        prop_assert!(run.execution.outcome().is_some(), "{definition}");
        for (position, event) in run.history.iter().enumerate() {
            prop_assert_eq!(event.id, position as u64 + 1);
            prop_assert!(event.previous_id < event.id);
            event.to_api(true);
        }
        let mut again = Execution::new(machine, run.execution.seed().clone());
        let history: Vec<_> = run.journal.iter().flat_map(|stimulus| again.apply(stimulus).events).collect();
        prop_assert_eq!(history, run.history);
        // A crash behind any append: what is folded from the journal, as it is stored, goes on as what had never ended.
        let mut alive = Execution::new(run.execution.machine().clone(), run.execution.seed().clone());
        for cut in 0..run.journal.len() {
            let stored = serde_json::to_string(&run.journal[..cut]).unwrap();
            let mut folded = Execution::new(run.execution.machine().clone(), run.execution.seed().clone());
            for stimulus in &serde_json::from_str::<Vec<Stimulus>>(&stored).unwrap() {
                folded.apply(stimulus);
            }
            prop_assert_eq!(folded.last_event_id(), alive.last_event_id());
            let (next, after) = (alive.apply(&run.journal[cut]), folded.apply(&run.journal[cut]));
            prop_assert_eq!(&next.events, &after.events);
            prop_assert_eq!(format!("{:?}", next.actions), format!("{:?}", after.actions));
            prop_assert_eq!(alive.outcome(), folded.outcome());
        }
    }

    #[test]
    fn parsing_never_panics(text in "[\\x00-\\x7Fäß€]{0,200}") {
        let _ = Machine::parse(&text);
    }

    #[test]
    fn any_json_as_a_definition_never_panics(value in value()) {
        let _ = Machine::parse(&value.to_string());
        let _ = Machine::parse(&json!({"StartAt": "a", "States": {"a": value}}).to_string());
    }

    #[test]
    fn any_text_as_an_expression_never_panics(text in "[$.a-c0-9\\[\\]'\"\\\\(){}?@*:,<>=!&| ]{0,40}", input in value()) {
        for definition in [
            json!({"StartAt": "a", "States": {"a": {"Type": "Pass", "Parameters": {"x.$": text}, "End": true}}}),
            json!({"StartAt": "a", "States": {"a": {"Type": "Pass", "Parameters": {"x.$": format!("States.Format({text})")}, "End": true}}}),
            json!({"StartAt": "a", "States": {"a": {"Type": "Pass", "InputPath": text, "ResultPath": text, "End": true}}}),
            json!({"StartAt": "a", "QueryLanguage": "JSONata", "States": {"a": {"Type": "Pass", "Output": format!("{{% {text} %}}"), "End": true}}}),
        ] {
            if let Ok(machine) = Machine::parse(&definition.to_string()) {
                Run::to_end(&Arc::new(machine), &input.to_string(), &doubles::none);
            }
        }
    }
}
