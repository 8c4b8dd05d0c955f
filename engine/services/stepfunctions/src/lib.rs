//! AWS Step Functions on the pure ASL core: the API, the durable runtime and the service integrations.
