//! Keys made for the tests.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use strongroom_types::{EncryptionAlgorithmSpec, EncryptionContext, KeyId, MacAlgorithmSpec, SigningAlgorithmSpec};

use super::{Subject, said};
use crate::{
    Custody, Description, Error, Expect, GenerateRequest, KeyHandle, Made, MaterialUsage, Op, OutBuf, Place,
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

    pub(super) fn expect(&self) -> Expect<'_> {
        Expect::new(&self.place, &self.usage, self.made.identity())
    }

    pub(super) fn open(&self, custody: &dyn Custody) -> Result<Arc<dyn KeyHandle>, String> {
        custody.open(self.made.token(), &self.expect()).map_err(said)
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

pub(super) fn sign(
    handle: &dyn KeyHandle,
    algorithm: SigningAlgorithmSpec,
    input: SignInput<'_>,
) -> Result<Vec<u8>, Error> {
    let mut out = OutBuf::with_limit(8_192);
    handle.run(&Op::Sign { algorithm, input }, &mut out)?;
    Ok(out.into_vec())
}

pub(super) fn mac(handle: &dyn KeyHandle, algorithm: MacAlgorithmSpec, message: &[u8]) -> Result<Vec<u8>, Error> {
    let mut out = OutBuf::with_limit(64);
    handle.run(&Op::Mac { algorithm, message }, &mut out)?;
    Ok(out.into_vec())
}

pub(super) fn decrypt(
    handle: &dyn KeyHandle,
    algorithm: EncryptionAlgorithmSpec,
    ciphertext: &[u8],
) -> Result<Vec<u8>, Error> {
    let mut out = OutBuf::with_limit(8_192);
    handle.run(&Op::Decrypt { algorithm, ciphertext }, &mut out)?;
    Ok(out.into_vec())
}

/// A key, opened.
pub(super) type Opened<'a> = (&'a Key, Arc<dyn KeyHandle>);

/// Two keys of one kind.
pub(super) struct Pair {
    pub(super) key: Key,
    pub(super) other: Key,
}

/// A subject with its description and the keys of the tests, which are made once: some take seconds.
pub(super) struct Trial<'a> {
    subject: &'a Subject<'a>,
    about: Description,
    pub(super) pairs: Vec<Pair>,
}

impl<'a> Deref for Trial<'a> {
    type Target = Subject<'a>;

    fn deref(&self) -> &Self::Target {
        self.subject
    }
}

impl<'a> Trial<'a> {
    pub(super) fn begin(subject: &'a Subject<'a>) -> Result<Self, String> {
        let custody = subject.connect();
        let about = custody.describe().clone();
        let pair = |usage| {
            let (key, other) = (Key::generate(&*custody, usage)?, Key::generate(&*custody, usage)?);
            if key.made.identity() == other.made.identity() || key.made.token() == other.made.token() {
                return Err(format!("two keys of {} are one", usage.spec));
            }
            Ok(Pair { key, other })
        };
        let kinds = makable(&about).filter(|usage| subject.kinds.is_none_or(|kinds| kinds.contains(usage)));
        let pairs = kinds.map(pair).collect::<Result<_, _>>()?;
        Ok(Self { subject, about, pairs })
    }

    pub(super) fn end(&self) -> Result<(), String> {
        let custody = self.connect();
        let mut keys = self.pairs.iter().flat_map(|pair| [&pair.key, &pair.other]);
        keys.try_for_each(|key| custody.destroy(key.made.token()).map(drop).map_err(said))
    }

    pub(super) fn about(&self) -> &Description {
        &self.about
    }

    pub(super) fn usages(&self) -> impl Iterator<Item = MaterialUsage> {
        self.pairs.iter().map(|pair| pair.key.usage)
    }

    /// One key of each kind, opened.
    pub(super) fn open_each(&self) -> Result<Vec<Opened<'_>>, String> {
        let custody = self.connect();
        self.pairs.iter().map(|pair| Ok((&pair.key, pair.key.open(&*custody)?))).collect()
    }

    /// Whether keys of this spec and usage can do it.
    pub(super) fn can(&self, usage: MaterialUsage, verb: Verb) -> bool {
        self.about.support(usage.spec, verb).is_some() && verb.usage() == Some(usage.usage)
    }

    pub(super) fn signing_algorithms(&self, usage: MaterialUsage) -> impl Iterator<Item = SigningAlgorithmSpec> {
        SigningAlgorithmSpec::ALL.iter().copied().filter(move |it| self.can(usage, Verb::Sign(*it)))
    }

    pub(super) fn mac_algorithms(&self, usage: MaterialUsage) -> impl Iterator<Item = MacAlgorithmSpec> {
        MacAlgorithmSpec::ALL.iter().copied().filter(move |it| self.can(usage, Verb::Mac(*it)))
    }

    pub(super) fn encryption_algorithms(&self, usage: MaterialUsage) -> impl Iterator<Item = EncryptionAlgorithmSpec> {
        EncryptionAlgorithmSpec::ALL.iter().copied().filter(move |it| self.can(usage, Verb::Decrypt(*it)))
    }
}

/// The spec and usage of every key that the backend can make.
fn makable(about: &Description) -> impl Iterator<Item = MaterialUsage> {
    Verb::all_cells().filter_map(|(spec, verb)| match verb {
        Verb::Generate(usage) => about.support(spec, verb).map(|_| MaterialUsage::new(spec, usage)),
        _ => None,
    })
}
