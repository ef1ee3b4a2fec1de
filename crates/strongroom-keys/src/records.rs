//! The records, and their bodies as bytes: CBOR maps with integer keys, ascending, shortest forms.
//!
//! A field's number is never reused. AWS's enumerations stand as their names, so that a new value is an
//! unknown *name*, and is refused, and never a known number with another meaning.

use std::fmt::Display;
use std::str::FromStr;

use minicbor::{Decode, Encode};
use strongroom_types::{
    AccountId, KeyArn, KeyId, KeyLastUsageTrackingOperation, KeyManagerType, KeySpec, KeyUsageType, OriginType, Region,
    RotationType, Timestamp,
};

/// A body that is not what its kind asks for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the body of a `{kind}` record is malformed: {what}")]
#[non_exhaustive]
pub struct RecordError {
    kind: &'static str,
    what: String,
}

/// Encoding of values by their text.
mod text {
    use super::{Display, FromStr};

    pub(super) fn encode<C, T: Display, W: minicbor::encode::Write>(
        value: &T,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.str(&value.to_string())?.ok()
    }

    pub(super) fn decode<C, T: FromStr<Err: Display>>(
        d: &mut minicbor::Decoder<'_>,
        _: &mut C,
    ) -> Result<T, minicbor::decode::Error> {
        d.str()?.parse().map_err(minicbor::decode::Error::message)
    }
}

/// Instants as nanoseconds since the epoch.
mod nanos {
    use super::Timestamp;

    pub(super) fn encode<C, W: minicbor::encode::Write>(
        value: &Timestamp,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.i64(value.as_nanos())?.ok()
    }

    pub(super) fn decode<C>(d: &mut minicbor::Decoder<'_>, _: &mut C) -> Result<Timestamp, minicbor::decode::Error> {
        d.i64().map(Timestamp::from_nanos)
    }
}

macro_rules! optional {
    ($name:ident, $inner:ident, $type:ty) => {
        mod $name {
            use super::*;

            pub(super) fn encode<C, W: minicbor::encode::Write>(
                value: &Option<$type>,
                e: &mut minicbor::Encoder<W>,
                c: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                match value {
                    Some(value) => $inner::encode(value, e, c),
                    None => e.null()?.ok(),
                }
            }

            pub(super) fn decode<C>(
                d: &mut minicbor::Decoder<'_>,
                c: &mut C,
            ) -> Result<Option<$type>, minicbor::decode::Error> {
                $inner::decode(d, c).map(Some)
            }

            pub(super) fn is_nil(value: &Option<$type>) -> bool {
                value.is_none()
            }

            pub(super) fn nil() -> Option<Option<$type>> {
                Some(None)
            }
        }
    };
}

optional!(optional_nanos, nanos, Timestamp);
optional!(optional_rotation, text, RotationType);

macro_rules! body {
    ($type:ident, $kind:literal) => {
        impl $type {
            /// The body's bytes.
            #[must_use]
            pub fn encode_body(&self) -> Vec<u8> {
                let mut out = Vec::with_capacity(256);
                let mut encoder = minicbor::Encoder::new(&mut out);
                // INVARIANT: writing to a vector can't fail, and no field refuses to be encoded.
                let _ = encoder.encode(self);
                out
            }

            /// Reads a body.
            ///
            /// # Errors
            /// Malformed, missing a field, an unknown name of an enumeration, or bytes after the end.
            pub fn decode_body(bytes: &[u8]) -> Result<Self, RecordError> {
                let error = |what: String| RecordError { kind: $kind, what };
                let mut decoder = minicbor::Decoder::new(bytes);
                let value = decoder.decode().map_err(|e| error(e.to_string()))?;
                match decoder.position() == bytes.len() {
                    true => Ok(value),
                    false => Err(error("bytes after the end".into())),
                }
            }
        }
    };
}

/// A waiting period that runs.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
#[expect(clippy::exhaustive_structs, reason = "a plain record")]
pub struct Deletion {
    /// When the key is gone.
    #[cbor(n(0), with = "nanos")]
    pub at: Timestamp,
    /// The window that was asked for, in days.
    #[n(1)]
    pub window_days: u32,
}

/// A key.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
#[expect(clippy::exhaustive_structs, reason = "a plain record; its encoding is what is versioned")]
pub struct KeyRecord {
    /// The key's id.
    #[cbor(n(0), with = "text")]
    pub id: KeyId,
    /// What kind of key it is.
    #[cbor(n(1), with = "text")]
    pub spec: KeySpec,
    /// What it is for.
    #[cbor(n(2), with = "text")]
    pub usage: KeyUsageType,
    /// Where its material comes from.
    #[cbor(n(3), with = "text")]
    pub origin: OriginType,
    /// Who manages it.
    #[cbor(n(4), with = "text")]
    pub manager: KeyManagerType,
    /// When it was made.
    #[cbor(n(5), with = "nanos")]
    pub created: Timestamp,
    /// The owner's description.
    #[n(6)]
    pub description: String,
    /// Whether the owner wants it enabled.
    #[n(7)]
    pub enabled: bool,
    /// A waiting period that runs, if one does.
    #[n(8)]
    pub deletion: Option<Deletion>,
    /// When the material was destroyed, if it was.
    #[cbor(n(9), with = "optional_nanos", has_nil)]
    pub destroyed: Option<Timestamp>,
    /// SHA-256 of the key policy's text; the document is a record of its own, and its absence refuses.
    #[cbor(n(10), with = "minicbor::bytes")]
    pub policy: [u8; 32],
    /// The number of the current version, from 1; 0 while there is no material.
    #[n(11)]
    pub current: u32,
    /// The current version's `KeyMaterialId`; symmetric encryption keys only.
    #[cbor(n(12), with = "minicbor::bytes")]
    pub material: Option<[u8; 32]>,
    /// The suite of the ciphertexts that this key makes; symmetric encryption keys only.
    #[n(13)]
    pub suite: Option<u8>,
    /// The public key, SubjectPublicKeyInfo in DER; asymmetric keys only.
    #[cbor(n(14), with = "minicbor::bytes")]
    pub public_key: Option<Vec<u8>>,
    /// How often the owner rotated on demand.
    #[n(15)]
    pub on_demand_rotations: u32,
    /// Tags, in the order of their keys.
    #[n(16)]
    pub tags: Vec<(String, String)>,
    /// How many aliases point here.
    #[n(17)]
    pub aliases: u32,
    /// The name of the custody backend that holds the material.
    #[n(18)]
    pub custody: String,
    /// The fingerprint of the material; HMAC keys only.
    #[cbor(n(19), with = "minicbor::bytes")]
    pub fingerprint: Option<[u8; 32]>,
    /// Automatic rotation, where it is on.
    #[n(20)]
    pub rotation: Option<RotationSchedule>,
    /// The principal name of the service that a key belongs to (`s3.amazonaws.com`): AWS managed and service-owned keys only.
    #[n(21)]
    pub service: Option<String>,
}
body!(KeyRecord, "key");

impl KeyRecord {
    /// The key's ARN, given where its record lives.
    #[must_use]
    pub fn arn(&self, account: AccountId, region: Region) -> KeyArn {
        KeyArn::new(account, region, self.id)
    }

    /// Whether this is a symmetric encryption key.
    #[must_use]
    pub fn is_symmetric_encryption(&self) -> bool {
        self.spec == KeySpec::SymmetricDefault
    }
}

/// When a key is rotated by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
#[expect(clippy::exhaustive_structs, reason = "a plain record; its encoding is what is versioned")]
pub struct RotationSchedule {
    /// Days from one rotation to the next.
    #[n(0)]
    pub period_days: u32,
    /// When the next one is due. It stands in the index of due work under the same instant.
    #[cbor(n(1), with = "nanos")]
    pub next: Timestamp,
}

/// One version of a key: its sealed material, or what the backend knows it by.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
#[expect(clippy::exhaustive_structs, reason = "a plain record; its encoding is what is versioned")]
pub struct VersionRecord {
    /// The number, from 1.
    #[n(0)]
    pub number: u32,
    /// The random id that made the making of it idempotent.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub creation_id: [u8; 16],
    /// What the custody backend opens.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub token: Vec<u8>,
    /// Its `KeyMaterialId`; symmetric encryption keys only.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub material: Option<[u8; 32]>,
    /// When it was made.
    #[cbor(n(4), with = "nanos")]
    pub created: Timestamp,
    /// How it came to be current; the first version has none.
    #[cbor(n(5), with = "optional_rotation", has_nil)]
    pub rotation: Option<RotationType>,
}
body!(VersionRecord, "key version");

impl std::fmt::Debug for VersionRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VersionRecord").field("number", &self.number).field("token", &"..").finish_non_exhaustive()
    }
}

/// A key policy, as it was submitted.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
#[expect(clippy::exhaustive_structs, reason = "a plain record; its encoding is what is versioned")]
pub struct PolicyRecord {
    /// The document.
    #[n(0)]
    pub document: String,
}
body!(PolicyRecord, "policy");

/// An alias.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
#[expect(clippy::exhaustive_structs, reason = "a plain record; its encoding is what is versioned")]
pub struct AliasRecord {
    /// The key that it points to, in the same account and Region.
    #[cbor(n(0), with = "text")]
    pub target: KeyId,
    /// When it was made.
    #[cbor(n(1), with = "nanos")]
    pub created: Timestamp,
    /// When it was last pointed somewhere.
    #[cbor(n(2), with = "nanos")]
    pub updated: Timestamp,
}
body!(AliasRecord, "alias");

/// The account that owns a key id.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
#[expect(clippy::exhaustive_structs, reason = "a plain record; its encoding is what is versioned")]
pub struct KeyOwnerRecord {
    /// The account.
    #[cbor(n(0), with = "text")]
    pub account: AccountId,
}
body!(KeyOwnerRecord, "key owner");

/// Material that is being made outside the store.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
#[expect(clippy::exhaustive_structs, reason = "a plain record; its encoding is what is versioned")]
pub struct IntentRecord {
    /// The account of the key.
    #[cbor(n(0), with = "text")]
    pub account: AccountId,
    /// Its Region.
    #[cbor(n(1), with = "text")]
    pub region: Region,
    /// Its id.
    #[cbor(n(2), with = "text")]
    pub id: KeyId,
    /// The version that is being made.
    #[n(3)]
    pub version: u32,
    /// What kind of key it is.
    #[cbor(n(4), with = "text")]
    pub spec: KeySpec,
    /// What it is for.
    #[cbor(n(5), with = "text")]
    pub usage: KeyUsageType,
    /// The name of the custody backend that was asked.
    #[n(6)]
    pub custody: String,
}
body!(IntentRecord, "intent");

/// The last successful cryptographic operation with a key.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
#[expect(clippy::exhaustive_structs, reason = "a plain record; its encoding is what is versioned")]
pub struct LastUsageRecord {
    /// Which operation.
    #[cbor(n(0), with = "text")]
    pub operation: KeyLastUsageTrackingOperation,
    /// When.
    #[cbor(n(1), with = "nanos")]
    pub at: Timestamp,
    /// The id of its event, of the copy that the key's owner has.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub event_id: [u8; 16],
    /// The id of the request.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub request_id: Option<[u8; 16]>,
}
body!(LastUsageRecord, "last usage");

/// How much of the log the records of last use cover.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
#[expect(clippy::exhaustive_structs, reason = "a plain record; its encoding is what is versioned")]
pub struct UsageMark {
    /// The log's id.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub log: [u8; 16],
    /// Uses in events before this index are written.
    #[n(1)]
    pub through: u64,
    /// Since when uses are known; absent: since the strongroom was made.
    #[cbor(n(2), with = "optional_nanos", has_nil)]
    pub since: Option<Timestamp>,
}
body!(UsageMark, "usage mark");

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(crate) fn sample_key() -> KeyRecord {
        KeyRecord {
            id: "1234abcd-12ab-34cd-56ef-1234567890ab".parse().unwrap(),
            spec: KeySpec::SymmetricDefault,
            usage: KeyUsageType::EncryptDecrypt,
            origin: OriginType::AwsKms,
            manager: KeyManagerType::Customer,
            created: Timestamp::from_secs(1_795_539_792),
            description: "orders".into(),
            enabled: true,
            deletion: None,
            destroyed: None,
            policy: [7; 32],
            current: 1,
            material: Some([9; 32]),
            suite: Some(1),
            public_key: None,
            on_demand_rotations: 0,
            tags: vec![("team".into(), "a".into())],
            aliases: 0,
            custody: "soft".into(),
            fingerprint: None,
            rotation: None,
            service: None,
        }
    }

    #[test]
    fn bodies_read_back_as_written() {
        let mut key = sample_key();
        assert_eq!(KeyRecord::decode_body(&key.encode_body()).unwrap(), key);
        key.deletion = Some(Deletion { at: Timestamp::from_secs(5), window_days: 7 });
        key.destroyed = Some(Timestamp::from_secs(6));
        key.public_key = Some(vec![1, 2, 3]);
        key.material = None;
        assert_eq!(KeyRecord::decode_body(&key.encode_body()).unwrap(), key);
        let version = VersionRecord {
            number: 2,
            creation_id: [1; 16],
            token: vec![3; 148],
            material: Some([4; 32]),
            created: Timestamp::from_secs(9),
            rotation: Some(RotationType::OnDemand),
        };
        assert_eq!(VersionRecord::decode_body(&version.encode_body()).unwrap(), version);
        assert!(!format!("{version:?}").contains("3, 3"));
    }

    fn sample_version() -> VersionRecord {
        VersionRecord {
            number: 2,
            creation_id: [1; 16],
            token: vec![3; 148],
            material: Some([4; 32]),
            created: Timestamp::from_secs(9),
            rotation: Some(RotationType::OnDemand),
        }
    }

    /// What was written once is read for ever. The files were made by this version; they are never made anew.
    #[test]
    fn golden_bodies_read_as_they_were_written() {
        let alias =
            AliasRecord { target: sample_key().id, created: Timestamp::from_secs(1), updated: Timestamp::from_secs(2) };
        let intent = IntentRecord {
            account: "111122223333".parse().unwrap(),
            region: "us-east-1".parse().unwrap(),
            id: sample_key().id,
            version: 1,
            spec: KeySpec::SymmetricDefault,
            usage: KeyUsageType::EncryptDecrypt,
            custody: "soft".into(),
        };
        let owner = KeyOwnerRecord { account: "111122223333".parse().unwrap() };
        let policy = PolicyRecord { document: "{}".into() };
        let usage = LastUsageRecord {
            operation: KeyLastUsageTrackingOperation::ReEncrypt,
            at: Timestamp::from_secs(3),
            event_id: [5; 16],
            request_id: Some([6; 16]),
        };
        let mark = UsageMark { log: [8; 16], through: 70_000, since: None };
        for (name, now) in [
            ("key-1.cbor", sample_key().encode_body()),
            ("version-1.cbor", sample_version().encode_body()),
            ("alias-1.cbor", alias.encode_body()),
            ("intent-1.cbor", intent.encode_body()),
            ("owner-1.cbor", owner.encode_body()),
            ("policy-1.cbor", policy.encode_body()),
            ("usage-1.cbor", usage.encode_body()),
            ("usage-mark-1.cbor", mark.encode_body()),
        ] {
            let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(name);
            let golden = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            assert_eq!(golden, now, "{name}");
        }
        let read = |name: &str| {
            std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(name)).unwrap()
        };
        assert_eq!(KeyRecord::decode_body(&read("key-1.cbor")).unwrap(), sample_key());
        assert_eq!(VersionRecord::decode_body(&read("version-1.cbor")).unwrap(), sample_version());
        assert_eq!(AliasRecord::decode_body(&read("alias-1.cbor")).unwrap(), alias);
        assert_eq!(IntentRecord::decode_body(&read("intent-1.cbor")).unwrap(), intent);
        assert_eq!(LastUsageRecord::decode_body(&read("usage-1.cbor")).unwrap(), usage);
        assert_eq!(UsageMark::decode_body(&read("usage-mark-1.cbor")).unwrap(), mark);
    }

    #[test]
    fn an_unknown_name_or_trailing_byte_is_refused() {
        let body = sample_key().encode_body();
        let name = body.windows(7).position(|w| w == b"AWS_KMS").unwrap();
        let mut changed = body.clone();
        changed[name] = b'X';
        assert!(KeyRecord::decode_body(&changed).is_err());
        assert!(KeyRecord::decode_body(&[body, vec![0]].concat()).is_err());
    }

    #[test]
    fn a_missing_required_field_is_refused_and_never_defaulted() {
        // {0: key id} alone.
        let mut out = Vec::new();
        minicbor::Encoder::new(&mut out).map(1).unwrap().u8(0).unwrap().str(&sample_key().id.to_string()).unwrap();
        assert!(KeyRecord::decode_body(&out).is_err());
    }

    proptest! {
        #[test]
        fn decoders_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = KeyRecord::decode_body(&bytes);
            let _ = VersionRecord::decode_body(&bytes);
            let _ = AliasRecord::decode_body(&bytes);
            let _ = IntentRecord::decode_body(&bytes);
            let _ = LastUsageRecord::decode_body(&bytes);
            let _ = UsageMark::decode_body(&bytes);
        }

        #[test]
        fn a_damaged_body_is_an_error_or_another_record(at in 0_usize..200, bit in 0_u8..8) {
            let mut body = sample_key().encode_body();
            let at = at % body.len();
            body[at] ^= 1 << bit;
            if let Ok(read) = KeyRecord::decode_body(&body) {
                prop_assert_ne!(read, sample_key());
            }
        }
    }
}
