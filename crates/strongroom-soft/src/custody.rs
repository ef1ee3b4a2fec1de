//! The backend.

use std::fmt;
use std::sync::Arc;

use strongroom_crypto::{DigestAlgorithm, symmetric};
use strongroom_hsm::{
    Custody, Description, Destroyed, Error, Expect, GenerateRequest, Health, ImportJob, KeyHandle, KeyToken, Made,
    Material, MaterialUsage, Place, Probe, Suite, Validation,
};
use strongroom_memory::SecretSlot;
use strongroom_types::{KeyId, SealError, SealKind, SealPlace, Sealer};

use crate::key::{Registry, SoftKey};
use crate::kind::{self, Kind};
use crate::root::{RootSealer, generation_of};
use crate::stack::cleared_symmetric;
use crate::{RootError, RootKey};

/// First byte of a token.
const TOKEN_VERSION: u8 = 1;
/// How often material is drawn before a generator that repeats itself is given up on.
const DRAWS: usize = 8;

/// Custody in software: a key's token is its material, sealed in its place under the root key.
///
/// Material is in this process's locked memory while a handle is open, and nowhere else between
/// calls. `token = 0x01 ‖ creation id(16) ‖ sealed material`.
///
/// ```
/// use strongroom_hsm::{Custody, Expect, GenerateRequest, Identity, MaterialUsage, Op, OutBuf, Place};
/// use strongroom_memory::{LockPolicy, SecretArena};
/// use strongroom_soft::{KeyClosure, RootKey, SoftCustody};
/// use strongroom_types::{EncryptionContext, KeyId, KeySpec, KeyUsageType};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let provider = strongroom_rustcrypto::provider();
/// let arena = SecretArena::new(LockPolicy::BestEffort)?;
/// let (root, _record) = RootKey::create(&provider, &arena, [1; 16], &KeyClosure::new(|key| Ok(key.fill(7))))?;
/// let custody = SoftCustody::new(root);
///
/// let (account, region) = ("111122223333".parse()?, "us-east-1".parse()?);
/// let place = Place { account, region, key_id: KeyId::from_random([2; 16]), version: 1, creation_id: [3; 16] };
/// let usage = MaterialUsage::new(KeySpec::SymmetricDefault, KeyUsageType::EncryptDecrypt);
/// let made = custody.generate(&GenerateRequest::new(&place, &usage))?;
/// let id = made.material_id().ok_or("a symmetric key has one")?;
/// let key = custody.open(made.token(), &Expect::new(&place, &usage, Identity::MaterialId(id)))?;
///
/// let (mut blob, mut opened) = (OutBuf::with_limit(4_096), OutBuf::with_limit(4_096));
/// let context = &EncryptionContext::EMPTY;
/// key.run(&Op::Seal { context, message: b"attack at dawn", entropy: &provider.draw()? }, &mut blob)?;
/// key.run(&Op::Unseal { blob: blob.as_bytes(), context }, &mut opened)?;
/// assert_eq!(opened.as_bytes(), b"attack at dawn");
/// # Ok(())
/// # }
/// ```
pub struct SoftCustody {
    root: RootKey,
    sealer: RootSealer,
    about: Description,
    open: Arc<Registry>,
}

impl SoftCustody {
    /// Custody of keys sealed under this root key, with its provider and its memory.
    #[must_use]
    pub fn new(root: RootKey) -> Self {
        let mut about = Description::new("soft", env!("CARGO_PKG_VERSION"), Material::InProcess);
        about.capabilities = kind::capabilities(root.provider());
        about.suite = Some(Suite::One);
        about.limits.message_len = Some(symmetric::MAX_PLAINTEXT);
        about.residue = "older copies of the store hold the sealed material, and open with a root key of their time";
        about.validation = validation(&root);
        Self { sealer: root.sealer(SealKind::KeyVersion), root, about, open: Arc::default() }
    }

    /// Where a key version's material is sealed (formats, kind 1).
    fn place(place: &Place, usage: &MaterialUsage) -> SealPlace {
        let Place { account, region, key_id, version, creation_id } = place;
        let fields: [&[u8]; 7] = [
            account.as_str().as_bytes(),
            region.as_str().as_bytes(),
            key_id.as_bytes(),
            &version.to_be_bytes(),
            creation_id,
            usage.spec.as_str().as_bytes(),
            usage.usage.as_str().as_bytes(),
        ];
        SealPlace::new(SealKind::KeyVersion, fields.into_iter().map(<[u8]>::to_vec).collect())
    }

    fn token(place: &Place, sealed: &[u8]) -> Result<KeyToken, Error> {
        KeyToken::new([&[TOKEN_VERSION], place.creation_id.as_slice(), sealed].concat())
    }

    /// The material behind a token, proved to be what is expected, as a handle keeps it.
    fn unseal(&self, token: &KeyToken, expect: &Expect<'_>) -> Result<(Kind, SecretSlot), Error> {
        let (creation_id, sealed) = parse(token)?;
        if *creation_id != expect.place.creation_id {
            return Err(Error::corrupt("the token is of another key"));
        }
        let material = self.sealer.open(&Self::place(expect.place, expect.usage), sealed).map_err(from_seal_error)?;
        Kind::open(&self.root, material.expose_secret(), expect)
    }
}

impl Custody for SoftCustody {
    fn describe(&self) -> &Description {
        &self.about
    }

    fn generate(&self, request: &GenerateRequest<'_>) -> Result<Made, Error> {
        for _ in 0..DRAWS {
            let fresh = kind::draw(&self.root, request.usage, request.place.key_id)?;
            if fresh.version_id().is_some_and(|id| request.taken.contains(&id)) {
                continue;
            }
            let place = Self::place(request.place, request.usage);
            let sealed = self.sealer.seal(&place, fresh.material()?).map_err(from_seal_error)?;
            let token = Self::token(request.place, &sealed)?;
            return Ok(fresh.made(token));
        }
        Err(Error::corrupt("the random generator repeats itself"))
    }

    fn find(&self, _: &GenerateRequest<'_>) -> Result<Option<KeyToken>, Error> {
        Ok(None)
    }

    fn begin_import(&self, _: &GenerateRequest<'_>) -> Result<Box<dyn ImportJob>, Error> {
        Err(Error::unsupported("import"))
    }

    fn open(&self, token: &KeyToken, expect: &Expect<'_>) -> Result<Arc<dyn KeyHandle>, Error> {
        let (kind, secret) = self.unseal(token, expect)?;
        Ok(SoftKey::open(&self.open, &self.root, expect.place.creation_id, kind, secret))
    }

    fn renew(&self, token: &KeyToken, expect: &Expect<'_>) -> Result<Option<KeyToken>, Error> {
        let (_, sealed) = parse(token)?;
        if self.sealer.is_current(sealed) {
            return Ok(None);
        }
        // Opened whole, so that nothing is carried on that is not the record's key.
        self.unseal(token, expect)?;
        let renewed = self.sealer.reseal(&Self::place(expect.place, expect.usage), sealed).map_err(from_seal_error)?;
        renewed.map(|sealed| Self::token(expect.place, &sealed)).transpose()
    }

    fn destroy(&self, token: &KeyToken) -> Result<Destroyed, Error> {
        let (creation_id, _) = parse(token)?;
        self.open.close_all(creation_id);
        Ok(Destroyed::EraseToken)
    }

    fn probe(&self, depth: Probe) -> Result<Health, Error> {
        let computes = match depth {
            Probe::Answers => true,
            _ => known_answer(&self.root)?,
        };
        let memory = self.root.arena().status().map_err(|_| Error::forked())?;
        match (computes, memory.unlocked_bytes) {
            (false, _) => Err(Error::corrupt("the provider computes a wrong answer")),
            (true, 0) => Ok(Health::Ready),
            (true, _) => Ok(Health::Degraded("a part of the secret memory is not locked")),
        }
    }

    fn random(&self, out: &mut [u8]) -> Result<(), Error> {
        // Notices a fork, after which a generator that was handed in could say what the parent's says.
        self.root.arena().status().map_err(|_| Error::forked())?;
        self.root.provider().random.fill(out).map_err(|error| from_root_error(error.into()))
    }
}

impl fmt::Debug for SoftCustody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SoftCustody({:?})", self.root)
    }
}

/// Creation id and sealed material.
fn parse(token: &KeyToken) -> Result<(&[u8; 16], &[u8]), Error> {
    let damaged = Error::corrupt("the token");
    let Some((&TOKEN_VERSION, rest)) = token.as_bytes().split_first() else { return Err(damaged) };
    let Some((creation_id, sealed)) = rest.split_first_chunk() else { return Err(damaged) };
    match generation_of(sealed) {
        Some(_) => Ok((creation_id, sealed)),
        None => Err(damaged),
    }
}

/// The commitment of the known answer of formats §8: K = 00..1f, key id 10..1f, salt 80..9f, no
/// context; computed over suite 1 as messages are.
fn known_answer(root: &RootKey) -> Result<bool, Error> {
    let provider = root.provider();
    let key_id = KeyId::from_parts(*b"\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f", false);
    let mut material = [0_u8; 32];
    material.iter_mut().zip(0..).for_each(|(byte, value)| *byte = value);
    let mut kdk = [0; 32];
    let id = cleared_symmetric(|| {
        symmetric::derive_kdk(provider, &material, &key_id, &mut kdk)?;
        symmetric::key_material_id(provider, symmetric::Kdk::new(&kdk)?, &key_id)
    });
    let id = id.map_err(|error| from_root_error(error.into()))?;
    Ok(id.to_string() == "ada817778bfe834c22494133fc5a62e75a351c98d6901b138fc7482b4d5e668a")
}

/// The least that the parts in use can claim.
fn validation(root: &RootKey) -> Validation {
    use strongroom_crypto::Validation as Claim;
    let provider = root.provider();
    let first = provider.aead.validation(32);
    let hashes = DigestAlgorithm::ALL.iter().map(|hash| provider.digest.validation(*hash));
    match first {
        Claim::Fips140 { module, certificate } if hashes.chain(kind::validations(provider)).all(|it| it == first) => {
            Validation::Module {
                name: provider.name().to_owned(),
                version: module.to_owned(),
                certificate: certificate.map(|number| number.to_string()),
            }
        }
        _ => Validation::None,
    }
}

fn from_seal_error(error: SealError) -> Error {
    match error {
        SealError::UnknownGeneration(_) => Error::corrupt("the token is under a root key generation that is not here"),
        SealError::Unavailable("this process is a fork") => Error::forked(),
        SealError::Unavailable(what) => Error::full(what),
        _ => Error::corrupt("the token does not open in its place"),
    }
}

/// As the traits have it.
pub(crate) fn from_root_error(error: RootError) -> Error {
    use strongroom_crypto::CryptoErrorKind as Crypto;
    match error {
        RootError::Memory(strongroom_memory::Error::Forked(_)) => Error::forked(),
        RootError::Memory(_) => Error::full(
            "no more memory can be locked: raise RLIMIT_MEMLOCK, keep fewer handles open, or choose `LockPolicy::BestEffort`",
        ),
        RootError::Crypto(error) => match error.kind() {
            Crypto::Unsupported => Error::unsupported("the provider lacks the algorithm"),
            Crypto::InvalidInput => Error::invalid_input("a length that the algorithm does not allow"),
            Crypto::Random => Error::retry(std::time::Duration::from_millis(100)),
            _ => Error::corrupt("the provider failed"),
        },
        _ => Error::corrupt("the root key"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use strongroom_hsm::Identity;
    use strongroom_memory::{LockPolicy, SecretArena};
    use strongroom_types::{KeySpec, KeyUsageType};

    #[test]
    fn handles_that_are_dropped_leave_nothing_in_the_registry() {
        let arena = SecretArena::new(LockPolicy::BestEffort).unwrap();
        let unlock = crate::KeyClosure::new(|key| {
            key.fill(1);
            Ok(())
        });
        let (root, _) = RootKey::create(&strongroom_rustcrypto::provider(), &arena, [1; 16], &unlock).unwrap();
        let custody = SoftCustody::new(root);
        let place = Place {
            account: "111122223333".parse().unwrap(),
            region: "us-east-1".parse().unwrap(),
            key_id: KeyId::from_random([2; 16]),
            version: 1,
            creation_id: [3; 16],
        };
        let usage = MaterialUsage::new(KeySpec::SymmetricDefault, KeyUsageType::EncryptDecrypt);
        let made = custody.generate(&GenerateRequest::new(&place, &usage)).unwrap();
        let expect = Expect::new(&place, &usage, Identity::MaterialId(made.material_id().unwrap()));
        let handles = [custody.open(made.token(), &expect).unwrap(), custody.open(made.token(), &expect).unwrap()];
        assert_eq!(custody.open.handles(), 2);
        let [first, second] = handles;
        drop(first);
        assert_eq!(custody.open.handles(), 1);
        drop(second);
        assert_eq!((custody.open.handles(), custody.open.keys()), (0, 0));
    }
}
