//! Amazon EventBridge Pipes: sources with durable checkpoints, filters, enrichment, targets.
