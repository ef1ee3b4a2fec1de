//! Keys made for the tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use strongroom_types::{EncryptionContext, KeyId, KeySpec, KeyUsageType, MacAlgorithmSpec, SigningAlgorithmSpec};

use super::{Subject, said};
use crate::{
    Custody, Error, Expect, GenerateRequest, Identity, KeyHandle, Made, MaterialUsage, Op, OutBuf, Place,
    SEAL_ENTROPY_LEN, SignInput, Verb,
};

/// Numbers for creation ids and entropy: never the same twice in a process.
static SERIAL: AtomicU64 = AtomicU64::new(1);

/// Sixteen bytes that no other call gives, in this process or (nearly surely) another.
pub(super) fn fresh() -> [u8; 16] {
    let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
    let seed = u64::from(std::process::id()) ^ (std::ptr::from_ref(&SERIAL) as u64).rotate_left(17);
    let mixed =
        |word: u64| word.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mut bytes = [0; 16];
    let words = [mixed(serial ^ seed), mixed(serial.wrapping_add(seed))];
    bytes.iter_mut().zip(words.iter().flat_map(|word| word.to_be_bytes())).for_each(|(to, from)| *to = from);
    bytes
}

pub(super) fn entropy() -> [u8; SEAL_ENTROPY_LEN] {
    let source = [fresh(), fresh(), fresh()].concat();
    let mut bytes = [0; SEAL_ENTROPY_LEN];
    bytes.iter_mut().zip(source).for_each(|(to, from)| *to = from);
    bytes
}

/// A place in a made-up account.
pub(super) fn place() -> Result<Place, String> {
    Ok(Place {
        account: "111122223333".parse().map_err(|error| format!("{error}"))?,
        region: "us-east-1".parse().map_err(|error| format!("{error}"))?,
        key_id: KeyId::from_random(fresh()),
        version: 1,
        creation_id: fresh(),
    })
}

/// A key of the subject, with what a record would know of it.
pub(super) struct Key {
    pub(super) place: Place,
    pub(super) usage: MaterialUsage,
    pub(super) made: Made,
}

impl Key {
    pub(super) fn generate(custody: &dyn Custody, usage: MaterialUsage) -> Result<Self, String> {
        let place = place()?;
        let made = custody.generate(&GenerateRequest::new(&place, &usage)).map_err(said)?;
        Ok(Self { place, usage, made })
    }

    pub(super) fn identity(&self) -> Result<Identity<'_>, String> {
        match (self.made.material_id(), self.made.public_key()) {
            (Some(id), None) => Ok(Identity::MaterialId(id)),
            (None, Some(key)) => Ok(Identity::PublicKey(key)),
            _ => Err("a key has either a material id or a public key".to_owned()),
        }
    }

    pub(super) fn expect(&self) -> Result<Expect<'_>, String> {
        Ok(Expect::new(&self.place, &self.usage, self.identity()?))
    }

    pub(super) fn open(&self, custody: &dyn Custody) -> Result<Arc<dyn KeyHandle>, String> {
        custody.open(self.made.token(), &self.expect()?).map_err(said)
    }

    /// The header of this key's ciphertexts.
    pub(super) fn header(&self, handle: &dyn KeyHandle) -> Result<Vec<u8>, String> {
        let suite = handle.suite().ok_or("a key without a suite seals")?;
        let id = self.made.material_id().ok_or("a key without a material id seals")?;
        let version_id = id.first_chunk::<16>().ok_or("a short material id")?;
        let flags = u8::from(self.place.key_id.is_multi_region());
        Ok([&[0x81, suite.number(), 0, flags], self.place.key_id.as_bytes().as_slice(), version_id].concat())
    }
}

/// The context of most tests: one pair.
pub(super) fn context() -> EncryptionContext {
    EncryptionContext::from_pairs([("k", "v")]).unwrap_or_default()
}

pub(super) fn seal(handle: &dyn KeyHandle, context: &EncryptionContext, message: &[u8]) -> Result<Vec<u8>, Error> {
    let mut out = OutBuf::with_limit(message.len().saturating_add(256));
    handle.run(&Op::Seal { context, message, entropy: &entropy() }, &mut out)?;
    Ok(out.into_vec())
}

pub(super) fn unseal(handle: &dyn KeyHandle, blob: &[u8], context: &EncryptionContext) -> Result<Vec<u8>, Error> {
    let mut out = OutBuf::with_limit(blob.len());
    handle.run(&Op::Unseal { blob, context }, &mut out)?;
    Ok(out.into_vec())
}

pub(super) fn sign(handle: &dyn KeyHandle, algorithm: SigningAlgorithmSpec, message: &[u8]) -> Result<Vec<u8>, Error> {
    let mut out = OutBuf::with_limit(8_192);
    handle.run(&Op::Sign { algorithm, input: SignInput::Message(message) }, &mut out)?;
    Ok(out.into_vec())
}

pub(super) fn mac(handle: &dyn KeyHandle, algorithm: MacAlgorithmSpec, message: &[u8]) -> Result<Vec<u8>, Error> {
    let mut out = OutBuf::with_limit(64);
    handle.run(&Op::Mac { algorithm, message }, &mut out)?;
    Ok(out.into_vec())
}

/// The spec and usage of every key that the subject can make.
pub(super) fn makable(custody: &dyn Custody) -> Vec<MaterialUsage> {
    let cell = |spec: &KeySpec, usage: &KeyUsageType| {
        custody.describe().support(*spec, Verb::Generate(*usage)).map(|_| MaterialUsage::new(*spec, *usage))
    };
    KeySpec::ALL.iter().flat_map(|spec| KeyUsageType::ALL.iter().filter_map(move |usage| cell(spec, usage))).collect()
}

/// A key, opened.
pub(super) type Opened = (Key, Arc<dyn KeyHandle>);

/// One key of each kind, opened.
pub(super) fn one_of_each(subject: &Subject<'_>) -> Result<Vec<Opened>, String> {
    let custody = subject.connect();
    let open = |usage| {
        let key = Key::generate(&*custody, usage)?;
        let handle = key.open(&*custody)?;
        Ok((key, handle))
    };
    makable(&*custody).into_iter().map(open).collect()
}
