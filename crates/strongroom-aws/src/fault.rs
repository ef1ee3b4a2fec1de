//! What is wrong with a request before it is a call, in AWS's codes and words.

use std::borrow::Cow;

use http::StatusCode;
use strongroom::KmsError;

/// An error of the transport. It holds no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) message: Cow<'static, str>,
}

impl Fault {
    fn new(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code, message: message.into() }
    }

    pub(crate) fn unknown_operation() -> Self {
        Self::new("UnknownOperationException", "")
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

    pub(crate) fn serialization(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new("SerializationException", message)
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
