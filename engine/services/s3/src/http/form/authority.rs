//! Whether a form may be sent at all: its policy, and the signature of that.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html>

use s3s::{S3Error, S3ErrorCode, S3Result, s3_error};

use super::fields::Fields;
use super::policy::Policy;
use crate::error;
use crate::http::credential::{Credential, Verifier};
use crate::http::signature::{ALGORITHM, bytes_of, sign, sign_v2};

const FIELDS: [&str; 5] = ["X-Amz-Signature", "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "Policy"];
/// Those of the older signature, which boto3 uses in us-east-1 unless told otherwise.
const FIELDS_V2: [&str; 3] = ["Signature", "AWSAccessKeyId", "Policy"];

/// The policy that a form brings, once its signature is found right.
pub(super) fn policy(fields: &Fields, verifier: &Verifier<'_>) -> S3Result<Policy> {
    require(fields, "key", verifier)?;
    let has_any = |names: &[&str]| names.iter().any(|name| *name != "Policy" && fields.get(name).is_some());
    let (is_v4, is_v2) = (has_any(&FIELDS), has_any(&FIELDS_V2));
    if !is_v4 && !is_v2 {
        return Err(s3_error!(AccessDenied, "Access Denied"));
    }
    let names = if is_v4 { FIELDS.as_slice() } else { FIELDS_V2.as_slice() };
    for name in names {
        require(fields, name, verifier)?;
    }
    let field = |name: &str| fields.get(name).unwrap_or_default();
    let document = field("policy");
    let (access_key, computed, provided) = if is_v4 {
        if field(FIELDS[1]) != ALGORITHM {
            verifier.details.argument(FIELDS[1], field(FIELDS[1]));
            return Err(error::invalid_argument(format!("X-Amz-Algorithm only supports \"{ALGORITHM}\"")));
        }
        let credential = Credential::parse(field(FIELDS[2]), verifier.region).map_err(|wrong| {
            verifier.details.argument(FIELDS[2], field(FIELDS[2]));
            if wrong.starts_with("the region") {
                verifier.details.add("Region", verifier.region);
            }
            error::invalid_argument(wrong)
        })?;
        let secret = (verifier.secret)(credential.access_key);
        (credential.access_key, sign(&secret, &credential, document), field(FIELDS[0]))
    } else {
        let access_key = field(FIELDS_V2[1]);
        (access_key, sign_v2(&(verifier.secret)(access_key), document), field(FIELDS_V2[0]))
    };
    if computed != provided {
        verifier.details.add("AWSAccessKeyId", access_key);
        verifier.details.add("StringToSign", document);
        verifier.details.add("SignatureProvided", provided);
        verifier.details.add("StringToSignBytes", bytes_of(document));
        return Err(S3Error::new(S3ErrorCode::SignatureDoesNotMatch));
    }
    Policy::parse(document)
}

fn require(fields: &Fields, name: &str, verifier: &Verifier<'_>) -> S3Result<()> {
    if fields.get(name).is_some_and(|value| !value.is_empty()) {
        return Ok(());
    }
    verifier.details.argument(name, "");
    Err(error::invalid_argument(format!(
        "Bucket POST must contain a field named '{name}'.  If it is specified, please check the order of the fields."
    )))
}

#[cfg(test)]
mod tests {
    use clock::Timestamp;

    use super::*;
    use crate::http::{Details, vectors};

    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html>
    const POLICY: &str = "\
        eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAgICB7ImJ1Y2tldCI6ICJz\
        aWd2NGV4YW1wbGVidWNrZXQifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91c2VyMS8iXSwNCiAgICB7ImFjbCI6ICJw\
        dWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDovL3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6\
        b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250ZW50LVR5cGUiLCAiaW1hZ2Uv\
        Il0sDQogICAgeyJ4LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRlLWVuY3J5cHRp\
        b24iOiAiQUVTMjU2In0sDQogICAgWyJzdGFydHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAgICB7IngtYW16LWNyZWRl\
        bnRpYWwiOiAiQUtJQUlPU0ZPRE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LA0KICAgIHsieC1hbXot\
        YWxnb3JpdGhtIjogIkFXUzQtSE1BQy1TSEEyNTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9";

    #[test]
    fn awss_example_of_a_form_is_taken_until_its_policy_expires() {
        let moment = |text: &str| Timestamp::parse_rfc3339(text).expect("a moment");
        let details = Details::default();
        let now = moment("2015-12-29T00:00:00Z");
        let verifier = Verifier { now, region: "us-east-1", secret: vectors::secret_of, details: &details };
        let mut fields = Fields::default();
        for (name, value) in [
            ("key", "user/user1/${filename}"),
            ("acl", "public-read"),
            ("success_action_redirect", "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html"),
            ("Content-Type", "image/jpeg"),
            ("x-amz-meta-uuid", "14365123651274"),
            ("x-amz-server-side-encryption", "AES256"),
            ("X-Amz-Credential", "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"),
            ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
            ("X-Amz-Date", "20151229T000000Z"),
            ("x-amz-meta-tag", ""),
            ("Policy", POLICY),
            ("X-Amz-Signature", "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e"),
        ] {
            fields.add(name.to_owned(), value.to_owned());
        }
        fields.name_the_file("photo.jpg");
        let policy = policy(&fields, &verifier).expect("a signed policy");
        assert_eq!(policy.check(&fields, "sigv4examplebucket", now).expect("an allowed form"), None);
        let late = policy.check(&fields, "sigv4examplebucket", moment("2015-12-30T12:00:00Z"));
        let late = late.expect_err("an expired policy");
        assert_eq!(late.message(), Some("Invalid according to Policy: Policy expired."));
    }
}
