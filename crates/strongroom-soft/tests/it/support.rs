//! What the tests share.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use strongroom_crypto::{CryptoProvider, Curve, DigestAlgorithm};
use strongroom_hsm::{Custody, Expect, GenerateRequest, Identity, KeyHandle, Made, MaterialUsage, Op, OutBuf, Place};
use strongroom_memory::{LockPolicy, SecretArena};
use strongroom_soft::{KeyClosure, RootKey, RootRecord, SoftCustody};
use strongroom_types::{
    EncryptionContext, KeyId, KeySpec, KeyUsageType, Random, RandomError, SealKind, SealPlace, SigningAlgorithmSpec,
};

pub(crate) const STORE: [u8; 16] = *b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f";
pub(crate) const SYMMETRIC: MaterialUsage = MaterialUsage::new(KeySpec::SymmetricDefault, KeyUsageType::EncryptDecrypt);
pub(crate) const SIGNING: MaterialUsage = MaterialUsage::new(KeySpec::EccNistP256, KeyUsageType::SignVerify);

pub(crate) fn provider() -> CryptoProvider {
    strongroom_rustcrypto::provider()
}

pub(crate) fn arena() -> SecretArena {
    SecretArena::new(LockPolicy::BestEffort).unwrap()
}

/// Unlocks by 32 bytes of `byte`.
pub(crate) fn key(byte: u8) -> KeyClosure {
    KeyClosure::new(move |key| {
        key.fill(byte);
        Ok(())
    })
}

pub(crate) fn fresh_root() -> (RootKey, RootRecord) {
    RootKey::create(&provider(), &arena(), STORE, &key(1)).unwrap()
}

pub(crate) fn custody() -> SoftCustody {
    SoftCustody::new(fresh_root().0)
}

pub(crate) fn place(version: u32) -> Place {
    Place {
        account: "111122223333".parse().unwrap(),
        region: "us-east-1".parse().unwrap(),
        key_id: KeyId::from_parts(std::array::from_fn(|i| 0x10 + i as u8), false),
        version,
        creation_id: std::array::from_fn(|i| 0x70 + i as u8),
    }
}

pub(crate) fn identity(made: &Made) -> Identity<'_> {
    match (made.material_id(), made.public_key()) {
        (Some(id), _) => Identity::MaterialId(id),
        (_, Some(key)) => Identity::PublicKey(key),
        _ => panic!("no identity"),
    }
}

pub(crate) fn generate(custody: &dyn Custody, place: &Place, usage: &MaterialUsage) -> Made {
    custody.generate(&GenerateRequest::new(place, usage)).unwrap()
}

pub(crate) fn open(custody: &dyn Custody, place: &Place, usage: &MaterialUsage, made: &Made) -> Arc<dyn KeyHandle> {
    custody.open(made.token(), &Expect::new(place, usage, identity(made))).unwrap()
}

pub(crate) fn seal(key: &dyn KeyHandle, context: &EncryptionContext, message: &[u8]) -> Vec<u8> {
    let mut out = OutBuf::with_limit(6_144);
    let entropy = provider().draw().unwrap();
    key.run(&Op::Seal { context, message, entropy: &entropy }, &mut out).unwrap();
    out.into_vec()
}

pub(crate) fn unseal(
    key: &dyn KeyHandle,
    context: &EncryptionContext,
    blob: &[u8],
) -> Result<Vec<u8>, strongroom_hsm::Error> {
    let mut out = OutBuf::with_limit(6_144);
    key.run(&Op::Unseal { blob, context }, &mut out)?;
    Ok(out.into_vec())
}

/// Checks a signature with the provider alone.
pub(crate) fn verifies(public: &[u8], algorithm: SigningAlgorithmSpec, message: &[u8], signature: &[u8]) -> bool {
    assert_eq!(algorithm, SigningAlgorithmSpec::EcdsaSha256);
    let mut digest = [0; 32];
    provider().digest.digest(DigestAlgorithm::Sha256, &[message], &mut digest).unwrap();
    provider().ecdsa.verify(Curve::P256, public, &digest, signature).is_ok()
}

/// The fields of kind 1.
pub(crate) fn sealed_place(place: &Place, usage: &MaterialUsage) -> SealPlace {
    let version = place.version.to_be_bytes();
    let fields: [&[u8]; 7] = [
        place.account.as_str().as_bytes(),
        place.region.as_str().as_bytes(),
        place.key_id.as_bytes(),
        &version,
        &place.creation_id,
        usage.spec.as_str().as_bytes(),
        usage.usage.as_str().as_bytes(),
    ];
    SealPlace::new(SealKind::KeyVersion, fields.iter().map(|field| field.to_vec()).collect())
}

/// Gives what it was told to, draw by draw, and then bytes that count up.
#[derive(Debug, Default)]
pub(crate) struct Scripted(Mutex<(VecDeque<Vec<u8>>, u64)>);

impl Scripted {
    pub(crate) fn new(draws: impl IntoIterator<Item = Vec<u8>>) -> Arc<Self> {
        Arc::new(Self(Mutex::new((draws.into_iter().collect(), 0))))
    }
}

impl Random for Scripted {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomError> {
        let mut state = self.0.lock().unwrap();
        if let Some(draw) = state.0.pop_front() {
            assert_eq!(draw.len(), out.len(), "the script has another draw here");
            out.copy_from_slice(&draw);
            return Ok(());
        }
        for chunk in out.chunks_mut(8) {
            state.1 += 1;
            let word = state.1.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23).to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        Ok(())
    }
}

pub(crate) fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

pub(crate) fn counting(first: u8, len: u8) -> Vec<u8> {
    (first..first + len).collect()
}
