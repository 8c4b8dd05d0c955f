//! The Lambda functions of this context.

use function::Function;

use crate::{RegisterDevice, SendNotifications, SetPreference};

/// Sends what waits in the queue.
pub const SEND: Function =
    Function { name: "notification-send", build: |context| Ok(Box::new(SendNotifications::build(context)?)) };
/// Sets how an owner wants to be told.
pub const PREFERENCES: Function =
    Function { name: "notification-preferences", build: |context| Ok(Box::new(SetPreference::build(context)?)) };

/// Makes a device its owner's address for pushes.
pub const REGISTER_DEVICE: Function =
    Function { name: "notification-register-device", build: |context| Ok(Box::new(RegisterDevice::build(context)?)) };

/// All of them, for whoever links them.
pub const FUNCTIONS: &[Function] = &[SEND, PREFERENCES, REGISTER_DEVICE];
