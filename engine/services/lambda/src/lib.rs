//! AWS Lambda: functions in the engine's own process, or as processes over the Lambda Runtime API.
