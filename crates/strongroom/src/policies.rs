//! Accepting a key policy: parsed, compiled, and checked against locking its author out.

use strongroom_api::{ErrorCode, KmsError};
use strongroom_crypto::DigestAlgorithm;
use strongroom_policy::{CompileContext, Document, PolicyError, PolicyException};
use strongroom_types::KeyArn;

use crate::Error;
use crate::act::Act;

/// AWS's error for a refused document.
fn refused(error: &PolicyError) -> Error {
    let code = match error.exception() {
        PolicyException::LimitExceeded => ErrorCode::LimitExceeded,
        PolicyException::InvalidArn => ErrorCode::InvalidArn,
        _ => ErrorCode::MalformedPolicyDocument,
    };
    KmsError::new(code, error.aws_message()).into()
}

/// Accepts a policy for a key, or says what AWS would say. The answer is the SHA-256 of its text.
pub(crate) fn accept(act: &Act<'_>, text: &str, arn: &KeyArn, bypass: bool) -> Result<[u8; 32], Error> {
    let document = Document::parse(text).map_err(|error| refused(&error))?;
    let context = CompileContext::new(arn.region().partition(), arn.account());
    let compiled = strongroom_policy::compile_key_policy(&document, &context).map_err(|error| refused(&error))?;
    if !bypass {
        act.gate().lockout(&compiled, arn).map_err(|error| refused(&error))?;
    }
    let mut digest = [0; 32];
    act.provider().digest.digest(DigestAlgorithm::Sha256, &[text.as_bytes()], &mut digest)?;
    Ok(digest)
}
