//! CloudFormation templates: intrinsic functions, dependency order, and provisioning through the engine's services.
//!
//! A [`Template`] is read and checked as a whole, before anything is made. [`Stacks::deploy`] orders templates by the
//! values they hand each other, evaluates each resource's properties once what they refer to exists, and asks the
//! engine's services for it by AWS's own operations. What was made is recorded in the store: the next deployment only
//! does what differs.

mod carry_out;
mod check;
mod conditions;
mod declared;
mod deploy;
mod error;
mod evaluation;
mod kinds;
mod names;
mod order;
mod parameters;
mod physical;
mod place;
mod plan;
mod records;
mod removal;
mod report;
mod set;
mod stack;
mod support;
mod template;
mod values;

pub use deploy::{Options, Stacks};
pub use error::{CloudFormationError, UnsupportedResource};
pub use place::Spot;
pub use report::{DeployReport, Outcome, ResourceReport};
pub use template::Template;
