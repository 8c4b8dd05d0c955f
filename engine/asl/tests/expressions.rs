//! What is said when a JSONata expression fails.

#![allow(clippy::unwrap_used, unreachable_pub, missing_docs)]

mod support;

use std::sync::Arc;

use asl::{Machine, Outcome};
use serde_json::{Value, json};
use support::{Run, doubles};

const PLACE: &str = "An error occurred while executing the state 'S' (entered at the event id #2). ";

/// The output, or the cause without the place.
fn run(definition: &Value) -> Result<String, String> {
    let machine = Machine::parse(&definition.to_string()).unwrap_or_else(|invalid| panic!("{invalid}"));
    let run = Run::to_end(&Arc::new(machine), r#"{"n":5,"s":"abc"}"#, &doubles::none);
    match run.execution.outcome().unwrap() {
        Outcome::Succeeded { output } => Ok(output.text().to_string()),
        Outcome::Failed { error, cause } => {
            assert_eq!(error.as_deref(), Some("States.QueryEvaluationError"));
            Err(cause.as_deref().unwrap().strip_prefix(PLACE).unwrap().to_owned())
        }
        other => panic!("{other:?}"),
    }
}

fn pass(expression: &str) -> Value {
    json!({"QueryLanguage": "JSONata", "StartAt": "S", "States": {
        "S": {"Type": "Pass", "Output": format!("{{% {expression} %}}"), "End": true}
    }})
}

/// What is told after `during evaluation`.
fn ending(expression: &str) -> String {
    let cause = run(&pass(expression)).unwrap_err();
    let start = format!(
        "The JSONata expression '{expression}' specified for the field 'Output' threw an error during evaluation"
    );
    cause.strip_prefix(&start).unwrap_or_else(|| panic!("{cause}")).to_owned()
}

#[test]
fn errors_have_the_words_of_the_reference_implementation() {
    for (expression, told) in [
        ("$abs('a')", ". T0410: Argument 1 of function \"abs\" does not match function signature"),
        (
            "1 + $length($uppercase(5))",
            ". T0410: Argument 1 of function \"uppercase\" does not match function signature",
        ),
        ("$uppercase('a', 'b')", ". T0410: Argument 2 of function \"uppercase\" does not match function signature"),
        ("$sum(['a'])", ". T0412: Argument 1 of function \"sum\" must be an array of \"numbers\""),
        (
            "$map([1], function($v){ $length($v) })",
            ". T0410: Argument 1 of function \"length\" does not match function signature",
        ),
        ("1 + {}", ". T2002: The right side of the \"+\" operator must evaluate to a number"),
        ("1 < 'a'", ". T2009: The values 1 and \"a\" either side of operator \"<\" must be of the same data type"),
        (
            "$states.input.n > $states.input.s",
            ". T2009: The values 5 and \"abc\" either side of operator \">\" must be of the same data type",
        ),
        ("$number('x')", ". D3030: Unable to cast value to a number: \"x\""),
        (
            "$single([1,2])",
            ". D3138: The $single() function expected exactly 1 matching result.  Instead it matched more.",
        ),
        ("$split('a','b',-1)", ". D3020: Third argument of split function must evaluate to a positive number"),
        ("$sqrt(-1)", ". D3060: The sqrt function cannot be applied to a negative number: -1"),
        ("$foo()", ". T1006: Attempted to invoke a non-function"),
        ("$eval('1+1')", ". T1006: Attempted to invoke a non-function"),
        ("$error('boom')", ". D3137: boom"),
        ("$hash('a', 'md5')", ". D3137: Hash algorithm 'md5' must be one of SHA-1, SHA-384, SHA-256, SHA-512, MD5"),
    ] {
        assert_eq!(ending(expression), told, "{expression}");
    }
}

#[test]
fn bounds_are_told_after_a_colon() {
    let memory = ": Expression evaluation memory limit exceeded: Check for excessive memory usage";
    for expression in ["$range(1, 360146, 1)", "$count([1..20000000])", "$pad('x', 10000000)"] {
        assert_eq!(ending(expression), memory, "{expression}");
    }
    assert_eq!(
        ending("($f := function($x){ $x <= 0 ? 0 : 1 + $f($x-1) }; $f(1000000))"),
        ": Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive"
    );
}

#[test]
fn ranges_with_bounds_far_away_are_bounded() {
    let memory = ": Expression evaluation memory limit exceeded: Check for excessive memory usage";
    for expression in [
        "[-9223372036854775808..9223372036854775807]",
        "[-88888888888888888888888888..6]",
        "$map([1..2], function($x) { [0..$x * 1e300] })",
        "$states.input.{'a': [-1e300..1e300]}",
    ] {
        assert_eq!(ending(expression), memory, "{expression}");
    }
    assert_eq!(run(&pass("[[1..3], $count([9e20..1]), [2..$count([1..4])]]")).unwrap(), "[[1,2,3],0,[2,3,4]]");
}

#[test]
fn numbers_that_json_does_not_have_are_texts() {
    assert_eq!(run(&pass("[1/0, -1/0]")).unwrap(), r#"["Infinity","-Infinity"]"#);
    assert_eq!(run(&pass("9007199254740993 + 1")).unwrap(), "9007199254740992");
    assert_eq!(run(&pass("[1e20, 1e-7, 0.1 + 0.2]")).unwrap(), "[1.0E20,1.0E-7,0.30000000000000004]");
}

#[test]
fn fields_of_rules_and_catchers_are_told_with_their_index() {
    let nothing = |field: &str| {
        format!("The JSONata expression '$nope' specified for the field '{field}' returned nothing (undefined).")
    };
    let rule = |fields: Value| {
        let mut rule = json!({"Condition": true, "Next": "E"});
        rule.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        json!({"QueryLanguage": "JSONata", "StartAt": "S", "States": {
            "S": {"Type": "Choice", "Choices": [{"Condition": "{% false %}", "Next": "E"}, rule]},
            "E": {"Type": "Succeed"}
        }})
    };
    assert_eq!(run(&rule(json!({"Output": {"v": "{% $nope %}"}}))).unwrap_err(), nothing("Choices[1]/Output/v"));
    assert_eq!(run(&rule(json!({"Assign": {"v": ["{% $nope %}"]}}))).unwrap_err(), nothing("Choices[1]/Assign/v[0]"));
    let caught = |fields: Value| {
        let mut catcher = json!({"ErrorEquals": ["States.ALL"], "Next": "E"});
        catcher.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        json!({"QueryLanguage": "JSONata", "StartAt": "S", "States": {
            "S": {
                "Type": "Parallel", "Arguments": "{% $nope %}", "End": true, "Catch": [catcher],
                "Branches": [{"StartAt": "I", "States": {"I": {"Type": "Succeed"}}}]
            },
            "E": {"Type": "Succeed"}
        }})
    };
    assert_eq!(run(&caught(json!({"Output": "{% $nope %}"}))).unwrap_err(), nothing("Catch[0]/Output"));
    assert_eq!(run(&caught(json!({"Assign": {"v": "{% $nope %}"}}))).unwrap_err(), nothing("Catch[0]/Assign/v"));
}

#[test]
fn a_number_out_of_its_fields_range_is_what_an_expression_found() {
    let state = |fields: Value| {
        let mut state = json!({"End": true});
        state.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        run(&json!({"QueryLanguage": "JSONata", "StartAt": "S", "States": {"S": state}})).unwrap_err()
    };
    let map = |mode: &str, field: &str, number: &str| {
        state(json!({"Type": "Map", "Items": [1], field: format!("{{% {number} %}}"), "ItemProcessor": {
            "ProcessorConfig": {"Mode": mode, "ExecutionType": "STANDARD"},
            "StartAt": "I", "States": {"I": {"Type": "Succeed"}}
        }}))
    };
    let task = |field: &str, number: &str| {
        state(json!({
            "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:f",
            field: format!("{{% {number} %}}")
        }))
    };
    assert_eq!(map("DISTRIBUTED", "MaxConcurrency", "-1"), "MaxConcurrency cannot be negative.");
    assert_eq!(map("DISTRIBUTED", "ToleratedFailureCount", "0-1"), "ToleratedFailureCount cannot be negative.");
    assert_eq!(
        map("DISTRIBUTED", "ToleratedFailurePercentage", "101"),
        "ToleratedFailurePercentage must be between 0 and 100."
    );
    let batches = |number: &str| {
        state(json!({
            "Type": "Map", "Items": [1], "ItemBatcher": {"MaxItemsPerBatch": format!("{{% {number} %}}")},
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                "StartAt": "I", "States": {"I": {"Type": "Succeed"}}
            }
        }))
    };
    assert_eq!(batches("0"), "MaxItemsPerBatch must be a positive integer.");
    assert_eq!(
        batches("'a'"),
        "The JSONata expression ''a'' specified for the field 'ItemBatcher/MaxItemsPerBatch' returned an unexpected result type. Expected 'number', but was 'string' for value: \"a\""
    );
    assert_eq!(task("TimeoutSeconds", "0"), "TimeoutSeconds must be a positive integer.");
    assert_eq!(task("HeartbeatSeconds", "-5"), "HeartbeatSeconds must be a positive integer.");
    assert_eq!(
        state(json!({"Type": "Wait", "Seconds": "{% '1' %}"})),
        "The JSONata expression ''1'' specified for the field 'Seconds' returned an unexpected result type. Expected 'number', but was 'string' for value: \"1\""
    );
}
