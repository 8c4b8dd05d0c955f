//! Addresses of mail: `ann@example.com` or `Ann <ann@example.com>`.

use service::ServiceError;

use crate::error::bad_request;

/// An address as it was written, and its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Address<'a> {
    /// As it was written.
    pub(crate) written: &'a str,
    /// What stands before the angle brackets, without quotes.
    pub(crate) name: Option<&'a str>,
    /// `ann@example.com`
    pub(crate) plain: &'a str,
}

impl<'a> Address<'a> {
    /// Reads an address.
    ///
    /// # Errors
    /// AWS's text of what is wrong with it.
    pub(crate) fn parse(written: &'a str) -> Result<Self, ServiceError> {
        let written = written.trim();
        let (name, plain) = match written.rsplit_once('<') {
            Some((name, rest)) => {
                let plain = rest.strip_suffix('>').ok_or_else(|| bad_request("Missing '>'"))?;
                let name = name.trim().trim_matches('"');
                (Some(name).filter(|name| !name.is_empty()), plain.trim())
            }
            None => (None, written),
        };
        if written.chars().any(char::is_control) {
            return Err(bad_request("Address contains control characters"));
        }
        let odd = |text: &str| text.chars().any(|character| character.is_whitespace() || "<>,;\"".contains(character));
        match plain.rsplit_once('@') {
            None | Some((_, "")) => Err(bad_request("Missing final '@domain'")),
            Some(("", _)) => Err(bad_request("Missing local name")),
            Some((_, domain)) if odd(domain) || domain.contains('@') => {
                Err(bad_request("Domain contains control or whitespace"))
            }
            Some((local, _)) if odd(local) => Err(bad_request("Local address contains control or whitespace")),
            Some((local, _)) if !local.is_ascii() => {
                Err(bad_request("Local address contains non-ASCII characters, which SES does not take"))
            }
            Some(_) => Ok(Self { written, name, plain }),
        }
    }

    pub(crate) fn domain(&self) -> &'a str {
        self.plain.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// The identities any of which lets an account send as this address: itself, its domain, and what that is below.
    pub(crate) fn identities(&self) -> Vec<String> {
        let domain = self.domain().to_lowercase();
        let mut identities = vec![self.plain.to_lowercase(), domain.clone()];
        let mut rest = domain.as_str();
        while let Some((_, parent)) = rest.split_once('.').filter(|(_, parent)| parent.contains('.')) {
            identities.push(parent.to_owned());
            rest = parent;
        }
        identities
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_before_angle_brackets_is_no_part_of_the_address() {
        let address = Address::parse(" \"Ann, of Example\" <ann@Mail.example.com> ").expect("an address");
        assert_eq!((address.name, address.plain), (Some("Ann, of Example"), "ann@Mail.example.com"));
        assert_eq!(address.identities(), ["ann@mail.example.com", "mail.example.com", "example.com"]);
    }

    #[test]
    fn what_is_no_address_is_refused_in_words() {
        for (text, complaint) in [
            ("ann", "Missing final '@domain'"),
            ("ann@", "Missing final '@domain'"),
            ("@example.com", "Missing local name"),
            ("ann smith@example.com", "Local address contains control or whitespace"),
            ("ann@exam ple.com", "Domain contains control or whitespace"),
            ("Ann <ann@example.com", "Missing '>'"),
            ("ann@example.com\r\nBcc: all@example.com", "Address contains control characters"),
        ] {
            let refused = Address::parse(text).expect_err(text);
            assert_eq!((refused.code.as_str(), refused.message.as_str()), ("BadRequestException", complaint), "{text}");
        }
    }
}
