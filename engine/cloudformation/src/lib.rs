//! CloudFormation templates: intrinsic functions, dependency order, and provisioning through the engine's services.
