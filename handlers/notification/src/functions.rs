//! The Lambda functions of this context.

use function::Function;

use crate::{SendNotifications, SetPreference};

/// Sends what waits in the queue.
pub const SEND: Function =
    Function { name: "notification-send", build: |context| Ok(Box::new(SendNotifications::build(context)?)) };
/// Sets how an owner wants to be told.
pub const PREFERENCES: Function =
    Function { name: "notification-preferences", build: |context| Ok(Box::new(SetPreference::build(context)?)) };

/// All of them, for whoever links them.
pub const FUNCTIONS: &[Function] = &[SEND, PREFERENCES];
