//! The operations of a key handle.

use std::fmt;

use strongroom_types::{
    EncryptionAlgorithmSpec, EncryptionContext, KeyAgreementAlgorithmSpec, KeySpec, KeyUsageType, MacAlgorithmSpec,
    SigningAlgorithmSpec,
};

/// Random bytes that [`Op::Seal`] takes with it: 32 for the salt, 12 for the IV.
pub const SEAL_ENTROPY_LEN: usize = 44;

/// How `SYMMETRIC_DEFAULT` is done. The number stands in every ciphertext.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
#[non_exhaustive]
pub enum Suite {
    /// A message key and a commitment from the key and a fresh salt, AES-256-GCM, header and
    /// context bound in.
    One = 1,
}

impl Suite {
    /// The suite of a ciphertext's second byte; `None` if it is unknown.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::One),
            _ => None,
        }
    }

    /// The number in the header.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::One => 1,
        }
    }

    /// By how many bytes a ciphertext is longer than its plaintext: header 36, salt 32, commitment
    /// 32, IV 12, tag 16.
    #[must_use]
    pub const fn overhead(self) -> usize {
        match self {
            Self::One => 128,
        }
    }
}

/// What is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignInput<'a> {
    /// A message, hashed as the algorithm says.
    Message(&'a [u8]),
    /// A message's digest, of the algorithm's length.
    Digest(&'a [u8]),
}

/// One operation of a key.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Op<'a> {
    /// Seals `message`. The output is a whole ciphertext: the header of
    /// [`KeyHandle::suite`](crate::KeyHandle::suite) with the key's id and its version's first, which
    /// the handle knows from what it was opened with.
    Seal {
        /// The encryption context, bound in.
        context: &'a EncryptionContext,
        /// What to seal.
        message: &'a [u8],
        /// Fresh random bytes, for this one operation. A backend that makes its own ignores them.
        entropy: &'a [u8; SEAL_ENTROPY_LEN],
    },
    /// Opens a whole ciphertext. The output is the plaintext.
    Unseal {
        /// The ciphertext, header included.
        blob: &'a [u8],
        /// The encryption context that it was sealed with.
        context: &'a EncryptionContext,
    },
    /// Computes a MAC, always of full length. Checking one is computing it and comparing.
    ///
    /// The key is of exactly the length of its spec's name, so that no two of them are one key: HMAC fills short keys
    /// with zeros and hashes long ones (FIPS 198-1 §4).
    Mac {
        /// The algorithm.
        algorithm: MacAlgorithmSpec,
        /// What is authenticated.
        message: &'a [u8],
    },
    /// Signs. ECDSA signatures are in DER (RFC 3279 §2.2.3), as AWS KMS gives them; those of RSA are as long as the
    /// modulus (RFC 8017 §8), and a PSS salt is as long as the digest.
    Sign {
        /// The algorithm.
        algorithm: SigningAlgorithmSpec,
        /// What is signed.
        input: SignInput<'a>,
    },
    /// Decrypts what was encrypted to the public key. OAEP's label is empty, and its MGF1 has the hash of its name
    /// (RFC 8017 §7.1).
    Decrypt {
        /// The algorithm.
        algorithm: EncryptionAlgorithmSpec,
        /// The ciphertext.
        ciphertext: &'a [u8],
    },
    /// Agrees on a secret with another public key; the output is the raw shared secret.
    Agree {
        /// The algorithm.
        algorithm: KeyAgreementAlgorithmSpec,
        /// The other side's public key, a SubjectPublicKeyInfo in DER.
        peer: &'a [u8],
    },
}

impl Op<'_> {
    /// The verb of this operation, as capability tables name it.
    #[must_use]
    pub const fn verb(&self) -> Verb {
        match self {
            Self::Seal { .. } => Verb::Seal,
            Self::Unseal { .. } => Verb::Unseal,
            Self::Mac { algorithm, .. } => Verb::Mac(*algorithm),
            Self::Sign { algorithm, .. } => Verb::Sign(*algorithm),
            Self::Decrypt { algorithm, .. } => Verb::Decrypt(*algorithm),
            Self::Agree { algorithm, .. } => Verb::Agree(*algorithm),
        }
    }
}

impl fmt::Debug for Op<'_> {
    /// Shows the verb alone: the rest may be plaintext.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Op({:?})", self.verb())
    }
}

/// What a backend can or can't do with a key of some spec.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Verb {
    /// [`Custody::generate`](crate::Custody::generate) for this usage.
    Generate(KeyUsageType),
    /// [`Custody::begin_import`](crate::Custody::begin_import).
    Import,
    /// [`Op::Seal`].
    Seal,
    /// [`Op::Unseal`].
    Unseal,
    /// [`Op::Mac`].
    Mac(MacAlgorithmSpec),
    /// [`Op::Sign`].
    Sign(SigningAlgorithmSpec),
    /// [`Op::Decrypt`].
    Decrypt(EncryptionAlgorithmSpec),
    /// [`Op::Agree`].
    Agree(KeyAgreementAlgorithmSpec),
}

impl Verb {
    /// The usage that a key must have to do this; `None` for [`Import`](Self::Import), which has none of its own.
    #[must_use]
    pub const fn usage(self) -> Option<KeyUsageType> {
        Some(match self {
            Self::Generate(usage) => usage,
            Self::Import => return None,
            Self::Seal | Self::Unseal | Self::Decrypt(_) => KeyUsageType::EncryptDecrypt,
            Self::Mac(_) => KeyUsageType::GenerateVerifyMac,
            Self::Sign(_) => KeyUsageType::SignVerify,
            Self::Agree(_) => KeyUsageType::KeyAgreement,
        })
    }

    /// Every verb there is, for tests of a whole capability table.
    pub fn all() -> impl Iterator<Item = Self> {
        let plain = [Self::Import, Self::Seal, Self::Unseal].into_iter();
        plain
            .chain(KeyUsageType::ALL.iter().copied().map(Self::Generate))
            .chain(MacAlgorithmSpec::ALL.iter().copied().map(Self::Mac))
            .chain(SigningAlgorithmSpec::ALL.iter().copied().map(Self::Sign))
            .chain(EncryptionAlgorithmSpec::ALL.iter().copied().map(Self::Decrypt))
            .chain(KeyAgreementAlgorithmSpec::ALL.iter().copied().map(Self::Agree))
    }

    /// Every spec and verb.
    pub fn all_cells() -> impl Iterator<Item = (KeySpec, Self)> {
        KeySpec::ALL.iter().flat_map(|spec| Self::all().map(|verb| (*spec, verb)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_verb_and_nothing_of_the_message() {
        let op = Op::Seal { context: &EncryptionContext::EMPTY, message: b"attack at dawn", entropy: &[7; 44] };
        assert_eq!(format!("{op:?}"), "Op(Seal)");
        let input = SignInput::Message(b"attack at dawn");
        let op = Op::Sign { algorithm: SigningAlgorithmSpec::EcdsaSha256, input };
        assert_eq!(format!("{op:?}"), "Op(Sign(EcdsaSha256))");
    }

    #[test]
    fn a_suite_is_its_number() {
        for number in 0..=u8::MAX {
            assert!(Suite::from_number(number).is_none_or(|suite| suite.number() == number));
        }
        assert_eq!(Suite::from_number(1), Some(Suite::One));
    }

    #[test]
    fn every_cell_is_there_once() {
        let cells: Vec<_> = Verb::all_cells().collect();
        let distinct: std::collections::HashSet<_> = cells.iter().collect();
        assert_eq!(distinct.len(), cells.len());
        assert!(cells.len() > 500);
    }
}
