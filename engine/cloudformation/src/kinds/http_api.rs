//! `AWS::ApiGatewayV2::{Api, Integration, Route, Stage}`

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use service::ServiceError;

use super::{Aws, Desired, Kind, Previous};
use crate::evaluation::Made;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-api.html>
pub(super) struct Api;

const API: &[&str] = &[
    "CorsConfiguration",
    "Description",
    "DisableExecuteApiEndpoint",
    "Name",
    "ProtocolType",
    "RouteSelectionExpression",
    "Tags",
    "Version",
];

#[async_trait]
impl Kind for Api {
    fn name_property(&self) -> Option<&'static str> {
        None
    }

    fn applied(&self) -> &'static [&'static str] {
        API
    }

    fn replacing(&self) -> &'static [&'static str] {
        &["ProtocolType"]
    }

    fn operations(&self) -> &'static [(&'static str, &'static str)] {
        &[("apigateway", "CreateApi"), ("apigateway", "UpdateApi"), ("apigateway", "DeleteApi")]
    }

    async fn create(&self, aws: &Aws<'_>, desired: &Desired<'_>) -> Result<Made, ServiceError> {
        let answer = aws.call("apigateway", "CreateApi", Value::Object(desired.only(API))).await?;
        Ok(made_api(&answer))
    }

    async fn update(
        &self,
        aws: &Aws<'_>,
        previous: &Previous<'_>,
        desired: &Desired<'_>,
    ) -> Result<Made, ServiceError> {
        let mut input = desired.only(API);
        input.shift_remove("ProtocolType");
        input.shift_remove("Tags");
        input.insert("ApiId".to_owned(), previous.physical_id.into());
        aws.call("apigateway", "UpdateApi", Value::Object(input)).await?;
        let (physical_id, attributes) = (previous.physical_id.to_owned(), previous.attributes.clone());
        Ok(Made { physical_id, attributes, notes: Vec::new() })
    }

    async fn delete(&self, aws: &Aws<'_>, previous: &Previous<'_>) -> Result<(), ServiceError> {
        aws.delete("apigateway", "DeleteApi", json!({"ApiId": previous.physical_id})).await
    }
}

fn made_api(answer: &Value) -> Made {
    let attributes = Map::from_iter([
        ("ApiId".to_owned(), answer["ApiId"].clone()),
        ("ApiEndpoint".to_owned(), answer["ApiEndpoint"].clone()),
    ]);
    Made { physical_id: answer["ApiId"].as_str().unwrap_or_default().to_owned(), attributes, notes: Vec::new() }
}

/// What belongs to an API.
pub(super) struct Part {
    /// Create, update, delete.
    operations: &'static [(&'static str, &'static str)],
    /// The member that identifies it beside `ApiId`.
    id: &'static str,
    /// Its attribute for `Fn::GetAtt`, where it has one.
    attribute: Option<&'static str>,
    applied: &'static [&'static str],
    declared: &'static [&'static str],
    replacing: &'static [&'static str],
}

impl Part {
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-integration.html>
    pub(super) const INTEGRATION: Self = Self {
        operations: &[
            ("apigateway", "CreateIntegration"),
            ("apigateway", "UpdateIntegration"),
            ("apigateway", "DeleteIntegration"),
        ],
        id: "IntegrationId",
        attribute: Some("IntegrationId"),
        applied: &[
            "ApiId",
            "Description",
            "IntegrationMethod",
            "IntegrationSubtype",
            "IntegrationType",
            "IntegrationUri",
            "PayloadFormatVersion",
            "RequestParameters",
            "ResponseParameters",
            "TimeoutInMillis",
        ],
        declared: &["ConnectionId", "ConnectionType", "CredentialsArn", "TlsConfig"],
        replacing: &["ApiId"],
    };

    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-route.html>
    pub(super) const ROUTE: Self = Self {
        operations: &[("apigateway", "CreateRoute"), ("apigateway", "UpdateRoute"), ("apigateway", "DeleteRoute")],
        id: "RouteId",
        attribute: Some("RouteId"),
        applied: &[
            "ApiId",
            "AuthorizationScopes",
            "AuthorizationType",
            "AuthorizerId",
            "OperationName",
            "RouteKey",
            "Target",
        ],
        declared: &["ApiKeyRequired"],
        replacing: &["ApiId"],
    };

    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-stage.html>
    pub(super) const STAGE: Self = Self {
        operations: &[("apigateway", "CreateStage"), ("apigateway", "UpdateStage"), ("apigateway", "DeleteStage")],
        id: "StageName",
        attribute: None,
        applied: &[
            "AccessLogSettings",
            "ApiId",
            "AutoDeploy",
            "DefaultRouteSettings",
            "Description",
            "RouteSettings",
            "StageName",
            "StageVariables",
            "Tags",
        ],
        declared: &["ClientCertificateId", "DeploymentId"],
        replacing: &["ApiId", "StageName"],
    };

    fn made(&self, answer: &Value) -> Made {
        let id = &answer[self.id];
        let attribute = self.attribute.map(|attribute| (attribute.to_owned(), id.clone()));
        let attributes = attribute.into_iter().collect();
        Made { physical_id: id.as_str().unwrap_or_default().to_owned(), attributes, notes: Vec::new() }
    }
}

#[async_trait]
impl Kind for Part {
    fn name_property(&self) -> Option<&'static str> {
        None
    }

    fn applied(&self) -> &'static [&'static str] {
        self.applied
    }

    fn declared(&self) -> &'static [&'static str] {
        self.declared
    }

    fn replacing(&self) -> &'static [&'static str] {
        self.replacing
    }

    fn operations(&self) -> &'static [(&'static str, &'static str)] {
        self.operations
    }

    async fn create(&self, aws: &Aws<'_>, desired: &Desired<'_>) -> Result<Made, ServiceError> {
        let answer = aws.call("apigateway", self.operations[0].1, Value::Object(desired.only(self.applied))).await?;
        Ok(self.made(&answer))
    }

    async fn update(
        &self,
        aws: &Aws<'_>,
        previous: &Previous<'_>,
        desired: &Desired<'_>,
    ) -> Result<Made, ServiceError> {
        let mut input = desired.only(self.applied);
        input.shift_remove("Tags");
        input.insert(self.id.to_owned(), previous.physical_id.into());
        let mut answer = aws.call("apigateway", self.operations[1].1, Value::Object(input)).await?;
        answer[self.id] = previous.physical_id.into();
        Ok(self.made(&answer))
    }

    async fn delete(&self, aws: &Aws<'_>, previous: &Previous<'_>) -> Result<(), ServiceError> {
        let input = json!({"ApiId": previous.properties.get("ApiId"), self.id: previous.physical_id});
        aws.delete("apigateway", self.operations[2].1, input).await
    }
}
