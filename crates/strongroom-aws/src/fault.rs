//! What is wrong with a request before it is a call, in AWS's codes and words.

use std::borrow::Cow;

use http::StatusCode;
use strongroom::KmsError;
use strongroom_types::json::Writer;

/// An error as the wire shows it. It holds no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) status: StatusCode,
    code: &'static str,
    message: Cow<'static, str>,
}

impl Fault {
    fn new(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code, message: message.into() }
    }

    /// `{"__type":"…","message":"…"}`
    pub(crate) fn to_json(&self) -> Vec<u8> {
        let mut json = Vec::with_capacity(self.message.len().saturating_add(96));
        let mut writer = Writer::new(&mut json);
        writer.begin_object();
        writer.name("__type");
        writer.str(self.code);
        if !self.message.is_empty() {
            // AWS's own spelling: clients have to read both.
            writer.name(if self.code == "AccessDeniedException" { "Message" } else { "message" });
            writer.str(&self.message);
        }
        writer.end_object();
        json
    }

    /// A head that names no operation: another method, another path, a query, another target.
    pub(crate) fn unknown_operation() -> Self {
        KmsError::unknown_operation().into()
    }

    /// A head over the bound, in the name that Amazon S3 has for it (Amazon S3 API Reference, "Error responses").
    pub(crate) fn large_head(limit: usize) -> Self {
        Self::new("RequestHeaderSectionTooLarge", format!("the head is longer than {limit} bytes"))
    }

    pub(crate) fn missing_token() -> Self {
        Self::new("MissingAuthenticationTokenException", "Missing Authentication Token")
    }

    pub(crate) fn incomplete_signature(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new("IncompleteSignatureException", message)
    }

    pub(crate) fn invalid_signature(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new("InvalidSignatureException", message)
    }

    pub(crate) fn wrong_signature() -> Self {
        Self::invalid_signature(
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access \
             Key and signing method. Consult the service documentation for details.",
        )
    }

    pub(crate) fn unrecognized_client() -> Self {
        Self::new("UnrecognizedClientException", "The security token included in the request is invalid.")
    }

    pub(crate) fn expired_token() -> Self {
        Self::new("ExpiredTokenException", "The security token included in the request is expired")
    }

    pub(crate) fn too_large(limit: usize) -> Self {
        let message = format!("the body is longer than {limit} bytes");
        Self { status: StatusCode::PAYLOAD_TOO_LARGE, ..Self::new("RequestEntityTooLargeException", message) }
    }

    #[cfg(feature = "server")]
    pub(crate) fn request_timeout() -> Self {
        let message = "the request did not come in time";
        Self { status: StatusCode::REQUEST_TIMEOUT, ..Self::new("RequestTimeoutException", message) }
    }

    #[cfg(feature = "server")]
    pub(crate) fn head_too_large() -> Self {
        Self::new("RequestHeaderSectionTooLarge", "the headers are too many or too long")
    }

    #[cfg(feature = "server")]
    pub(crate) fn uri_too_long() -> Self {
        Self { status: StatusCode::URI_TOO_LONG, ..Self::new("RequestUriTooLongException", "the address is too long") }
    }

    #[cfg(feature = "server")]
    pub(crate) fn no_http() -> Self {
        Self::serialization("this is no HTTP/1.1 request")
    }

    pub(crate) fn serialization(message: impl Into<Cow<'static, str>>) -> Self {
        KmsError::serialization(message.into()).into()
    }
}

impl From<KmsError> for Fault {
    fn from(error: KmsError) -> Self {
        let status = StatusCode::from_u16(error.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, code: error.code().as_str(), message: error.message().to_owned().into() }
    }
}

impl From<strongroom::Error> for Fault {
    fn from(error: strongroom::Error) -> Self {
        match error {
            strongroom::Error::Kms(error) => error.into(),
            // What a service hides: paths and causes are the operator's business.
            other => KmsError::new(other.code(), "").into(),
        }
    }
}
