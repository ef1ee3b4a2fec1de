//! The crate's error, by what the caller can do.

use std::time::Duration;

/// What a caller can do about an [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a caller must handle each family; there is no fifth thing to do")]
pub enum Family {
    /// The same call again, later.
    Retry,
    /// Wait until the backend is back; it has tried by itself.
    Reconnect,
    /// An operator must log in, or change a secret. Never repeated with the same secret.
    LogIn,
    /// The call will never succeed as it is.
    GiveUp,
}

macro_rules! errors {
    ($($(#[$doc:meta])* $name:ident($family:ident) $text:literal $(, $make:ident, $field:literal)?;)*) => {
        /// Why a custody backend did not do what it was asked.
        ///
        /// Two failures with the same cause are equal, so that nobody can tell by the value which
        /// check a ciphertext failed.
        #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
        #[non_exhaustive]
        pub enum Error {
            $($(#[$doc])* #[error(transparent)] $name(#[from] kinds::$name),)*
        }
        /// The variants' contents; made through [`Error`]'s constructors.
        pub(crate) mod kinds {
            $($(#[$doc])*
            #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
            #[error($text)]
            #[non_exhaustive]
            pub struct $name { $(#[doc = $field] pub(super) detail: errors!(@kind $make),)? })*
        }
        impl Error {
            /// What the caller can do.
            #[must_use]
            pub fn family(&self) -> Family {
                match self { $(Self::$name(_) => Family::$family,)* }
            }
        }
    };
    (@kind after) => { std::time::Duration };
    (@kind $other:ident) => { &'static str };
}

errors! {
    /// Busy, or a passing failure: the same call again after a while.
    Retry(Retry) "the key custody is busy: retry in `{detail:?}`", after, "How long to wait.";
    /// The device is away; the backend has tried to reach it and goes on trying.
    Reconnect(Reconnect) "the key custody is not reachable: {detail}", reconnect, "What failed.";
    /// The device wants a login that the backend can't give.
    Login(LogIn) "the key custody refuses the login: {detail}", login, "What the operator must know.";
    /// The ciphertext does not open here. One value for every cause.
    InvalidCiphertext(GiveUp) "the ciphertext does not open under this key and context";
    /// The signature or MAC is not right.
    InvalidSignature(GiveUp) "the signature does not verify";
    /// The input can't be what the operation takes (a digest of the wrong length).
    InvalidInput(GiveUp) "the input does not fit the operation: {detail}", invalid_input, "What does not fit.";
    /// The key does not exist any more, or this handle was closed.
    Gone(GiveUp) "the key is gone";
    /// The backend holds two keys where there can be one, or another key than the record says.
    Conflict(GiveUp) "the key custody contradicts the record: {detail}", conflict, "What was found.";
    /// This backend can't do that, now or later: another key spec, or another backend.
    Unsupported(GiveUp) "this key custody does not support it: {detail}", unsupported, "What it can't do.";
    /// The backend's own rules forbid it.
    Denied(GiveUp) "the key custody forbids it: {detail}", denied, "What it forbids.";
    /// No room for another key: an operator must make some.
    Full(GiveUp) "the key custody is full: {detail}", full, "What is used up.";
    /// Damage, or an answer that can't be right. Stop and look.
    Corrupt(GiveUp) "damaged or untrue: {detail}", corrupt, "What is damaged.";
    /// This process is a fork of the one that opened the backend: open it anew here.
    Forked(GiveUp) "this process is a fork of the one that opened the key custody: open it again in the child";
}

macro_rules! constructors {
    ($($(#[$doc:meta])* $make:ident -> $name:ident;)*) => {
        impl Error {
            $($(#[$doc])* #[must_use] pub const fn $make(detail: &'static str) -> Self {
                Self::$name(kinds::$name { detail })
            })*
        }
    };
}

constructors! {
    /// [`Error::Reconnect`]; `detail` says what failed, without secrets.
    reconnect -> Reconnect;
    /// [`Error::Login`]; `detail` says what the operator must know.
    login -> Login;
    /// [`Error::InvalidInput`]; `detail` says what does not fit.
    invalid_input -> InvalidInput;
    /// [`Error::Conflict`]; `detail` says what was found.
    conflict -> Conflict;
    /// [`Error::Unsupported`]; `detail` says what it can't do.
    unsupported -> Unsupported;
    /// [`Error::Denied`]; `detail` says what it forbids.
    denied -> Denied;
    /// [`Error::Full`]; `detail` says what is used up.
    full -> Full;
    /// [`Error::Corrupt`]; `detail` says what is damaged.
    corrupt -> Corrupt;
}

impl Error {
    /// [`Error::Retry`] after a while.
    #[must_use]
    pub const fn retry(after: Duration) -> Self {
        Self::Retry(kinds::Retry { detail: after })
    }
    /// [`Error::InvalidCiphertext`].
    #[must_use]
    pub const fn invalid_ciphertext() -> Self {
        Self::InvalidCiphertext(kinds::InvalidCiphertext {})
    }
    /// [`Error::InvalidSignature`].
    #[must_use]
    pub const fn invalid_signature() -> Self {
        Self::InvalidSignature(kinds::InvalidSignature {})
    }
    /// [`Error::Gone`].
    #[must_use]
    pub const fn gone() -> Self {
        Self::Gone(kinds::Gone {})
    }
    /// [`Error::Forked`].
    #[must_use]
    pub const fn forked() -> Self {
        Self::Forked(kinds::Forked {})
    }
    /// How long to wait before the same call is made again, if that is what to do.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Retry(it) => Some(it.detail),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_what_to_do() {
        assert_eq!(Error::retry(Duration::from_millis(5)).retry_after(), Some(Duration::from_millis(5)));
        assert_eq!(Error::login("the pin is locked").family(), Family::LogIn);
        assert_eq!(Error::gone().family(), Family::GiveUp);
        assert_eq!(Error::gone().to_string(), "the key is gone");
        assert_eq!(Error::corrupt("the token").to_string(), "damaged or untrue: the token");
    }
}
