//! The traits a key-custody backend implements, and the contract it must keep.
//!
//! A [`Custody`] makes keys and opens them; a [`KeyHandle`] is one opened key version and does its
//! operations. Between the two the key is a [`KeyToken`]: opaque bytes that the backend understands
//! (sealed material for software custody, an object's id for a PKCS#11 token) and that the
//! strongroom keeps in the key's record.
//!
//! ```
//! use strongroom_hsm::{Custody, Description, Error, Expect, GenerateRequest, Material, Op, OutBuf};
//! use strongroom_hsm::{SignInput, Support, Verb};
//! use strongroom_types::{KeySpec, SigningAlgorithmSpec};
//!
//! /// Makes a signing key, opens it again from its token and signs a digest.
//! fn first_signature(custody: &dyn Custody, request: &GenerateRequest<'_>) -> Result<Vec<u8>, Error> {
//!     let made = custody.generate(request)?; // the token and the public key go into the record
//!     let key = custody.open(made.token(), &Expect::new(request.place, request.usage, made.identity()))?;
//!     let mut out = OutBuf::with_limit(72);
//!     key.run(&Op::Sign { algorithm: SigningAlgorithmSpec::EcdsaSha256, input: SignInput::Digest(&[7; 32]) }, &mut out)?;
//!     Ok(out.into_vec())
//! }
//!
//! // Before anything is asked of a backend, its description says whether it can.
//! let verb = Verb::Sign(SigningAlgorithmSpec::EcdsaSha256);
//! let about = Description::new("example", "1", Material::NeverLeaves).with(KeySpec::EccNistP256, verb, Support::Native);
//! assert_eq!(about.support(KeySpec::EccNistP256, verb), Some(Support::Native));
//! assert_eq!(about.support(KeySpec::Rsa2048, verb), None);
//! ```
//!
//! # What it is not
//!
//! - Not a place for operations on public keys. Verifying a signature, or encrypting to an RSA key,
//!   needs no custody: the caller has the public key in its record and a crypto provider. A token
//!   that verifies for us would have to be believed (several accept truncated MACs or ignore
//!   parameters), so nothing asks it to.
//! - Not a policy. Whoever holds a `Custody` may use every key whose token he has.
//! - Not asynchronous: the C interfaces behind it are not. [`Description::is_slow`] tells a
//!   caller which calls belong on a thread of their own.
//!
//! # Features
//!
//! - `conformance`: the suite that every backend must pass (`conformance::run`), decorators that
//!   break one promise each (`hostile::Faulty`), and a device for tests that keeps objects outside
//!   the store (`fake::FakeDevice`).

#[cfg(feature = "conformance")]
pub mod conformance;
mod custody;
mod describe;
mod error;
#[cfg(feature = "conformance")]
pub mod fake;
#[cfg(feature = "conformance")]
pub mod hostile;
mod made;
mod op;
mod out;
mod place;

pub use custody::{Custody, ImportJob, KeyHandle};
pub use describe::{Capability, Description, Destroyed, Health, Limits, Material, Probe, Support, Validation};
pub use error::{Error, Family};
pub use made::{KeyToken, MAX_TOKEN_LEN, Made, Provenance};
pub use op::{Op, SEAL_ENTROPY_LEN, SignInput, Suite, Verb};
pub use out::OutBuf;
pub use place::{Expect, GenerateRequest, Identity, MaterialUsage, Place};
