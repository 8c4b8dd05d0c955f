//! Tags.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use service::ServiceError;

use crate::Lambda;
use crate::configuration::parsed;
use crate::name::function_name;

impl Lambda {
    /// <https://docs.aws.amazon.com/lambda/latest/api/API_TagResource.html>
    pub(crate) async fn tag_resource(&self, input: &Value) -> Result<Value, ServiceError> {
        let tags: BTreeMap<String, String> = parsed("Tags", &input["Tags"])?;
        let name = self.tagged(input)?;
        self.functions
            .update(&name, |function| {
                function.tags.extend(tags);
                Ok(())
            })
            .await?;
        Ok(json!({}))
    }

    /// <https://docs.aws.amazon.com/lambda/latest/api/API_UntagResource.html>
    pub(crate) async fn untag_resource(&self, input: &Value) -> Result<Value, ServiceError> {
        // The query parameter's name, and the model's.
        let keys = if input["tagKeys"].is_null() { &input["TagKeys"] } else { &input["tagKeys"] };
        let keys: Vec<&str> = match keys {
            Value::Array(keys) => keys.iter().filter_map(Value::as_str).collect(),
            single => single.as_str().into_iter().collect(),
        };
        let name = self.tagged(input)?;
        self.functions
            .update(&name, |function| {
                function.tags.retain(|key, _| !keys.contains(&key.as_str()));
                Ok(())
            })
            .await?;
        Ok(json!({}))
    }

    /// <https://docs.aws.amazon.com/lambda/latest/api/API_ListTags.html>
    pub(crate) fn list_tags(&self, input: &Value) -> Result<Value, ServiceError> {
        Ok(json!({ "Tags": self.functions.get(&self.tagged(input)?)?.tags }))
    }

    fn tagged(&self, input: &Value) -> Result<String, ServiceError> {
        function_name(&json!({ "FunctionName": input["Resource"] }), &self.platform.scope)
    }
}
