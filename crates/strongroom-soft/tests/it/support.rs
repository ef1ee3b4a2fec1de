//! What the tests share.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use strongroom_crypto::{CryptoProvider, Curve, DigestAlgorithm, OaepHash, RsaScheme, RsaSize};
use strongroom_hsm::{
    Custody, Error, Expect, GenerateRequest, KeyHandle, Made, MaterialUsage, Op, OutBuf, Place, SignInput, Verb,
};
use strongroom_memory::{LockPolicy, SecretArena};
use strongroom_soft::{KeyClosure, RootKey, RootRecord, SoftCustody};
use strongroom_types::{
    EncryptionAlgorithmSpec, EncryptionContext, KeyId, KeySpec, KeyUsageType, MacAlgorithmSpec, Random, RandomError,
    SealKind, SealPlace, SigningAlgorithmSpec,
};

pub(crate) const STORE: [u8; 16] = *b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f";
pub(crate) const SYMMETRIC: MaterialUsage = MaterialUsage::new(KeySpec::SymmetricDefault, KeyUsageType::EncryptDecrypt);
pub(crate) const SIGNING: MaterialUsage = MaterialUsage::new(KeySpec::EccNistP256, KeyUsageType::SignVerify);

pub(crate) const AUTHENTICATING: MaterialUsage = MaterialUsage::new(KeySpec::Hmac256, KeyUsageType::GenerateVerifyMac);

/// The provider that is tested, with RSA keys from a stock.
pub(crate) fn provider() -> CryptoProvider {
    crate::stock::stocked(crate::tested(Arc::new(strongroom_rustcrypto::SystemRandom)))
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

/// Every kind of key that the backend can make.
pub(crate) fn kinds(custody: &dyn Custody) -> Vec<MaterialUsage> {
    let generate = custody.describe().capabilities.iter().filter_map(|cell| match cell.verb {
        Verb::Generate(usage) => Some(MaterialUsage::new(cell.spec, usage)),
        _ => None,
    });
    generate.collect()
}

pub(crate) fn generate(custody: &dyn Custody, place: &Place, usage: &MaterialUsage) -> Made {
    custody.generate(&GenerateRequest::new(place, usage)).unwrap()
}

pub(crate) fn open(custody: &dyn Custody, place: &Place, usage: &MaterialUsage, made: &Made) -> Arc<dyn KeyHandle> {
    custody.open(made.token(), &Expect::new(place, usage, made.identity())).unwrap()
}

pub(crate) fn seal(key: &dyn KeyHandle, context: &EncryptionContext, message: &[u8]) -> Vec<u8> {
    let mut out = OutBuf::with_limit(6_144);
    let entropy = provider().draw().unwrap();
    key.run(&Op::Seal { context, message, entropy: &entropy }, &mut out).unwrap();
    out.into_vec()
}

pub(crate) fn unseal(key: &dyn KeyHandle, context: &EncryptionContext, blob: &[u8]) -> Result<Vec<u8>, Error> {
    let mut out = OutBuf::with_limit(6_144);
    key.run(&Op::Unseal { blob, context }, &mut out)?;
    Ok(out.into_vec())
}

pub(crate) fn sign(
    key: &dyn KeyHandle,
    algorithm: SigningAlgorithmSpec,
    input: SignInput<'_>,
) -> Result<Vec<u8>, Error> {
    let mut out = OutBuf::with_limit(512);
    key.run(&Op::Sign { algorithm, input }, &mut out)?;
    Ok(out.into_vec())
}

pub(crate) fn mac(key: &dyn KeyHandle, algorithm: MacAlgorithmSpec, message: &[u8]) -> Result<Vec<u8>, Error> {
    let mut out = OutBuf::with_limit(64);
    key.run(&Op::Mac { algorithm, message }, &mut out)?;
    Ok(out.into_vec())
}

/// The curve or the size of a public key, by the object identifiers and lengths that only it has.
enum Public {
    Ecdsa(Curve),
    Rsa(RsaSize),
}

fn public(key: &[u8]) -> Public {
    match key.len() {
        88 => Public::Ecdsa(Curve::Secp256k1),
        91 => Public::Ecdsa(Curve::P256),
        120 => Public::Ecdsa(Curve::P384),
        158 => Public::Ecdsa(Curve::P521),
        294 => Public::Rsa(RsaSize::Rsa2048),
        422 => Public::Rsa(RsaSize::Rsa3072),
        550 => Public::Rsa(RsaSize::Rsa4096),
        other => panic!("a public key of {other} bytes"),
    }
}

/// Checks a signature with the default provider alone.
pub(crate) fn verifies(key: &[u8], algorithm: SigningAlgorithmSpec, message: &[u8], signature: &[u8]) -> bool {
    let name = algorithm.as_str();
    let hash = match name.rsplit('_').next() {
        Some("256") => DigestAlgorithm::Sha256,
        Some("384") => DigestAlgorithm::Sha384,
        _ => DigestAlgorithm::Sha512,
    };
    let scheme = if name.contains("PSS") { RsaScheme::Pss } else { RsaScheme::Pkcs1v15 };
    let mut digest = vec![0; hash.output_len()];
    let provider = strongroom_rustcrypto::provider();
    provider.digest.digest(hash, &[message], &mut digest).unwrap();
    let result = match public(key) {
        Public::Ecdsa(curve) => provider.ecdsa.verify(curve, key, &digest, signature),
        Public::Rsa(size) => provider.rsa.verify(size, key, scheme, hash, &digest, signature),
    };
    result.is_ok()
}

/// Encrypts with the default provider alone.
pub(crate) fn encrypts(key: &[u8], algorithm: EncryptionAlgorithmSpec, message: &[u8]) -> Option<Vec<u8>> {
    let hash = match algorithm {
        EncryptionAlgorithmSpec::RsaesOaepSha1 => OaepHash::Sha1,
        EncryptionAlgorithmSpec::RsaesOaepSha256 => OaepHash::Sha256,
        _ => return None,
    };
    let Public::Rsa(size) = public(key) else { return None };
    let provider = strongroom_rustcrypto::provider();
    Some(provider.rsa.encrypt(size, key, hash, message, &*provider.random).unwrap())
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
