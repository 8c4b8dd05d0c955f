//! Whose signature it is, and for when and where.

use clock::Timestamp;

use super::sent::Details;

/// What a signature is checked against.
pub(super) struct Verifier<'a> {
    pub(super) now: Timestamp,
    pub(super) region: &'a str,
    /// The secret of an access key.
    pub(super) secret: fn(&str) -> String,
    pub(super) details: &'a Details,
}

/// `AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request`
#[derive(Debug)]
pub(super) struct Credential<'a> {
    pub(super) access_key: &'a str,
    /// `20130524`
    pub(super) date: &'a str,
    pub(super) region: &'a str,
}

impl<'a> Credential<'a> {
    /// Reads one for S3 in `region`; else says what is wrong with it.
    pub(super) fn parse(text: &'a str, region: &str) -> Result<Self, String> {
        let [access_key, date, scope_region, service, terminal] = text.split('/').collect::<Vec<_>>()[..] else {
            return Err("the Credential is mal-formed; expecting \
                        \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"."
                .to_owned());
        };
        if access_key.is_empty() {
            return Err("a non-empty Access Key (AKID) must be provided in the credential.".to_owned());
        }
        if date.len() != 8 || !date.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(format!(
                "incorrect date format \"{date}\". This date in the credential must be in the format \"yyyyMMdd\"."
            ));
        }
        if scope_region != region {
            return Err(format!("the region '{scope_region}' is wrong; expecting '{region}'"));
        }
        if service != "s3" {
            return Err(format!("incorrect service \"{service}\". This endpoint belongs to \"s3\"."));
        }
        if terminal != "aws4_request" {
            return Err(format!("incorrect terminal \"{terminal}\". This endpoint uses \"aws4_request\"."));
        }
        Ok(Self { access_key, date, region: scope_region })
    }

    pub(super) fn scope(&self) -> String {
        format!("{}/{}/s3/aws4_request", self.date, self.region)
    }
}

/// `20130524T000000Z`
pub(super) fn parse_date(text: &str) -> Option<Timestamp> {
    let is_long = text.len() == 16 && text.is_ascii();
    let (date, time) = text.split_once('T').filter(|(date, _)| is_long && date.len() == 8)?;
    let spelled =
        format!("{}-{}-{}T{}:{}:{}", &date[..4], &date[4..6], &date[6..], &time[..2], &time[2..4], &time[4..]);
    Timestamp::parse_rfc3339(&spelled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_says_what_is_wrong_with_it() {
        let wrong = |text: &str| Credential::parse(text, "us-east-1").expect_err("a refusal");
        assert!(wrong("AKID/20130524/us-east-1/s3").starts_with("the Credential is mal-formed"));
        assert!(wrong("/20130524/us-east-1/s3/aws4_request").contains("non-empty Access Key"));
        assert!(wrong("AKID/2013/us-east-1/s3/aws4_request").contains("incorrect date format \"2013\""));
        assert!(wrong("AKID/20130524/eu-west-1/s3/aws4_request").contains("the region 'eu-west-1' is wrong"));
        assert!(wrong("AKID/20130524/us-east-1/sqs/aws4_request").contains("incorrect service \"sqs\""));
        assert!(wrong("AKID/20130524/us-east-1/s3/aws4").contains("incorrect terminal \"aws4\""));
    }

    #[test]
    fn dates_have_the_long_form() {
        assert_eq!(parse_date("20130524T000102Z"), Timestamp::parse_rfc3339("2013-05-24T00:01:02Z"));
        for other in ["2013-05-24T00:01:02Z", "20130524", "20130524T0001020", "2013052T4000102Z", "ÄÄÄÄT000102Z"] {
            assert_eq!(parse_date(other), None, "{other}");
        }
    }
}
