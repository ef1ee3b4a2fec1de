//! A device for tests that keeps its objects outside the store.
//!
//! A [`FakeDevice`] is a table of objects; [`FakeDevice::connect`] gives a backend over it, as often
//! as the strongroom above is closed and opened. Its cryptography is that of another backend. With it
//! (and [`hostile::Faulty`](crate::hostile::Faulty) around it) intents, outcomes and orphans can be
//! tested without a token.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{
    Custody, Description, Destroyed, Error, Expect, GenerateRequest, Health, Identity, ImportJob, KeyHandle, KeyToken,
    Made, MaterialUsage, Place, Probe,
};

/// First bytes of a fake token.
const TOKEN_PREFIX: &[u8] = b"fake\x01";

/// One object in the device.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FakeObject {
    /// Where it was made for; its creation id is the object's id.
    pub place: Place,
    /// What it was made for.
    pub usage: MaterialUsage,
    made: Made,
    inner: KeyToken,
}

struct Shared {
    inner: Arc<dyn Custody>,
    capacity: usize,
    objects: Mutex<BTreeMap<[u8; 16], FakeObject>>,
}

/// The device: clones are the same device, and it outlives every backend that is connected to it.
#[derive(Clone)]
pub struct FakeDevice(Arc<Shared>);

impl fmt::Debug for FakeDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FakeDevice({} objects)", self.table().len())
    }
}

impl FakeDevice {
    /// An empty device that computes with `inner`.
    #[must_use]
    pub fn new(inner: Arc<dyn Custody>) -> Self {
        Self::with_capacity(inner, usize::MAX)
    }

    /// An empty device that takes no more than `capacity` objects.
    #[must_use]
    pub fn with_capacity(inner: Arc<dyn Custody>, capacity: usize) -> Self {
        Self(Arc::new(Shared { inner, capacity, objects: Mutex::default() }))
    }

    /// A backend over this device.
    #[must_use]
    pub fn connect(&self) -> FakeHsm {
        let mut about = self.0.inner.describe().clone();
        about.backend = "fake";
        about.leaves_objects_outside_store = true;
        about.residue = "nothing";
        FakeHsm { device: self.clone(), about }
    }

    /// All objects, by creation id.
    #[must_use]
    pub fn objects(&self) -> Vec<FakeObject> {
        self.table().values().cloned().collect()
    }

    /// Takes an object away behind the backend's back.
    pub fn lose(&self, creation_id: &[u8; 16]) -> bool {
        self.table().remove(creation_id).is_some()
    }

    fn table(&self) -> MutexGuard<'_, BTreeMap<[u8; 16], FakeObject>> {
        self.0.objects.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A backend over a [`FakeDevice`].
pub struct FakeHsm {
    device: FakeDevice,
    about: Description,
}

impl fmt::Debug for FakeHsm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FakeHsm({:?})", self.device)
    }
}

impl FakeHsm {
    fn object(&self, token: &KeyToken) -> Result<FakeObject, Error> {
        let bytes = token.as_bytes().strip_prefix(TOKEN_PREFIX).ok_or(Error::corrupt("the token"))?;
        let (id, _) = bytes.split_first_chunk::<16>().ok_or(Error::corrupt("the token"))?;
        let object = self.device.table().get(id).cloned().ok_or(Error::gone())?;
        if object.made.token() == token { Ok(object) } else { Err(Error::corrupt("the token")) }
    }

    /// Prefix, creation id, and the end of the key's identity, so that a token names one key only.
    fn token(place: &Place, made: &Made) -> Result<KeyToken, Error> {
        let identity: &[u8] = match made.identity() {
            Identity::MaterialId(id) | Identity::Fingerprint(id) => id,
            Identity::PublicKey(key) => key,
        };
        let check = identity.last_chunk::<16>().ok_or(Error::corrupt("the key's identity"))?;
        KeyToken::new([TOKEN_PREFIX, &place.creation_id, check].concat())
    }
}

impl Custody for FakeHsm {
    fn describe(&self) -> &Description {
        &self.about
    }

    fn generate(&self, request: &GenerateRequest<'_>) -> Result<Made, Error> {
        let mut table = self.device.table();
        if let Some(object) = table.get(&request.place.creation_id) {
            return match object.place == *request.place && object.usage == *request.usage {
                true => Ok(object.made.clone()),
                false => Err(Error::conflict("another key has this creation id")),
            };
        }
        if table.len() >= self.device.0.capacity {
            return Err(Error::full("objects"));
        }
        let inner = self.device.0.inner.generate(request)?;
        let token = Self::token(request.place, &inner)?;
        let made = inner.with_token(token);
        let object = FakeObject {
            place: *request.place,
            usage: *request.usage,
            made: made.clone(),
            inner: inner.token().clone(),
        };
        table.insert(request.place.creation_id, object);
        Ok(made)
    }

    fn find(&self, request: &GenerateRequest<'_>) -> Result<Option<KeyToken>, Error> {
        Ok(self.device.table().get(&request.place.creation_id).map(|object| object.made.token().clone()))
    }

    fn begin_import(&self, _: &GenerateRequest<'_>) -> Result<Box<dyn ImportJob>, Error> {
        Err(Error::unsupported("import"))
    }

    fn open(&self, token: &KeyToken, expect: &Expect<'_>) -> Result<Arc<dyn KeyHandle>, Error> {
        self.device.0.inner.open(&self.object(token)?.inner, expect)
    }

    fn renew(&self, token: &KeyToken, expect: &Expect<'_>) -> Result<Option<KeyToken>, Error> {
        self.open(token, expect).map(|_| None)
    }

    fn destroy(&self, token: &KeyToken) -> Result<Destroyed, Error> {
        let object = match self.object(token) {
            Err(Error::Gone(_)) => return Ok(Destroyed::AlreadyAbsent),
            other => other?,
        };
        self.device.table().remove(&object.place.creation_id);
        self.device.0.inner.destroy(&object.inner)?;
        Ok(Destroyed::Erased)
    }

    fn probe(&self, depth: Probe) -> Result<Health, Error> {
        self.device.0.inner.probe(depth)
    }

    fn random(&self, out: &mut [u8]) -> Result<(), Error> {
        self.device.0.inner.random(out)
    }
}
