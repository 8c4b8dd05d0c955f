//! What every Lambda binary and the engine share to build a function: settings, AWS clients, the run loop.
