//! Names for resources that the template leaves unnamed.

use sha2::{Digest, Sha256};

/// As CloudFormation makes them: `<stack>-<logical id>-<suffix>`. The suffix is always the same for the same resource, and
/// another one for its replacement, so that both can exist for a while.
pub(crate) fn default_name(stack: &str, logical_id: &str, resource_type: &str, generation: i64) -> String {
    let digest = Sha256::digest(format!("{stack}\n{logical_id}\n{generation}"));
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let suffix: String =
        digest.iter().take(12).map(|byte| char::from(alphabet[usize::from(*byte) % alphabet.len()])).collect();
    let head = format!("{stack}-{logical_id}");
    let head: String = head.chars().take(longest(resource_type) - suffix.len() - 1).collect();
    format!("{head}-{suffix}")
}

fn longest(resource_type: &str) -> usize {
    match resource_type {
        "AWS::Events::Archive" => 48,
        "AWS::Events::ApiDestination"
        | "AWS::Events::Connection"
        | "AWS::Events::Rule"
        | "AWS::IAM::Role"
        | "AWS::Lambda::Function"
        | "AWS::Pipes::Pipe" => 64,
        "AWS::S3::Bucket" => 63,
        // Room for `.fifo`.
        "AWS::SQS::Queue" => 75,
        "AWS::SES::ConfigurationSet" | "AWS::SES::Template" => 64,
        "AWS::StepFunctions::StateMachine" => 80,
        _ => 128,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_stable_unique_and_short_enough() {
        let name = default_name("Sluicegate-Data", "Todos4F51CAC2", "AWS::DynamoDB::Table", 0);
        assert_eq!(name, default_name("Sluicegate-Data", "Todos4F51CAC2", "AWS::DynamoDB::Table", 0));
        assert!(name.starts_with("Sluicegate-Data-Todos4F51CAC2-"), "{name}");
        assert_ne!(name, default_name("Sluicegate-Data", "Todos4F51CAC2", "AWS::DynamoDB::Table", 1));
        assert_eq!(default_name(&"s".repeat(60), &"l".repeat(60), "AWS::Lambda::Function", 0).len(), 64);
    }
}
