//! The Amazon States Language: parse, validate and interpret state machines, without clock or I/O.
