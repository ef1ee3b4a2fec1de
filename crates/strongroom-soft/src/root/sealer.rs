//! Sealing under the root key.

use strongroom_types::{SealError, SealKind, SealPlace, Sealer, Secret};

use super::*;
use crate::stack::cleared_root;

/// Seals one kind of thing under a root key. Handed out by [`RootKey::sealer`]; it can't open another
/// kind, and has no way to the root key.
#[derive(Debug, Clone)]
pub struct RootSealer {
    root: RootKey,
    kind: SealKind,
}

impl RootKey {
    /// A sealer for one kind.
    #[must_use]
    pub fn sealer(&self, kind: SealKind) -> RootSealer {
        RootSealer { root: self.clone(), kind }
    }
}

impl RootSealer {
    /// Seals anew what is sealed under another generation than the current one; `None` if it is current.
    ///
    /// # Errors
    /// As [`Sealer::open`] and [`Sealer::seal`].
    pub fn reseal(&self, place: &SealPlace, sealed: &[u8]) -> Result<Option<Vec<u8>>, SealError> {
        if self.is_current(sealed) {
            return Ok(None);
        }
        let secret = self.open(place, sealed)?;
        self.seal(place, secret.expose_secret()).map(Some)
    }

    /// As [`Sealer::open`], into locked memory: for keys that outlive a call.
    ///
    /// # Errors
    /// As [`Sealer::open`]; `Unavailable` if there is no locked memory.
    pub fn open_into_slot(&self, place: &SealPlace, sealed: &[u8]) -> Result<SecretSlot, SealError> {
        let secret = self.open(place, sealed)?;
        self.root.arena().store(secret.expose_secret()).map_err(|error| seal_error(error.into()))
    }

    /// Whether sealed bytes say that they are under the current generation.
    #[must_use]
    pub fn is_current(&self, sealed: &[u8]) -> bool {
        generation_of(sealed) == Some(self.root.current())
    }

    fn place(&self, place: &SealPlace) -> Result<sealing::Place, SealError> {
        if place.kind() != self.kind {
            return Err(SealError::WrongKind);
        }
        sealing::Place::new(self.root.store_id(), place.fields()).map_err(|error| seal_error(error.into()))
    }
}

impl Sealer for RootSealer {
    fn kind(&self) -> SealKind {
        self.kind
    }

    fn seal(&self, place: &SealPlace, secret: &[u8]) -> Result<Vec<u8>, SealError> {
        let place = self.place(place)?;
        let provider = self.root.provider();
        let salt_and_iv = provider.draw().map_err(|error| seal_error(error.into()))?;
        let state = self.root.read();
        let generation = state.generations.get(&state.current).ok_or(SealError::UnknownGeneration(state.current))?;
        let header = sealing::Header::new(Family::Root, self.kind as u8, generation.number, &generation.root_id);
        let kdk = generation.kdk().map_err(seal_error)?;
        cleared_root(|| sealing::seal(provider, kdk, &header, &place, &salt_and_iv, secret))
            .map_err(|error| seal_error(error.into()))
    }

    fn open(&self, place: &SealPlace, sealed: &[u8]) -> Result<Secret, SealError> {
        let place = self.place(place)?;
        let header = sealing::Header::parse(sealed).map_err(|_| SealError::Damaged)?;
        let state = self.root.read();
        let unknown = SealError::UnknownGeneration(header.generation());
        let generation = state.generations.get(&header.generation()).ok_or(unknown)?;
        if generation.root_id.first_chunk() != Some(&header.id()) {
            return Err(SealError::Damaged);
        }
        let kdk = generation.kdk().map_err(seal_error)?;
        cleared_root(|| sealing::open(self.root.provider(), kdk, self.kind as u8, &place, sealed))
            .map_err(|error| seal_error(error.into()))
    }
}

/// The generation that sealed bytes say they are under; `None` if they are no sealed bytes. Nothing
/// is proved before they are opened.
#[must_use]
pub fn generation_of(sealed: &[u8]) -> Option<u32> {
    let header = sealing::Header::parse(sealed).ok()?;
    (header.family() == Family::Root).then(|| header.generation())
}

/// As the vocabulary has it.
fn seal_error(error: RootError) -> SealError {
    match error {
        RootError::Damaged(_) => SealError::Damaged,
        RootError::Memory(strongroom_memory::Error::Forked(_)) => SealError::Unavailable("this process is a fork"),
        RootError::Memory(_) => SealError::Unavailable("no locked memory"),
        RootError::Crypto(error) if error.kind() == CryptoErrorKind::Random => {
            SealError::Unavailable("the random generator failed")
        }
        RootError::Crypto(error) if error.kind() == CryptoErrorKind::InvalidInput => {
            SealError::Unavailable("a secret or a place of an impossible length")
        }
        _ => SealError::Unavailable("the provider failed"),
    }
}
