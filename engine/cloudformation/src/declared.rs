//! Types that a template declares for AWS's sake and that have no effect on one machine: permissions, alarms.
//! They get the names and ARNs that others may refer to, and are reported as declared.

use serde_json::{Map, Value};
use service::Scope;

use crate::evaluation::Made;
use crate::kinds::Desired;

/// Such a type.
pub(crate) struct Declared {
    resource_type: &'static str,
    /// The property that names it; without one its default name is its id.
    name: Option<&'static str>,
    /// Service and resource of its ARN, `{}` being the name.
    arn: Option<(&'static str, &'static str)>,
    /// Whether `Ref` gives the ARN instead of the name.
    refers_by_arn: bool,
}

const fn plain(resource_type: &'static str) -> Declared {
    Declared { resource_type, name: None, arn: None, refers_by_arn: false }
}

const fn named(
    resource_type: &'static str,
    name: &'static str,
    service: &'static str,
    resource: &'static str,
) -> Declared {
    Declared { resource_type, name: Some(name), arn: Some((service, resource)), refers_by_arn: false }
}

static TYPES: &[Declared] = &[
    plain("AWS::CDK::Metadata"),
    named("AWS::CloudWatch::Alarm", "AlarmName", "cloudwatch", "alarm:{}"),
    named("AWS::CloudWatch::CompositeAlarm", "AlarmName", "cloudwatch", "alarm:{}"),
    Declared { name: Some("DashboardName"), ..plain("AWS::CloudWatch::Dashboard") },
    named("AWS::IAM::InstanceProfile", "InstanceProfileName", "iam", "instance-profile/{}"),
    Declared { refers_by_arn: true, ..named("AWS::IAM::ManagedPolicy", "ManagedPolicyName", "iam", "policy/{}") },
    Declared { name: Some("PolicyName"), ..plain("AWS::IAM::Policy") },
    named("AWS::IAM::Role", "RoleName", "iam", "role/{}"),
    plain("AWS::IAM::RolePolicy"),
    plain("AWS::Lambda::Permission"),
    plain("AWS::Logs::ResourcePolicy"),
    plain("AWS::SQS::QueuePolicy"),
];

/// The entry of a type that is only declared.
pub(crate) fn declared(resource_type: &str) -> Option<&'static Declared> {
    TYPES.iter().find(|declared| declared.resource_type == resource_type)
}

impl Declared {
    /// What others see of it.
    pub(crate) fn made(&self, scope: &Scope, desired: &Desired<'_>) -> Made {
        let name = self.name.map_or_else(|| desired.default_name.clone(), |property| desired.name(property));
        let mut attributes = Map::new();
        let mut physical_id = name.clone();
        if let Some((service, resource)) = self.arn {
            let resource = resource.replace("{}", &name);
            let arn = match service {
                // IAM knows no region.
                "iam" => format!("arn:aws:iam::{}:{resource}", scope.account),
                _ => scope.arn(service, resource),
            };
            if self.refers_by_arn {
                physical_id.clone_from(&arn);
            }
            for attribute in self.attributes() {
                attributes.insert(
                    (*attribute).to_owned(),
                    Value::from(if attribute.ends_with("Arn") { arn.as_str() } else { name.as_str() }),
                );
            }
        }
        Made { physical_id, attributes, notes: Vec::new() }
    }

    fn attributes(&self) -> &'static [&'static str] {
        match self.resource_type {
            "AWS::IAM::Role" => &["Arn", "RoleId"],
            "AWS::IAM::ManagedPolicy" => &["PolicyArn"],
            _ => &["Arn"],
        }
    }
}
