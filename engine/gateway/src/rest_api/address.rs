//! Where a call of an API goes: its id, stage and path, from an address.

/// Where a call goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Called {
    /// The API's id.
    pub(crate) api: String,
    /// Stage and path: `/prod/orders/7`.
    pub(crate) path: String,
}

/// Where a request to this host (`id.execute-api.us-east-1.amazonaws.com`) or path (`/restapis/id/prod/_user_request_/orders`)
/// goes; `None` when it calls no API.
pub(crate) fn addressed(host: &str, path: &str) -> Option<Called> {
    if let Some((api, _)) = host.split_once(".execute-api.")
        && !api.is_empty()
    {
        return Some(Called { api: api.to_owned(), path: path.to_owned() });
    }
    let (api, rest) = path.strip_prefix("/restapis/")?.split_once('/')?;
    let (stage, rest) = rest.split_once("/_user_request_")?;
    (!stage.contains('/')).then(|| Called { api: api.to_owned(), path: format!("/{stage}{rest}") })
}

/// The id of the API that an endpoint names: a host of `execute-api`, or an address that has it in its path, as those of engines
/// like this one do. `None` for the address of an engine itself.
pub(crate) fn api_of(endpoint: &str) -> Option<&str> {
    let address = endpoint.split_once("://").map_or(endpoint, |(_, address)| address);
    let (host, path) = address.split_once('/').unwrap_or((address, ""));
    if let Some((api, _)) = host.split_once(".execute-api.") {
        return Some(api);
    }
    let rest = path.strip_prefix("restapis/").or_else(|| path.strip_prefix("_apis/"))?;
    rest.split('/').next().filter(|api| !api.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_api_is_called_by_its_host_or_by_a_path() {
        let called = |api: &str, path: &str| Some(Called { api: api.to_owned(), path: path.to_owned() });
        assert_eq!(addressed("a1.execute-api.us-east-1.amazonaws.com", "/prod/x"), called("a1", "/prod/x"));
        assert_eq!(addressed("127.0.0.1:4566", "/restapis/a1/prod/_user_request_/x/y"), called("a1", "/prod/x/y"));
        assert_eq!(addressed("127.0.0.1:4566", "/restapis/a1/prod/_user_request_"), called("a1", "/prod"));
        for path in ["/restapis/a1/resources", "/restapis", "/"] {
            assert_eq!(addressed("127.0.0.1:4566", path), None, "{path}");
        }
    }

    #[test]
    fn an_endpoint_names_an_api_with_or_without_a_scheme() {
        for endpoint in [
            "a1.execute-api.us-east-1.amazonaws.com",
            "https://a1.execute-api.us-east-1.amazonaws.com/",
            "http://localhost:4566/restapis/a1",
            "http://127.0.0.1:8080/_apis/a1",
        ] {
            assert_eq!(api_of(endpoint), Some("a1"), "{endpoint}");
        }
        assert_eq!(api_of("http://127.0.0.1:8080"), None);
    }
}
