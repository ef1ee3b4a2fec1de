//! The table of algorithm suites.

/// One algorithm suite of the AWS Encryption SDK. All use AES-GCM with 12-byte nonces and 16-byte tags.
///
/// The table is whole so that a message of any suite can be named; [`is_supported`](Self::is_supported)
/// says which can be read and written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Suite {
    id: u16,
    name: &'static str,
    version: u8,
    data_key_len: usize,
    kdf: Kdf,
    signature: Option<Signature>,
    supported: bool,
}

/// How the message key follows from the data key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kdf {
    /// It is the data key.
    Identity,
    /// HKDF-SHA-256, message id in the info.
    HkdfSha256,
    /// HKDF-SHA-384, message id in the info.
    HkdfSha384,
    /// HKDF-SHA-512, message id as salt, with key commitment.
    HkdfSha512Commit,
}

/// The signature at the end of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Signature {
    /// ECDSA on P-256 with SHA-256.
    EcdsaP256Sha256,
    /// ECDSA on P-384 with SHA-384.
    EcdsaP384Sha384,
}

const fn suite(id: u16, name: &'static str, version: u8, key: usize, kdf: Kdf, signature: Option<Signature>) -> Suite {
    Suite { id, name, version, data_key_len: key, kdf, signature, supported: id == 0x0478 }
}

/// AWS Encryption SDK specification, `framework/algorithm-suites.md`, "Supported Algorithm Suites".
const SUITES: [Suite; 11] = [
    suite(0x0014, "AES_128_GCM_IV12_TAG16_NO_KDF", 1, 16, Kdf::Identity, None),
    suite(0x0046, "AES_192_GCM_IV12_TAG16_NO_KDF", 1, 24, Kdf::Identity, None),
    suite(0x0078, "AES_256_GCM_IV12_TAG16_NO_KDF", 1, 32, Kdf::Identity, None),
    suite(0x0114, "AES_128_GCM_IV12_TAG16_HKDF_SHA256", 1, 16, Kdf::HkdfSha256, None),
    suite(0x0146, "AES_192_GCM_IV12_TAG16_HKDF_SHA256", 1, 24, Kdf::HkdfSha256, None),
    suite(0x0178, "AES_256_GCM_IV12_TAG16_HKDF_SHA256", 1, 32, Kdf::HkdfSha256, None),
    suite(
        0x0214,
        "AES_128_GCM_IV12_TAG16_HKDF_SHA256_ECDSA_P256",
        1,
        16,
        Kdf::HkdfSha256,
        Some(Signature::EcdsaP256Sha256),
    ),
    suite(
        0x0346,
        "AES_192_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384",
        1,
        24,
        Kdf::HkdfSha384,
        Some(Signature::EcdsaP384Sha384),
    ),
    suite(
        0x0378,
        "AES_256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384",
        1,
        32,
        Kdf::HkdfSha384,
        Some(Signature::EcdsaP384Sha384),
    ),
    Suite::AES_256_GCM_HKDF_SHA512_COMMIT_KEY,
    suite(
        0x0578,
        "AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384",
        2,
        32,
        Kdf::HkdfSha512Commit,
        Some(Signature::EcdsaP384Sha384),
    ),
];

impl Suite {
    /// `0478`: AES-256-GCM, HKDF-SHA-512, key commitment, unsigned. The one we write.
    pub const AES_256_GCM_HKDF_SHA512_COMMIT_KEY: Self =
        suite(0x0478, "AES_256_GCM_HKDF_SHA512_COMMIT_KEY", 2, 32, Kdf::HkdfSha512Commit, None);

    /// The suite with this id, supported or not.
    ///
    /// ```
    /// use strongroom_envelope::Suite;
    /// assert_eq!(Suite::by_id(0x0578).map(|suite| suite.is_supported()), Some(false));
    /// ```
    #[must_use]
    pub fn by_id(id: u16) -> Option<Self> {
        SUITES.into_iter().find(|suite| suite.id == id)
    }

    /// All suites, by id.
    pub fn all() -> impl Iterator<Item = Self> {
        SUITES.into_iter()
    }

    /// The two bytes that name it in a message.
    #[must_use]
    pub const fn id(&self) -> u16 {
        self.id
    }

    /// The name in the specification, without the leading `ALG_`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The version of the message format that the suite demands.
    #[must_use]
    pub const fn format_version(&self) -> u8 {
        self.version
    }

    /// Bytes of the data key, which are also the input of the key derivation.
    #[must_use]
    pub const fn data_key_len(&self) -> usize {
        self.data_key_len
    }

    /// How the message key follows from the data key.
    #[must_use]
    pub const fn kdf(&self) -> Kdf {
        self.kdf
    }

    /// The signature at the end of the message.
    #[must_use]
    pub const fn signature(&self) -> Option<Signature> {
        self.signature
    }

    /// Whether this version of the crate reads and writes it.
    #[must_use]
    pub const fn is_supported(&self) -> bool {
        self.supported
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_suite_fixes_the_version_and_the_commitment() {
        for suite in Suite::all() {
            assert_eq!(suite.version == 2, suite.kdf == Kdf::HkdfSha512Commit, "{:04x}", suite.id);
            assert_eq!(Suite::by_id(suite.id), Some(suite));
        }
        assert_eq!(Suite::all().filter(Suite::is_supported).count(), 1);
    }
}
