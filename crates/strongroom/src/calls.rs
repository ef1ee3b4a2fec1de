//! What can stand together in a call, as types: of members that exclude each other exactly one can be said, and of those
//! that depend on each other only what AWS accepts.
//!
//! ```
//! # fn main() -> Result<(), strongroom::Error> {
//! use strongroom::calls::{GenerateVerifyMac, SignVerify};
//! use strongroom::types::{DataKeySpec, KeyUsageType};
//! use strongroom::{Caller, ErrorCode, Kms};
//!
//! let client = Kms::in_memory()?.client(Caller::root())?;
//! let key = client.create_key().send()?.key_metadata.key_id; // symmetric, for ENCRYPT_DECRYPT
//! let signer = client.create_key().key_spec(SignVerify::EccNistP256).send()?.key_metadata;
//! assert_eq!(signer.key_usage, KeyUsageType::SignVerify);
//! client.create_key().key_spec(GenerateVerifyMac::Hmac256).send()?;
//!
//! let by_spec = client.generate_data_key(&*key, DataKeySpec::Aes256).send()?;
//! let by_length = client.generate_data_key(&*key, 64).send()?;
//! assert_eq!((by_spec.plaintext.len(), by_length.plaintext.len()), (32, 64));
//!
//! let may_i = client.decrypt_ignoring_ciphertext(&*key).send().err();
//! assert!(may_i.is_some_and(|answer| answer.is(ErrorCode::DryRunOperation)));
//! # Ok(())
//! # }
//! ```
//!
//! A data key has a spec or a length, not both and not none; a ciphertext is required:
//!
//! ```compile_fail,E0599
//! # fn f(client: strongroom::Client) {
//! client.generate_data_key("alias/a", 32).key_spec(strongroom::types::DataKeySpec::Aes256);
//! # }
//! ```
//! ```compile_fail,E0061
//! # fn f(client: strongroom::Client) {
//! client.generate_data_key("alias/a");
//! # }
//! ```
//! ```compile_fail,E0061
//! # fn f(client: strongroom::Client) {
//! client.decrypt();
//! # }
//! ```
//!
//! Only a dry run can do without one, and it names its key and stays a dry run:
//!
//! ```compile_fail,E0061
//! # fn f(client: strongroom::Client) {
//! client.decrypt_ignoring_ciphertext();
//! # }
//! ```
//! ```compile_fail,E0599
//! # fn f(client: strongroom::Client) {
//! client.decrypt_ignoring_ciphertext("alias/a").dry_run(false);
//! # }
//! ```
//!
//! A key whose spec has several usages needs one, a spec without this usage is none of its type, and there is one
//! member for the spec:
//!
//! ```compile_fail,E0277
//! # fn f(client: strongroom::Client) {
//! client.create_key().key_spec(strongroom::types::KeySpec::Rsa2048);
//! # }
//! ```
//! ```compile_fail,E0599
//! # fn f(client: strongroom::Client) {
//! client.create_key().key_spec(strongroom::calls::SignVerify::Hmac256);
//! # }
//! ```
//! ```compile_fail,E0599
//! # fn f(client: strongroom::Client) {
//! client.create_key().customer_master_key_spec(strongroom::types::CustomerMasterKeySpec::Rsa2048);
//! # }
//! ```
//!
//! What comes as data (a combination out of a configuration, a request that must fail) is a request of
//! [`types`](crate::types), which has every member, and [`Client::run`](crate::Client::run) sends it.

pub use crate::client::Usual;
pub use crate::generated::calls::*;

/// A type of which each variant is another member.
macro_rules! one_of {
    ($name:ident $(, $member:ident($kind:ty))+) => {
        /// Exactly one of the members that AWS has for it.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $name {
            $(#[doc = concat!("AWS's `", stringify!($member), "`.")] $member($kind),)+
        }

        $(impl From<$kind> for $name {
            fn from(value: $kind) -> Self {
                Self::$member(value)
            }
        })+
    };
}

/// A type per value of one enumeration, whose variants are the values of the other that go with it; and one for all.
macro_rules! together {
    ($name:ident, $first:ident, $second:ident $(, $one:ident { $($other:ident),+ })+) => {
        #[doc = concat!("A [`", stringify!($first), "`] and a [`", stringify!($second), "`] that go with each other.")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $(#[doc = concat!("With [`", stringify!($first), "::", stringify!($one), "`].")] $one($one),)+
        }

        impl $name {
            #[doc = concat!("The pair, if AWS has it: for those that come as data.")]
            #[must_use]
            pub fn of(first: $first, second: $second) -> Option<Self> {
                match (first, second) {
                    $($(($first::$one, $second::$other) => Some(Self::$one($one::$other)),)+)+
                    _ => None,
                }
            }
        }

        $(#[doc = concat!("What goes with [`", stringify!($first), "::", stringify!($one), "`].")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $one {
            $(#[doc = concat!("[`", stringify!($second), "::", stringify!($other), "`].")] $other,)+
        }

        impl From<$one> for $second {
            fn from(value: $one) -> Self {
                match value {
                    $($one::$other => Self::$other,)+
                }
            }
        }

        impl From<$one> for $name {
            fn from(value: $one) -> Self {
                Self::$one(value)
            }
        })+
    };
}

/// A call that is made otherwise than usual.
macro_rules! form {
    ($name:ident) => {
        /// A form of a [`Call`](crate::Call): what it fixes has no setter.
        #[derive(Debug, Clone, Copy)]
        #[expect(clippy::exhaustive_structs, reason = "a mark without content")]
        pub struct $name;
    };
}

pub(crate) use {form, one_of, together};
