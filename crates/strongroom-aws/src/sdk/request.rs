//! What an unverified request says about its Region.

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use http::header;
use strongroom::Region;

/// The Region that a request was signed for, or the one that its endpoint is in.
pub(super) fn region(request: &HttpRequest) -> Option<Region> {
    let signed = request.headers().get(header::AUTHORIZATION).and_then(signed_for);
    signed.or_else(|| host(request.uri()).and_then(of_host)).and_then(|name| name.parse().ok())
}

/// `AWS4-HMAC-SHA256 Credential=ID/DATE/REGION/kms/aws4_request, …`
fn signed_for(authorization: &str) -> Option<&str> {
    let (_, scope) = authorization.split_once("Credential=")?;
    scope.split(',').next()?.rsplit('/').nth(2)
}

fn host(uri: &str) -> Option<&str> {
    let (_, rest) = uri.split_once("://")?;
    rest.split(['/', ':']).next()
}

/// `kms.REGION.amazonaws.com` and its siblings: with FIPS, in other partitions, with two stacks.
fn of_host(host: &str) -> Option<&str> {
    let mut labels = host.split('.');
    let service = labels.next()?;
    let region = labels.next()?;
    let known = matches!(service, "kms" | "kms-fips") && region.contains('-') && labels.next().is_some();
    known.then_some(region)
}

#[cfg(test)]
mod tests {
    use super::{host, of_host, signed_for};

    #[test]
    fn the_region_of_a_call_is_in_its_signature_or_in_the_name_of_its_endpoint() {
        let authorization =
            "AWS4-HMAC-SHA256 Credential=a/b/20260101/eu-west-3/kms/aws4_request, SignedHeaders=host, Signature=00";
        assert_eq!(signed_for(authorization), Some("eu-west-3"));
        for (uri, region) in [
            ("https://kms.eu-west-1.amazonaws.com/", Some("eu-west-1")),
            ("https://kms-fips.us-gov-west-1.amazonaws.com/", Some("us-gov-west-1")),
            ("https://kms.cn-north-1.amazonaws.com.cn/", Some("cn-north-1")),
            ("https://kms.eu-west-1.api.aws:443/", Some("eu-west-1")),
            ("https://kms.amazonaws.com/", None),
            ("http://localhost:8080/", None),
            ("http://kms.local-host", None),
            ("http://127.0.0.1:1/", None),
            ("/", None),
        ] {
            assert_eq!(host(uri).and_then(of_host), region, "{uri}");
        }
    }
}
