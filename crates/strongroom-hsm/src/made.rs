//! What making a key gives.

use std::fmt;

use crate::{Error, Identity};

/// The longest token, in bytes: it stands in a record beside other things.
pub const MAX_TOKEN_LEN: usize = 4_096;

/// Opaque bytes by which a backend knows a key. Kept in the key's record, which authenticates them.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct KeyToken(Box<[u8]>);

impl KeyToken {
    /// A token of these bytes.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if there are none, or more than [`MAX_TOKEN_LEN`].
    pub fn new(bytes: impl Into<Box<[u8]>>) -> Result<Self, Error> {
        let bytes = bytes.into();
        match bytes.len() {
            1..=MAX_TOKEN_LEN => Ok(Self(bytes)),
            _ => Err(Error::corrupt("a key token has 1 to 4096 bytes")),
        }
    }

    /// The bytes, to be stored.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for KeyToken {
    /// Shows the length alone: the bytes may be sealed material.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyToken({} bytes)", self.0.len())
    }
}

/// Where material came from, as far as the backend can prove it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Provenance {
    /// Made inside the backend's boundary, and never outside it.
    MadeInside,
    /// Made in this process and sealed.
    MadeInProcess,
    /// Brought in from outside.
    Imported,
}

/// A key version that a backend has made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Made {
    token: KeyToken,
    known_by: KnownBy,
    provenance: Provenance,
}

/// By what a key is known, owned. Exactly one of these, for every kind of key.
#[derive(Debug, Clone, PartialEq, Eq)]
enum KnownBy {
    MaterialId([u8; 32]),
    PublicKey(Box<[u8]>),
    Fingerprint([u8; 32]),
}

impl Made {
    /// A symmetric encryption key, known by the id of its material.
    #[must_use]
    pub fn secret(token: KeyToken, material_id: [u8; 32], provenance: Provenance) -> Self {
        Self { token, known_by: KnownBy::MaterialId(material_id), provenance }
    }

    /// A key pair, known by its public key (SubjectPublicKeyInfo in DER).
    #[must_use]
    pub fn pair(token: KeyToken, public_key: impl Into<Box<[u8]>>, provenance: Provenance) -> Self {
        Self { token, known_by: KnownBy::PublicKey(public_key.into()), provenance }
    }

    /// An HMAC key, known by the fingerprint of its material.
    #[must_use]
    pub fn mac(token: KeyToken, fingerprint: [u8; 32], provenance: Provenance) -> Self {
        Self { token, known_by: KnownBy::Fingerprint(fingerprint), provenance }
    }

    /// The same key under another token, for backends that wrap another.
    #[must_use]
    pub fn with_token(&self, token: KeyToken) -> Self {
        Self { token, ..self.clone() }
    }

    /// What to keep in the record.
    #[must_use]
    pub fn token(&self) -> &KeyToken {
        &self.token
    }

    /// By what the key is known, as [`Expect`](crate::Expect) asks for it when the token is opened.
    #[must_use]
    pub fn identity(&self) -> Identity<'_> {
        match &self.known_by {
            KnownBy::MaterialId(id) => Identity::MaterialId(id),
            KnownBy::PublicKey(key) => Identity::PublicKey(key),
            KnownBy::Fingerprint(fingerprint) => Identity::Fingerprint(fingerprint),
        }
    }

    /// The public key of a pair, a SubjectPublicKeyInfo in DER.
    #[must_use]
    pub fn public_key(&self) -> Option<&[u8]> {
        match &self.known_by {
            KnownBy::PublicKey(key) => Some(key),
            _ => None,
        }
    }

    /// The id of secret material; its first 16 bytes name the version in ciphertexts.
    #[must_use]
    pub fn material_id(&self) -> Option<&[u8; 32]> {
        match &self.known_by {
            KnownBy::MaterialId(id) => Some(id),
            _ => None,
        }
    }

    /// The fingerprint of HMAC material, by which it is recognised and never named to anybody.
    #[must_use]
    pub fn fingerprint(&self) -> Option<&[u8; 32]> {
        match &self.known_by {
            KnownBy::Fingerprint(fingerprint) => Some(fingerprint),
            _ => None,
        }
    }

    /// Where the material came from.
    #[must_use]
    pub fn provenance(&self) -> Provenance {
        self.provenance
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_1_to_4096_bytes_and_shows_none() {
        assert!(KeyToken::new([]).is_err() && KeyToken::new(vec![0; MAX_TOKEN_LEN + 1]).is_err());
        let token = KeyToken::new(vec![0xab; MAX_TOKEN_LEN]).unwrap();
        assert_eq!(format!("{token:?}"), "KeyToken(4096 bytes)");
    }
}
