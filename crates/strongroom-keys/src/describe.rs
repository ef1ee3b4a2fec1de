//! What DescribeKey and CreateKey show of a key.

use strongroom_api::types::{KeyMetadata, KeyMetadataParts};
use strongroom_types::structure::List;
use strongroom_types::{
    EncryptionAlgorithmSpec, KeyArn, KeySpec, KeyState, KeyUsageType, MacAlgorithmSpec, SigningAlgorithmSpec, Timestamp,
};

use crate::records::KeyRecord;
use crate::state::Effective;

/// The algorithms of one key, by kind; at most one list is not empty (API Reference, KeyMetadata).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_structs, reason = "a table row")]
pub struct Algorithms {
    /// For Encrypt and Decrypt.
    pub encryption: &'static [EncryptionAlgorithmSpec],
    /// For Sign and Verify.
    pub signing: &'static [SigningAlgorithmSpec],
    /// For GenerateMac and VerifyMac.
    pub mac: &'static [MacAlgorithmSpec],
}

/// The algorithms that keys of `spec` and `usage` have; none if the two do not fit each other.
#[must_use]
pub fn algorithms(spec: KeySpec, usage: KeyUsageType) -> Algorithms {
    use EncryptionAlgorithmSpec::{RsaesOaepSha1, RsaesOaepSha256, SymmetricDefault};
    use KeyUsageType::{EncryptDecrypt, GenerateVerifyMac, SignVerify};
    const RSA_SIGNING: &[SigningAlgorithmSpec] = &[
        SigningAlgorithmSpec::RsassaPkcs1V15Sha256,
        SigningAlgorithmSpec::RsassaPkcs1V15Sha384,
        SigningAlgorithmSpec::RsassaPkcs1V15Sha512,
        SigningAlgorithmSpec::RsassaPssSha256,
        SigningAlgorithmSpec::RsassaPssSha384,
        SigningAlgorithmSpec::RsassaPssSha512,
    ];
    let encryption = |encryption| Algorithms { encryption, ..Algorithms::default() };
    let signing = |signing| Algorithms { signing, ..Algorithms::default() };
    let mac = |mac| Algorithms { mac, ..Algorithms::default() };
    match (spec, usage) {
        (KeySpec::SymmetricDefault, EncryptDecrypt) => encryption(&[SymmetricDefault]),
        (KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096, EncryptDecrypt) => {
            encryption(&[RsaesOaepSha1, RsaesOaepSha256])
        }
        (KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096, SignVerify) => signing(RSA_SIGNING),
        (KeySpec::EccNistP256 | KeySpec::EccSecgP256k1, SignVerify) => signing(&[SigningAlgorithmSpec::EcdsaSha256]),
        (KeySpec::EccNistP384, SignVerify) => signing(&[SigningAlgorithmSpec::EcdsaSha384]),
        (KeySpec::EccNistP521, SignVerify) => signing(&[SigningAlgorithmSpec::EcdsaSha512]),
        (KeySpec::Hmac224, GenerateVerifyMac) => mac(&[MacAlgorithmSpec::HmacSha224]),
        (KeySpec::Hmac256, GenerateVerifyMac) => mac(&[MacAlgorithmSpec::HmacSha256]),
        (KeySpec::Hmac384, GenerateVerifyMac) => mac(&[MacAlgorithmSpec::HmacSha384]),
        (KeySpec::Hmac512, GenerateVerifyMac) => mac(&[MacAlgorithmSpec::HmacSha512]),
        _ => Algorithms::default(),
    }
}

fn listed<T: Clone>(items: &[T]) -> Option<List<T>> {
    (!items.is_empty()).then(|| List(items.to_vec()))
}

/// The key's metadata at `now`.
#[must_use]
pub fn key_metadata(arn: &KeyArn, record: &KeyRecord, now: Timestamp) -> KeyMetadata {
    let state = match record.state_at(now) {
        Effective::Live(state) => state,
        // Nobody is shown a key that is gone; the nearest true thing to say of it.
        Effective::Gone => KeyState::PendingDeletion,
    };
    let algorithms = algorithms(record.spec, record.usage);
    let mut metadata = KeyMetadata::new(KeyMetadataParts {
        key_id: record.id.to_string(),
        arn: arn.to_string(),
        aws_account_id: arn.account().to_string(),
        creation_date: record.created,
        description: record.description.clone(),
        enabled: state == KeyState::Enabled,
        key_manager: record.manager,
        key_spec: record.spec,
        key_state: state,
        key_usage: record.usage,
        multi_region: record.id.is_multi_region(),
        origin: record.origin,
    });
    metadata.deletion_date = record.deletion.as_ref().map(|d| d.at);
    metadata.customer_master_key_spec = record.spec.as_str().parse().ok();
    metadata.encryption_algorithms = listed(algorithms.encryption);
    metadata.signing_algorithms = listed(algorithms.signing);
    metadata.mac_algorithms = listed(algorithms.mac);
    metadata.current_key_material_id = record.material.as_ref().map(|m| hex(m));
    metadata
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from(if nibble < 10 { b'0' + nibble } else { b'a' + (nibble - 10) });
    let mut out = String::with_capacity(bytes.len().saturating_mul(2));
    out.extend(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]));
    out
}
