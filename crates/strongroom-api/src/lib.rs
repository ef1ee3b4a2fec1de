//! AWS KMS's requests, responses, limits and errors for all 56 operations, as data: one visitor per
//! structure, one row per operation. Generated from AWS's model and from one overlay that says what
//! the model lacks.
//!
//! ```
//! use strongroom_api::types::EncryptRequest;
//! use strongroom_api::{Operation, Typed, json, ops, validate};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let request = EncryptRequest::new("alias/orders", b"attack at dawn".as_slice()).dry_run(true);
//! validate(&request)?;
//! assert_eq!(format!("{request:?}"), r#"EncryptRequest { DryRun: true, KeyId: "alias/orders", Plaintext: .., .. }"#);
//!
//! let mut body = Vec::new();
//! json::encode(&request, &mut body);
//! assert_eq!(body, br#"{"DryRun":true,"KeyId":"alias/orders","Plaintext":"YXR0YWNrIGF0IGRhd24="}"#);
//!
//! let error = EncryptRequest::read(br#"{"KeyId":""}"#).unwrap_err();
//! assert!(error.message().starts_with("2 validation errors detected: "));
//! assert!(ops::Encrypt::ROW.read_only && ops::Encrypt::ROW.cross_account);
//! # Ok(())
//! # }
//! ```
//!
//! What it is *not*: behaviour. It decides nothing that needs a key, a policy or a clock, and it
//! opens no connection: the facade acts.

mod debug;
mod error;
mod generated;
pub mod json;
mod operation;
mod partial;
mod pattern;
mod table;
mod validate;

pub mod ops {
    //! The operations as types: `ops::Encrypt`.
    pub use crate::generated::rows::*;
}
pub mod types {
    //! Requests, responses, and the structures and enumerations inside them, under AWS's names.
    pub use crate::generated::types::*;
    pub use crate::operation::NoOutput;
    pub use strongroom_types::enums::*;
}

pub use error::{ErrorCode, KmsError};
pub use generated::rows::{ROWS, TABLE};
pub use operation::{Description, Operation, Typed, describe};
pub use partial::Partial;
pub use validate::{ValidationErrors, Violation, validate};
