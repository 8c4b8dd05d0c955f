//! Probe: what a file in S3 is, told by ffprobe.

use ::service::ServiceError;
use serde_json::{Value, json};

use super::text;
use crate::error::bad_request;
use crate::run::transfer;
use crate::service::MediaConvert;
use crate::settings::S3Location;

impl MediaConvert {
    pub(crate) async fn probe(&self, input: Value) -> Result<Value, ServiceError> {
        let files = input["InputFiles"].as_array().map(Vec::as_slice).unwrap_or_default();
        let [file] = files else {
            return Err(bad_request("/inputFiles: should have one file"));
        };
        let url = text(file, "FileUrl").ok_or_else(|| bad_request("/inputFiles/0/fileUrl: is a required property"))?;
        let location: S3Location = url.parse().map_err(|reason| crate::error::at("/inputFiles/0/fileUrl", reason))?;
        self.programs.check()?;
        let folder = tempfile::tempdir().map_err(|failure| crate::run::no_room(&failure))?;
        let path = folder.path().join("input");
        let object = transfer::fetch(&self.platform.services, &location, &path)
            .await
            .map_err(|failure| bad_request(failure.message))?;
        let source = self.programs.probe(&path).await.map_err(|_| bad_request(unreadable(url)))?;
        let mut result = source.probe_result();
        result["Metadata"] = json!({"ETag": object.etag, "FileSize": object.size, "MimeType": object.content_type});
        if let Some(at) = object.last_modified {
            result["Metadata"]["LastModified"] = at;
        }
        Ok(json!({"ProbeResults": [result]}))
    }
}

fn unreadable(url: &str) -> String {
    format!("Unable to open input file [{url}]: [Failed probe/open: [No parser found for container]]")
}
