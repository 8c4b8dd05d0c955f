//! EventBridge event patterns, input paths and input templates, without clock or I/O.
