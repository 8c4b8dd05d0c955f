//! Amazon EventBridge: buses, rules, durable delivery, archives and replays.
