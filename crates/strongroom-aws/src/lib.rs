//! AWS KMS's own protocol in front of Strongroom, so that AWS's own tools are its users: AWS JSON 1.1 with Signature
//! Version 4, as a `tower::Service`.
//!
//! ```
//! use strongroom::{Caller, Kms, Secret};
//! use strongroom_aws::{Credential, CredentialTable, KmsService};
//!
//! # fn main() -> Result<(), strongroom::Error> {
//! let kms = Kms::in_memory()?;
//! let root = Credential::new("test", Secret::from("test"), kms.bind(Caller::root())?);
//! let service = KmsService::new(kms, CredentialTable::from_iter([root]));
//! # drop(service);
//! # Ok(())
//! # }
//! ```
//!
//! It is *not* a list of operations: what it serves is what the facade serves, and an operation that is added there is
//! served here without a line of code.
//!
//! # Features
//! - `sdk`: `InProcess`, the HTTP client of an `aws-sdk-kms` in the same process, with no socket between.
//! - `server`: `server::serve`, the service on a socket.

mod body;
mod credentials;
mod fault;
mod head;
mod options;
#[cfg(feature = "sdk")]
mod sdk;
#[cfg(feature = "server")]
pub mod server;
mod service;
mod sigv4;

pub use body::Body;
pub use credentials::{Credential, CredentialTable, Credentials};
pub use head::PeerAddress;
pub use options::ServiceOptions;
#[cfg(feature = "sdk")]
pub use sdk::InProcess;
pub use service::KmsService;

// The page's example is a test.
#[cfg(all(doctest, feature = "sdk"))]
#[doc = include_str!("../../../docs/aws-sdk-rust.md")]
struct Page;
