//! The todo context: domain, steps of its workflows, Lambda binaries.
