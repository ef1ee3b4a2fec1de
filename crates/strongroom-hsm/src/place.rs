//! Where a key version belongs, and what a caller expects to find there.

use strongroom_types::{AccountId, KeyId, KeySpec, KeyUsageType, Region};

/// The place of one key version. Bound into sealed material, so that it can't be moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "its five fields are bound into sealed bytes and never change")]
pub struct Place {
    /// The account.
    pub account: AccountId,
    /// The Region.
    pub region: Region,
    /// The key.
    pub key_id: KeyId,
    /// The version's number; the first is 1.
    pub version: u32,
    /// A random name of this one creation, recorded before the backend is asked.
    pub creation_id: [u8; 16],
}

/// What the material is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct MaterialUsage {
    /// The kind of key.
    pub spec: KeySpec,
    /// What it may do.
    pub usage: KeyUsageType,
}

impl MaterialUsage {
    /// Material of `spec` for `usage`.
    #[must_use]
    pub const fn new(spec: KeySpec, usage: KeyUsageType) -> Self {
        Self { spec, usage }
    }
}

/// What [`Custody::generate`](crate::Custody::generate) needs to know.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct GenerateRequest<'a> {
    /// Where the version belongs.
    pub place: &'a Place,
    /// What it is for.
    pub usage: &'a MaterialUsage,
    /// The first 16 bytes of the ids of this key's other materials: material whose id begins like
    /// one of them is drawn again.
    pub taken: &'a [[u8; 16]],
}

impl<'a> GenerateRequest<'a> {
    /// A request for the first material of a key.
    #[must_use]
    pub const fn new(place: &'a Place, usage: &'a MaterialUsage) -> Self {
        Self { place, usage, taken: &[] }
    }

    /// With the ids (first 16 bytes) of the key's other materials.
    #[must_use]
    pub const fn taken(mut self, taken: &'a [[u8; 16]]) -> Self {
        self.taken = taken;
        self
    }
}

/// By what the record knows the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Identity<'a> {
    /// The id of secret material, all 32 bytes.
    MaterialId(&'a [u8; 32]),
    /// The public key, a SubjectPublicKeyInfo in DER.
    PublicKey(&'a [u8]),
    /// The fingerprint of HMAC material.
    Fingerprint(&'a [u8; 32]),
}

/// What a caller expects behind a token: from the key's record, never from the token itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Expect<'a> {
    /// Where the version belongs.
    pub place: &'a Place,
    /// What it is for.
    pub usage: &'a MaterialUsage,
    /// Which key it is.
    pub identity: Identity<'a>,
}

impl<'a> Expect<'a> {
    /// Expects this key in this place for this usage.
    #[must_use]
    pub const fn new(place: &'a Place, usage: &'a MaterialUsage, identity: Identity<'a>) -> Self {
        Self { place, usage, identity }
    }
}
