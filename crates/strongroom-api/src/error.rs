//! AWS's errors as data, and their words in one place.

use std::fmt;

use strongroom_types::row::StateVerdict;
use strongroom_types::{Action, ContextError, KeyArn, KeySpec, KeyUsageType, Operation};

pub use crate::generated::errors::ErrorCode;
use crate::validate::{MAX_SHOWN, ValidationErrors};

macro_rules! codes {
    ($($variant:ident = $name:literal, $fault:literal;)*) => {
        /// What kind of error: the exceptions of the model, and those that no operation declares.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode { $(#[doc = concat!("`", $name, "`")] $variant,)* }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// AWS's name, which is also the wire's `__type`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Whether it is the service's fault and a retry may help.
            #[must_use]
            pub const fn is_fault(self) -> bool {
                match self { $(Self::$variant => $fault,)* }
            }
        }
    };
}
pub(crate) use codes;

/// An error of AWS KMS: its code, and the message in AWS's words. Neither holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct KmsError {
    code: ErrorCode,
    message: String,
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for KmsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.message.is_empty() { write!(f, "{}", self.code) } else { write!(f, "{}: {}", self.code, self.message) }
    }
}

impl From<ValidationErrors> for KmsError {
    fn from(errors: ValidationErrors) -> Self {
        Self::validation(errors.message())
    }
}

impl KmsError {
    /// With a message of one's own. What more than one place can say has a constructor below.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// What kind.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// The message without the code; may be empty.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The status on the wire: 500 for the service's faults, else 400, whatever AWS's model says.
    #[must_use]
    pub fn http_status(&self) -> u16 {
        if self.code.is_fault() { 500 } else { 400 }
    }
}

/// The messages that clients match on, and those that several operations share.
impl KmsError {
    /// A shape constraint or a combination of parameters.
    #[must_use]
    pub fn validation(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Validation, message)
    }

    /// A member that the model does not require and the operation needs.
    #[must_use]
    pub fn absent(member: &str) -> Self {
        Self::validation(format!(
            "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
        ))
    }

    /// A blob longer than this key and algorithm take, though its shape allows it.
    #[must_use]
    pub fn too_long(member: &str, max: usize) -> Self {
        Self::validation(format!(
            "1 validation error detected: Value at '{member}' failed to satisfy constraint: Member must have length less than or equal to {max}"
        ))
    }

    /// Random bytes or a data key without a length, or with two.
    #[must_use]
    pub fn length_needed() -> Self {
        Self::validation("Please specify either number of bytes or key spec.")
    }

    /// A waiting period that AWS's text does not allow, though its shape does.
    #[must_use]
    pub fn pending_window() -> Self {
        Self::validation("PendingWindowInDays must be between 7 and 30")
    }

    /// An encryption context where there is no place for one.
    #[must_use]
    pub fn context_not_supported(algorithm: &str) -> Self {
        Self::validation(format!("EncryptionContext is not supported with algorithm {algorithm}."))
    }

    /// What is no request at all.
    #[must_use]
    pub fn serialization(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Serialization, message)
    }

    pub(crate) fn malformed_request() -> Self {
        Self::serialization("the request is not what the model says")
    }

    /// Pairs that are no encryption context.
    #[must_use]
    pub fn context(error: ContextError) -> Self {
        match error {
            ContextError::DuplicateKey(key) => {
                let key: String = key.chars().take(MAX_SHOWN).collect();
                Self::serialization(format!("the encryption context has the key `{key}` twice"))
            }
            other => Self::validation(other.to_string()),
        }
    }

    /// `X-Amz-Target` names no operation.
    #[must_use]
    pub fn unknown_operation() -> Self {
        Self::new(ErrorCode::UnknownOperation, "")
    }

    /// A key that does not exist.
    #[must_use]
    pub fn key_not_found(arn: &KeyArn) -> Self {
        Self::new(ErrorCode::NotFound, format!("Key '{arn}' does not exist"))
    }

    /// A key id in no form that key ids have: it names no key either.
    #[must_use]
    pub fn invalid_key_id(text: &str) -> Self {
        Self::new(ErrorCode::NotFound, format!("Invalid keyId '{text}'"))
    }

    /// An alias that does not exist.
    #[must_use]
    pub fn alias_not_found(arn: &str) -> Self {
        Self::new(ErrorCode::NotFound, format!("Alias {arn} is not found."))
    }

    /// What looks like an ARN and is none: `InvalidArnException` where `operation` declares it,
    /// else `NotFoundException`, as the cryptographic operations answer.
    #[must_use]
    pub fn invalid_arn(row: &strongroom_types::row::Row, text: &str) -> Self {
        if row.errors.contains(&ErrorCode::InvalidArn.as_str()) {
            Self::new(ErrorCode::InvalidArn, format!("Invalid arn {text}"))
        } else {
            Self::new(ErrorCode::NotFound, "Invalid arn")
        }
    }

    /// An alias where only a key id or a key ARN is taken.
    #[must_use]
    pub fn alias_not_supported() -> Self {
        Self::new(ErrorCode::InvalidArn, "Key Aliases are not supported for this operation.")
    }

    /// The alias to create exists.
    #[must_use]
    pub fn alias_exists(arn: &str) -> Self {
        Self::new(ErrorCode::AlreadyExists, format!("An alias with the name {arn} already exists"))
    }

    /// An alias name without its prefix.
    #[must_use]
    pub fn alias_prefix() -> Self {
        Self::validation(
            "Alias must start with the prefix \"alias/\". Please see \
             https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html",
        )
    }

    /// An alias name with a character that its shape allows and its text does not: the colon.
    #[must_use]
    pub fn alias_characters(name: &str) -> Self {
        Self::validation(format!("{name} contains invalid characters for an alias"))
    }

    /// An alias under `alias/aws/`.
    #[must_use]
    pub fn alias_reserved() -> Self {
        Self::new(ErrorCode::NotAuthorized, "")
    }

    /// The one answer to whoever may not: the same for a key that is missing, foreign, disabled or enabled.
    #[must_use]
    pub fn access_denied(principal: &str, action: Action) -> Self {
        Self::new(
            ErrorCode::AccessDenied,
            format!(
                "User: {principal} is not authorized to perform: kms:{action} on this resource because the resource \
                 does not exist in this Region, no resource-based policies allow access, or a resource-based policy \
                 explicitly denies access"
            ),
        )
    }

    /// A ciphertext whose key is unknown, or not the caller's to use.
    #[must_use]
    pub fn ciphertext_key_denied() -> Self {
        Self::new(
            ErrorCode::AccessDenied,
            "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or \
             you are not allowed to access.",
        )
    }

    /// A key of another usage than the operation's.
    #[must_use]
    pub fn wrong_usage(arn: &KeyArn, usage: KeyUsageType, operation: Operation) -> Self {
        let message = format!("{arn} key usage is {usage} which is not valid for {operation}.");
        Self::new(ErrorCode::InvalidKeyUsage, message)
    }

    /// An algorithm that the key's spec does not have.
    #[must_use]
    pub fn wrong_algorithm(algorithm: &str, spec: KeySpec) -> Self {
        let message = format!("Algorithm {algorithm} is incompatible with key spec {spec}.");
        Self::new(ErrorCode::InvalidKeyUsage, message)
    }

    /// What the key's kind does not do, whatever its state.
    #[must_use]
    pub fn unsupported(arn: &KeyArn, operation: Operation) -> Self {
        Self::new(ErrorCode::UnsupportedOperation, format!("{arn} does not support {operation}."))
    }

    /// A key whose origin does not fit the operation.
    #[must_use]
    pub fn wrong_origin(arn: &KeyArn, origin: strongroom_types::OriginType) -> Self {
        let message = format!("{arn} origin is {origin} which is not valid for this operation.");
        Self::new(ErrorCode::UnsupportedOperation, message)
    }

    /// What a key's state answers; `None` if the operation goes on.
    #[must_use]
    pub fn state(verdict: StateVerdict, arn: &KeyArn, operation: Operation) -> Option<Self> {
        let invalid = |what: &str| Some(Self::new(ErrorCode::KmsInvalidState, format!("{arn} is {what}.")));
        match verdict {
            StateVerdict::Ok => None,
            StateVerdict::Disabled => Some(Self::new(ErrorCode::Disabled, format!("{arn} is disabled."))),
            StateVerdict::PendingDeletion => invalid("pending deletion"),
            StateVerdict::NotPendingDeletion => invalid("not pending deletion (or pending replica deletion)"),
            StateVerdict::PendingImport => invalid("pending import"),
            StateVerdict::Unavailable => invalid("unavailable"),
            StateVerdict::Creating => invalid("creating"),
            StateVerdict::Updating => invalid("updating"),
            StateVerdict::Unsupported => Some(Self::unsupported(arn, operation)),
        }
    }

    /// A digest of another length than the algorithm's hash.
    #[must_use]
    pub fn digest_length(algorithm: &str) -> Self {
        Self::validation(format!("Digest is invalid length for algorithm {algorithm}."))
    }

    /// A message type that no algorithm of the key's spec takes.
    #[must_use]
    pub fn message_type(message_type: &str, spec: KeySpec) -> Self {
        Self::validation(format!("Message type {message_type} is incompatible with key spec {spec}."))
    }

    /// A grant of `CreateGrant` alone.
    #[must_use]
    pub fn grant_of_create_grant_alone() -> Self {
        Self::validation("Grants must not contain only the CreateGrant operation.")
    }

    /// `PutKeyPolicy` of the policy that RAM manages.
    #[must_use]
    pub fn ram_policy() -> Self {
        Self::validation("The AWS_RAM policy can only be managed by the RAM service.")
    }

    /// A ciphertext that does not open: damaged, of another context, or not one at all. One shape, no detail.
    #[must_use]
    pub fn invalid_ciphertext() -> Self {
        Self::new(ErrorCode::InvalidCiphertext, "")
    }

    /// The named key is not the one that encrypted.
    #[must_use]
    pub fn incorrect_key() -> Self {
        let message = "The key ID in the request does not identify a CMK that can perform this operation.";
        Self::new(ErrorCode::IncorrectKey, message)
    }

    /// A signature that does not verify.
    #[must_use]
    pub fn invalid_signature() -> Self {
        Self::new(ErrorCode::KmsInvalidSignature, "")
    }

    /// A MAC that does not verify.
    #[must_use]
    pub fn invalid_mac() -> Self {
        Self::new(ErrorCode::KmsInvalidMac, "")
    }

    /// A dry run that would have succeeded.
    #[must_use]
    pub fn dry_run() -> Self {
        Self::new(ErrorCode::DryRunOperation, "The request would have succeeded, but the DryRun option is set.")
    }

    /// A failure inside, of which the caller learns nothing but that he may retry.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(ErrorCode::KmsInternal, "")
    }
}
