//! Functions in Python and JavaScript, run by this machine's interpreters: skipped with a line where there is none.
#![allow(clippy::unwrap_used, clippy::print_stderr, missing_docs, unreachable_pub)]

mod support;

use std::io::{Cursor, Write};
use std::process::Command;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use lambda::Lambda;
use serde_json::{Value, json};
use service::Platform;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use support::{function, invoke, open, platform};

/// A platform with one function, `f`, of these files.
struct Fixture {
    platform: Platform,
    lambda: Arc<Lambda>,
}

impl Fixture {
    /// `None`, with a line that says so, where the interpreter isn't installed.
    async fn with(runtime: &str, handler: &str, files: &[(&str, &str)]) -> Option<Self> {
        let command = if runtime.starts_with("python") { "python3" } else { "node" };
        if Command::new(command).arg("--version").output().is_err() {
            eprintln!("skipped: {command} isn't installed");
            return None;
        }
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in files {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        let archive = BASE64_STANDARD.encode(zip.finish().unwrap().into_inner());
        let platform = platform();
        let lambda = open(&platform, None);
        let mut create = function("f", json!({ "ZipFile": archive }));
        create["Runtime"] = runtime.into();
        create["Handler"] = handler.into();
        create["Timeout"] = 20.into();
        platform.services.call("lambda", "CreateFunction", create).await.unwrap();
        Some(Self { platform, lambda })
    }

    async fn python(text: &str) -> Option<Self> {
        Self::with("python3.12", "handler.handler", &[("handler.py", text)]).await
    }

    async fn node(text: &str) -> Option<Self> {
        Self::with("nodejs20.x", "index.handler", &[("index.js", text)]).await
    }

    /// What an event is answered with.
    async fn answer(&self, event: Value) -> Value {
        let answer = invoke(&self.platform, "f", event).await;
        assert!(answer.get("FunctionError").is_none(), "{answer}");
        answer["Payload"].clone()
    }

    /// The error that an event is answered with.
    async fn error(&self, event: Value) -> Value {
        let answer = invoke(&self.platform, "f", event).await;
        assert_eq!(answer["FunctionError"], "Unhandled", "{answer}");
        answer["Payload"].clone()
    }

    async fn logged(&self, text: &str) {
        // A process's output reaches the log beside its answer.
        while !self.lambda.log_lines("f").iter().any(|line| line.contains(text)) {
            tokio::task::yield_now().await;
        }
    }
}

/// The error's type and message.
fn named(error: &Value) -> (&str, &str) {
    (error["errorType"].as_str().unwrap(), error["errorMessage"].as_str().unwrap())
}

const ABOUT_CONTEXT: &[&str] =
    &["f", "$LATEST", "128", "/aws/lambda/f", "arn:aws:lambda:us-east-1:000000000000:function:f"];

#[tokio::test]
async fn python_answers_events_with_its_context_and_its_environment() {
    let text = "
import os
count = 0
def handler(event, context):
    global count
    count += 1
    print('seen', event['name'])
    return {
        'event': event, 'count': count, 'table': os.environ['TODOS_TABLE'],
        'time': 0 < context.get_remaining_time_in_millis() <= 20000, 'id': len(context.aws_request_id),
        'about': [context.function_name, context.function_version, context.memory_limit_in_mb, context.log_group_name,
                  context.invoked_function_arn],
    }
";
    let Some(fixture) = Fixture::python(text).await else { return };
    for count in 1..=2 {
        let answer = fixture.answer(json!({ "name": "Ü", "n": 1.5 })).await;
        let expected = json!({
            "event": { "name": "Ü", "n": 1.5 }, "count": count, "table": "todos", "time": true, "id": 36, "about": ABOUT_CONTEXT,
        });
        assert_eq!(answer, expected);
    }
    fixture.logged("seen Ü").await;
    fixture.platform.stop().await;
}

#[tokio::test]
async fn python_answers_bytes_as_they_are_and_decimals_as_numbers() {
    let text = "
import datetime, decimal
def handler(event, context):
    return {'bytes': b'\"Hello\"', 'decimal': decimal.Decimal('1.5'), 'date': datetime.date(2026, 1, 1)}[event]
";
    let Some(fixture) = Fixture::python(text).await else { return };
    assert_eq!(fixture.answer(json!("bytes")).await, "Hello");
    assert_eq!(fixture.answer(json!("decimal")).await, 1.5);
    let text = "Unable to marshal response: Object of type date is not JSON serializable";
    assert_eq!(named(&fixture.error(json!("date")).await), ("Runtime.MarshalError", text));
    fixture.platform.stop().await;
}

#[tokio::test]
async fn python_reports_exceptions_as_aws_does() {
    let text = "
class Late(Exception):
    pass

def handler(event, context):
    return inner(event)

def inner(event):
    raise Late('by ' + event)
";
    let Some(fixture) = Fixture::python(text).await else { return };
    let mut error = fixture.error(json!("2 days")).await;
    assert_eq!(error["requestId"].take().as_str().unwrap().len(), 36);
    let expected = json!({
        "errorMessage": "by 2 days",
        "errorType": "Late",
        "requestId": null,
        "stackTrace": [
            "  File \"/var/task/handler.py\", line 6, in handler\n    return inner(event)\n",
            "  File \"/var/task/handler.py\", line 9, in inner\n    raise Late('by ' + event)\n",
        ],
    });
    assert_eq!(error, expected);
    fixture.logged("[ERROR] Late: by 2 days").await;
    fixture.platform.stop().await;
}

#[tokio::test]
async fn python_that_cannot_be_loaded_says_why() {
    for (handler, text, kind, message) in [
        ("other.handler", "", "Runtime.ImportModuleError", "Unable to import module 'other': No module named 'other'"),
        ("handler.other", "", "Runtime.HandlerNotFound", "Handler 'other' missing on module 'handler'"),
        (
            "handler",
            "",
            "Runtime.MalformedHandlerName",
            "Bad handler 'handler': not enough values to unpack (expected 2, got 1)",
        ),
        (
            "handler.handler",
            "import nowhere",
            "Runtime.ImportModuleError",
            "Unable to import module 'handler': No module named 'nowhere'",
        ),
        (
            "handler.handler",
            "\nx = = 1",
            "Runtime.UserCodeSyntaxError",
            "Syntax error in module 'handler': invalid syntax (handler.py, line 2)",
        ),
        ("handler.handler", "raise KeyError('TABLE')", "KeyError", "'TABLE'"),
    ] {
        let Some(fixture) = Fixture::with("python3.12", handler, &[("handler.py", text)]).await else { return };
        assert_eq!(named(&fixture.error(json!({})).await), (kind, message));
        fixture.platform.stop().await;
    }
}

#[tokio::test]
async fn python_that_exits_is_an_exit_error_and_the_next_event_finds_a_new_process() {
    let text = "
import sys
def handler(event, context):
    return sys.exit(3) if event == 'exit' else event
";
    let Some(fixture) = Fixture::python(text).await else { return };
    let error = fixture.error(json!("exit")).await;
    assert!(error["errorMessage"].as_str().unwrap().ends_with("exit status 3"), "{error}");
    assert_eq!(fixture.answer(json!("stay")).await, "stay");
    fixture.platform.stop().await;
}

#[tokio::test]
async fn handlers_in_packages_are_found_in_both_languages() {
    let python = [
        ("app/__init__.py", ""),
        ("app/web/todo.py", "import shared\nhandle = shared.handle"),
        ("shared.py", "def handle(event, context): return event"),
    ];
    let node = [
        ("app/web/todo.js", "exports.api = { handle: async (event) => require('../../shared')(event) };"),
        ("shared.js", "module.exports = (event) => event;"),
    ];
    for (runtime, handler, files) in
        [("python3.11", "app.web.todo.handle", python), ("python3.11", "app/web/todo.handle", python)]
    {
        let Some(fixture) = Fixture::with(runtime, handler, &files).await else { return };
        assert_eq!(fixture.answer(json!(1)).await, 1);
        fixture.platform.stop().await;
    }
    let Some(fixture) = Fixture::with("nodejs22.x", "app/web/todo.api.handle", &node).await else { return };
    assert_eq!(fixture.answer(json!(1)).await, 1);
    fixture.platform.stop().await;
}

#[tokio::test]
async fn node_answers_events_with_its_context_and_its_environment() {
    let text = "
let count = 0;
exports.handler = async (event, context) => {
  console.log('seen', event.name);
  const left = context.getRemainingTimeInMillis();
  return {
    event, count: ++count, table: process.env.TODOS_TABLE, time: left > 0 && left <= 20000, id: context.awsRequestId.length,
    about: [context.functionName, context.functionVersion, context.memoryLimitInMB, context.logGroupName,
      context.invokedFunctionArn],
  };
};
";
    let Some(fixture) = Fixture::node(text).await else { return };
    for count in 1..=2 {
        let answer = fixture.answer(json!({ "name": "Ü", "n": 1.5 })).await;
        let expected = json!({
            "event": { "name": "Ü", "n": 1.5 }, "count": count, "table": "todos", "time": true, "id": 36, "about": ABOUT_CONTEXT,
        });
        assert_eq!(answer, expected);
    }
    fixture.logged("\tINFO\tseen Ü").await;
    fixture.platform.stop().await;
}

#[tokio::test]
async fn node_handlers_are_es_modules_or_common_js() {
    let module = "export const handler = async (event) => event;";
    let cases: [&[(&str, &str)]; 4] = [
        &[("index.mjs", module)],
        &[("index.js", module), ("package.json", r#"{"type":"module"}"#)],
        &[("index.cjs", "exports.handler = async (event) => event;")],
        &[
            ("index.mjs", "import it from './it.cjs';\nexport const { handler } = it;"),
            ("it.cjs", "exports.handler = async (event) => event;"),
        ],
    ];
    for files in cases {
        let Some(fixture) = Fixture::with("nodejs22.x", "index.handler", files).await else { return };
        assert_eq!(fixture.answer(json!({ "a": 1 })).await, json!({ "a": 1 }));
        fixture.platform.stop().await;
    }
}

#[tokio::test]
async fn node_handlers_answer_by_callback_too() {
    let text = "
exports.handler = (event, context, callback) => {
  let ticked = false;
  if (event === 'wait') { setImmediate(() => { ticked = true; }); callback(null, { get ticked() { return ticked; } }); }
  if (event === 'now') { setTimeout(() => {}, 60000).unref(); context.callbackWaitsForEmptyEventLoop = false; callback(null, 'now'); }
  if (event === 'fail') callback(new TypeError('refused'));
  if (event === 'succeed') context.succeed('succeeded');
  if (event === 'text') callback('only text');
};
";
    let Some(fixture) = Fixture::node(text).await else { return };
    assert_eq!(fixture.answer(json!("wait")).await, json!({ "ticked": true }));
    assert_eq!(fixture.answer(json!("now")).await, "now");
    assert_eq!(fixture.answer(json!("succeed")).await, "succeeded");
    assert_eq!(fixture.answer(json!("never called back")).await, Value::Null);
    assert_eq!(named(&fixture.error(json!("fail")).await), ("TypeError", "refused"));
    let told = fixture.error(json!("text")).await;
    assert_eq!(told, json!({ "errorType": "string", "errorMessage": "only text", "trace": [] }));
    fixture.platform.stop().await;
}

#[tokio::test]
async fn node_reports_errors_as_aws_does() {
    let text = "
class Late extends Error { constructor(m) { super(m); this.name = 'Late'; } }
exports.handler = async (event) => {
  if (event === 'throw') throw new Late('by 2 days');
  if (event === 'reject') { Promise.reject(new Late('nobody waits')); return new Promise(() => {}); }
  if (event === 'uncaught') { setImmediate(() => { throw new Late('nobody catches'); }); return new Promise(() => {}); }
  if (event === 'never') return new Promise(() => {});
  return event;
};
";
    let Some(fixture) = Fixture::node(text).await else { return };
    let error = fixture.error(json!("throw")).await;
    assert_eq!(named(&error), ("Late", "by 2 days"));
    assert_eq!(error.as_object().unwrap().keys().collect::<Vec<_>>(), ["errorType", "errorMessage", "trace"]);
    assert!(error["trace"][1].as_str().unwrap().contains("(/var/task/index.js:4:"), "{error}");
    fixture.logged("\tERROR\tInvoke Error {\"errorType\":\"Late\",\"errorMessage\":\"by 2 days\"").await;

    let error = fixture.error(json!("reject")).await;
    assert_eq!(named(&error), ("Runtime.UnhandledPromiseRejection", "Late: nobody waits"));
    assert_eq!(error["reason"]["errorType"], "Late");
    assert_eq!(named(&fixture.error(json!("uncaught")).await), ("Late", "nobody catches"));
    assert_eq!(fixture.error(json!("never")).await["errorType"], "Runtime.NodeJsExit");
    assert_eq!(fixture.answer(json!("well")).await, "well");
    fixture.platform.stop().await;
}

#[tokio::test]
async fn node_that_cannot_be_loaded_says_why() {
    let callback = "exports.handler = (event, context, callback) => callback(null, 1);";
    for (runtime, handler, text, kind, message) in [
        (
            "nodejs20.x",
            "other.handler",
            "",
            "Runtime.ImportModuleError",
            "Error: Cannot find module 'other'\nRequire stack:\n- /var/runtime/index.mjs",
        ),
        (
            "nodejs20.x",
            "index.handler",
            "require('nowhere');",
            "Runtime.ImportModuleError",
            "Error: Cannot find module 'nowhere'\nRequire stack:\n- /var/task/index.js\n- /var/runtime/index.mjs",
        ),
        ("nodejs20.x", "index.other", "", "Runtime.HandlerNotFound", "index.other is undefined or not exported"),
        (
            "nodejs20.x",
            "index.handler",
            "exports.handler = 1;",
            "Runtime.HandlerNotFound",
            "index.handler is not a function",
        ),
        ("nodejs20.x", "index", "", "Runtime.MalformedHandlerName", "Bad handler"),
        (
            "nodejs20.x",
            "index.handler",
            "const = 1;",
            "Runtime.UserCodeSyntaxError",
            "SyntaxError: Unexpected token '='",
        ),
        ("nodejs20.x", "index.handler", "throw new RangeError('no table');", "RangeError", "no table"),
        (
            "nodejs24.x",
            "index.handler",
            callback,
            "Runtime.CallbackHandlerDeprecated",
            "ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. Make the handler async and return its result.",
        ),
    ] {
        let Some(fixture) = Fixture::with(runtime, handler, &[("index.js", text)]).await else { return };
        assert_eq!(named(&fixture.error(json!({})).await), (kind, message));
        fixture.platform.stop().await;
    }
}
