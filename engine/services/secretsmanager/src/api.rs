//! The wire face of Secrets Manager.

use service::{Api, JsonVersion, Operations};

/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Operations.html>
pub(crate) static API: Api = Api {
    id: "secretsmanager",
    name: "Secrets Manager",
    target_prefix: Some("secretsmanager"),
    json_version: JsonVersion::V1_1,
    query_version: None,
    routes: &[],
    operations: Operations {
        built: &[
            "BatchGetSecretValue",
            "CreateSecret",
            "DeleteResourcePolicy",
            "DeleteSecret",
            "DescribeSecret",
            "GetRandomPassword",
            "GetResourcePolicy",
            "GetSecretValue",
            "ListSecretVersionIds",
            "ListSecrets",
            "PutResourcePolicy",
            "PutSecretValue",
            "RestoreSecret",
            "TagResource",
            "UntagResource",
            "UpdateSecret",
            "UpdateSecretVersionStage",
        ],
        not_built: &[
            "CancelRotateSecret",
            "RemoveRegionsFromReplication",
            "ReplicateSecretToRegions",
            "RotateSecret",
            "StopReplicationToReplica",
            "ValidateResourcePolicy",
        ],
    },
};
