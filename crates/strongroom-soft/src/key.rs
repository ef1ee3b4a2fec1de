//! Open keys, and the list of them.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};

use strongroom_hsm::{Error, KeyHandle, Op, OutBuf, Suite};
use strongroom_memory::SecretSlot;

use crate::RootKey;
use crate::kind::Kind;

/// The open handles by creation id, so that destroying a key reaches all of them.
#[derive(Debug, Default)]
pub(crate) struct Registry(Mutex<HashMap<[u8; 16], Vec<Weak<SoftKey>>>>);

impl Registry {
    fn lock(&self) -> MutexGuard<'_, HashMap<[u8; 16], Vec<Weak<SoftKey>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(crate) fn handles(&self) -> usize {
        self.lock().values().map(Vec::len).sum()
    }

    #[cfg(test)]
    pub(crate) fn keys(&self) -> usize {
        self.lock().len()
    }

    /// Closes every handle of a key, and waits for their calls in flight.
    pub(crate) fn close_all(&self, creation_id: &[u8; 16]) {
        // Closed outside the lock: a call in flight may take as long as it does.
        let handles = self.lock().remove(creation_id).unwrap_or_default();
        handles.iter().filter_map(Weak::upgrade).for_each(|handle| handle.close());
    }
}

/// One open key version.
pub(crate) struct SoftKey {
    creation_id: [u8; 16],
    kind: Kind,
    /// Empty once closed. Calls hold the read lock, so that closing waits for them.
    secret: RwLock<Option<SecretSlot>>,
    root: RootKey,
    registry: Arc<Registry>,
}

impl SoftKey {
    pub(crate) fn open(
        registry: &Arc<Registry>,
        root: &RootKey,
        creation_id: [u8; 16],
        kind: Kind,
        secret: SecretSlot,
    ) -> Arc<Self> {
        let secret = RwLock::new(Some(secret));
        let key = Arc::new(Self { creation_id, kind, secret, root: root.clone(), registry: Arc::clone(registry) });
        registry.lock().entry(creation_id).or_default().push(Arc::downgrade(&key));
        key
    }
}

impl KeyHandle for SoftKey {
    fn suite(&self) -> Option<Suite> {
        self.kind.suite()
    }

    fn public_key(&self) -> Option<&[u8]> {
        self.kind.public_key()
    }

    fn run(&self, op: &Op<'_>, out: &mut OutBuf) -> Result<(), Error> {
        let secret = self.secret.read().unwrap_or_else(PoisonError::into_inner);
        let slot = secret.as_ref().ok_or(Error::gone())?;
        let bytes = slot.expose_secret().map_err(|_| Error::forked())?;
        self.kind.run(&self.root, bytes, op, out)
    }

    fn close(&self) {
        let secret = self.secret.write().unwrap_or_else(PoisonError::into_inner).take();
        // The slot zeroizes itself.
        drop(secret);
    }
}

impl Drop for SoftKey {
    fn drop(&mut self) {
        let mut open = self.registry.lock();
        if let Some(handles) = open.get_mut(&self.creation_id) {
            handles.retain(|handle| handle.strong_count() > 0);
            if handles.is_empty() {
                open.remove(&self.creation_id);
            }
        }
    }
}

impl fmt::Debug for SoftKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SoftKey({})", self.kind.name())
    }
}
