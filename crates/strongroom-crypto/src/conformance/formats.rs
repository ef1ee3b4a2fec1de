//! The constructions, against the known answers that stand beside their formats.

use std::collections::HashSet;
use std::sync::Arc;

use strongroom_types::{EncryptionContext, KeyId};

use super::random::Failing;
use super::{hex, refused, run_of};
use crate::record::{Record, backup_trailer, fingerprint, record_tag, verify_backup_trailer, verify_record_tag};
use crate::sealing::{self, Family, Place, SealingKdk};
use crate::symmetric::{
    self, Header, HeaderError, Kdk, KeyMaterialId, MAX_BLOB, MAX_PLAINTEXT, MIN_BLOB, OVERHEAD, derive_kdk,
    key_material_id,
};
use crate::{CryptoErrorKind, CryptoProvider, DigestAlgorithm, MacAlgorithm};

const PLAINTEXT: &[u8] = b"attack at dawn";
const REFUSED: CryptoErrorKind = CryptoErrorKind::Verification;

fn key_id() -> KeyId {
    KeyId::from_parts(run_of(0x10), false)
}

fn material() -> [u8; 32] {
    run_of(0)
}

fn salt_and_iv() -> [u8; 44] {
    let parts: [&[u8]; 2] = [&run_of::<32>(0x80), &run_of::<12>(0xa0)];
    parts.concat().try_into().unwrap()
}

pub(super) fn context() -> EncryptionContext {
    EncryptionContext::from_pairs([("tenant", "42"), ("app", "orders")]).unwrap()
}

/// Any header: that of the inner layer's known answer.
pub(super) fn header() -> Header {
    Header::new(key_id(), run_of(0x20))
}

fn kdk(p: &CryptoProvider, material: &[u8], key_id: &KeyId) -> [u8; 32] {
    let mut out = [0; 32];
    derive_kdk(p, material, key_id, &mut out).unwrap();
    out
}

fn seal(p: &CryptoProvider, kdk: &[u8], header: &Header, context: &EncryptionContext) -> Vec<u8> {
    let mut out = Vec::new();
    symmetric::seal(p, Kdk::new(kdk).unwrap(), header, context, &salt_and_iv(), PLAINTEXT, &mut out).unwrap();
    out
}

/// T(1) and T(2), written once more from the format's text.
pub(super) fn message_keys(
    p: &CryptoProvider,
    kdk: Kdk<'_>,
    header: &[u8],
    context: &EncryptionContext,
    salt: &[u8; 32],
) -> ([u8; 32], [u8; 32]) {
    let mut ad = [b"strongroom/sym/1/ad\0", header].concat();
    context.encode_into(&mut ad);
    let mut digest = [0; 32];
    p.digest.digest(DigestAlgorithm::Sha256, &[&ad], &mut digest).unwrap();
    let t = |i: u8| {
        let input: [&[u8]; 5] = [&[0, 0, 0, i], b"strongroom/sym/1/key\0", salt, &digest, &[0, 0, 2, 0]];
        let mut out = [0; 32];
        p.mac.compute(MacAlgorithm::HmacSha256, kdk.bytes(), &[&input.concat()], &mut out).unwrap();
        out
    };
    (t(1), t(2))
}

/// One key version opened: what the known answer has for it.
fn known(p: &CryptoProvider) -> ([u8; 32], Header) {
    let kdk = kdk(p, &material(), &key_id());
    let id = key_material_id(p, Kdk::new(&kdk).unwrap(), &key_id()).unwrap();
    (kdk, Header::new(key_id(), id.version_id()))
}

pub(super) fn suite_one_known_answer(p: &CryptoProvider) {
    let (kdk, header) = known(p);
    assert_eq!(kdk.to_vec(), hex("ad29495d8ba0043e9245e4009fe9e87522289753481423aad0007830b2e57c48"));
    let id = key_material_id(p, Kdk::new(&kdk).unwrap(), &key_id()).unwrap();
    assert_eq!(id.to_string(), "ada817778bfe834c22494133fc5a62e75a351c98d6901b138fc7482b4d5e668a");
    assert_eq!(KeyMaterialId::from_bytes(*id.as_bytes()), id);
    assert_eq!(header.encode()[..4], [0x81, 1, 0, 0]);
    let (t1, t2) = message_keys(p, Kdk::new(&kdk).unwrap(), &header.encode(), &context(), &run_of(0x80));
    assert_eq!(t1.to_vec(), hex("8e21fad6e0653e473d890066bd3bf9b2bc79921b72d6fdee6393b2e6c38a9768"));
    assert_eq!(t2.to_vec(), hex("1cebed9b9855083490ef4d37102183b6ea794803053660b79b58b882892e4e50"));
    let blob = seal(p, &kdk, &header, &context());
    let expected: [&[u8]; 5] = [
        &header.encode(),
        &run_of::<32>(0x80),
        &t2,
        &run_of::<12>(0xa0),
        &hex("986f4e93f5bdd6ca6e80a3981287c091300657bbfdfcf100e783133a7ae3"),
    ];
    assert_eq!(blob, expected.concat());
    assert_eq!(blob.len(), 142);
    assert_eq!(Header::parse(&blob).unwrap(), header);
    let opened = symmetric::open(p, Kdk::new(&kdk).unwrap(), &context(), &blob).unwrap();
    assert_eq!(opened.expose_secret(), PLAINTEXT);
}

/// The layer below the extraction, with a KDK that was not derived.
pub(super) fn suite_one_inner_layer(p: &CryptoProvider) {
    let blob = seal(p, &material(), &header(), &context());
    assert_eq!(blob[68..100], hex("c8c85ff66edad775d35e349bd6a91598478cf0232e3c2ec898ce9a84090d6bca"));
    assert_eq!(blob[112..], hex("cb38b77d9954bf87cd853da08d87c17e81fd9ea865acd4cabbe96aa4c7f1"));
}

pub(super) fn suite_one_every_bit(p: &CryptoProvider) {
    let (kdk, header) = known(p);
    let blob = seal(p, &kdk, &header, &context());
    for bit in 0..blob.len() * 8 {
        let mut changed = blob.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        refused(symmetric::open(p, Kdk::new(&kdk).unwrap(), &context(), &changed), REFUSED);
        let parsed = Header::parse(&changed);
        match bit / 8 {
            0 => assert_eq!(parsed, Err(HeaderError::Version(changed[0]))),
            1 => assert_eq!(parsed, Err(HeaderError::Suite(changed[1]))),
            3 if bit == 24 => assert!(parsed.unwrap().key_id().is_multi_region()),
            2 | 3 => assert_eq!(parsed, Err(HeaderError::Flags(u16::from_be_bytes([changed[2], changed[3]])))),
            4..36 => assert_ne!(parsed.unwrap(), header),
            _ => assert_eq!(parsed.unwrap(), header),
        }
    }
}

pub(super) fn suite_one_every_length(p: &CryptoProvider) {
    let (kdk, header) = known(p);
    let blob = seal(p, &kdk, &header, &context());
    let open = |blob: &[u8]| symmetric::open(p, Kdk::new(&kdk).unwrap(), &context(), blob);
    for len in 0..blob.len() {
        refused(open(&blob[..len]), REFUSED);
        refused(open(&blob[blob.len() - len..]), REFUSED);
        assert_eq!(Header::parse(&blob[..len]).is_err(), len < MIN_BLOB);
    }
    for byte in 0..=255 {
        refused(open(&[&blob[..], &[byte]].concat()), REFUSED);
    }
    for len in [MAX_BLOB, MAX_BLOB + 1] {
        let mut long = blob.clone();
        long.resize(len, 0);
        refused(open(&long), REFUSED);
        assert_eq!(Header::parse(&long).is_err(), len > MAX_BLOB);
    }
}

pub(super) fn suite_one_context(p: &CryptoProvider) {
    let (kdk, header) = known(p);
    let contexts: Vec<EncryptionContext> = [
        vec![],
        vec![("", "")],
        vec![("a", "")],
        vec![("", "a")],
        vec![("a", "b")],
        vec![("a\0", "b")],
        vec![("a", "b"), ("c", "d")],
        vec![("a", "b\0\u{1}c\0\u{1}d")],
        vec![("A", "b")],
        vec![("e\u{301}", "")],
        vec![("\u{e9}", "")],
        vec![("\u{ff5e}", "1"), ("\u{1f511}", "2")],
    ]
    .into_iter()
    .map(|pairs| EncryptionContext::from_pairs(pairs).unwrap())
    .collect();
    for (i, sealed_in) in contexts.iter().enumerate() {
        let blob = seal(p, &kdk, &header, sealed_in);
        for (j, opened_in) in contexts.iter().enumerate() {
            let opened = symmetric::open(p, Kdk::new(&kdk).unwrap(), opened_in, &blob);
            assert_eq!(opened.map(|_| ()).map_err(|e| e.kind()), if i == j { Ok(()) } else { Err(REFUSED) });
        }
    }
    let turned = EncryptionContext::from_pairs([("app", "orders"), ("tenant", "42")]).unwrap();
    assert_eq!(seal(p, &kdk, &header, &context()), seal(p, &kdk, &header, &turned));
    assert_eq!(seal(p, &kdk, &header, &contexts[0]), seal(p, &kdk, &header, &EncryptionContext::default()));
}

pub(super) fn suite_one_key_ids(p: &CryptoProvider) {
    let other = KeyId::from_parts(run_of(0x11), false);
    let (one, two) = (kdk(p, &material(), &key_id()), kdk(p, &material(), &other));
    assert_ne!(one, two);
    let id = |kdk: &[u8; 32], key: &KeyId| key_material_id(p, Kdk::new(kdk).unwrap(), key).unwrap();
    assert_ne!(id(&one, &key_id()), id(&two, &other));
    assert!(!format!("{:?}", Kdk::new(&one).unwrap()).contains("ad"));
    // The header of the one in front of the blob of the other.
    let mut blob = seal(p, &one, &Header::new(key_id(), id(&one, &key_id()).version_id()), &context());
    blob[..36].copy_from_slice(&Header::new(other, id(&two, &other).version_id()).encode());
    refused(symmetric::open(p, Kdk::new(&one).unwrap(), &context(), &blob), REFUSED);
    refused(symmetric::open(p, Kdk::new(&two).unwrap(), &context(), &blob), REFUSED);
    // Another version of the same key.
    let mut blob = seal(p, &one, &Header::new(key_id(), run_of(1)), &context());
    blob[20..36].copy_from_slice(&run_of::<16>(2));
    refused(symmetric::open(p, Kdk::new(&one).unwrap(), &context(), &blob), REFUSED);
    // Replicas share id and material, whatever their Region: one KDK, one identity, and blobs that open both ways.
    let replica = KeyId::from_parts(run_of(0x10), true);
    let header = Header::new(replica, run_of(3));
    assert_eq!(header.encode()[2..4], [0, 1]);
    assert_eq!(kdk(p, &material(), &replica), one);
    let blob = seal(p, &one, &header, &context());
    assert_eq!(Header::parse(&blob).unwrap(), header);
    symmetric::open(p, Kdk::new(&one).unwrap(), &context(), &blob).unwrap();
}

/// The same 32 bytes as a key that computes MACs for whoever asks.
pub(super) fn suite_one_material_as_hmac_key(p: &CryptoProvider) {
    let (kdk, header) = known(p);
    let blob = seal(p, &kdk, &header, &context());
    let mut ad = [b"strongroom/sym/1/ad\0", &header.encode()[..]].concat();
    context().encode_into(&mut ad);
    let mut digest = [0; 32];
    p.digest.digest(DigestAlgorithm::Sha256, &[&ad], &mut digest).unwrap();
    let t = |i: u8| [&[0, 0, 0, i][..], b"strongroom/sym/1/key\0", &blob[36..68], &digest, &[0, 0, 2, 0]].concat();
    let id = [&[0, 0, 0, 1][..], b"strongroom/sym/1/id\0", key_id().as_bytes(), &[0, 0, 1, 0]].concat();
    let extraction = [&material()[..], key_id().as_bytes()].concat();
    let forbidden = [&kdk[..], &blob[68..100]];
    for message in [t(1), t(2), id, extraction, b"strongroom/sym/1/kdk".to_vec()] {
        let mut mac = [0; 32];
        p.mac.compute(MacAlgorithm::HmacSha256, &material(), &[&message], &mut mac).unwrap();
        assert!(!forbidden.contains(&&mac[..]));
        assert_ne!(mac, *key_material_id(p, Kdk::new(&kdk).unwrap(), &key_id()).unwrap().as_bytes());
        refused(symmetric::open(p, Kdk::new(&mac).unwrap(), &context(), &blob), REFUSED);
        let (iv, text, tag) = (&blob[100..112], &mut blob[112..126].to_vec(), &blob[126..]);
        let opened = p.aead.open_once(&mac, iv.try_into().unwrap(), &ad[20..], text, tag.try_into().unwrap());
        refused(opened, REFUSED);
    }
}

pub(super) fn suite_one_limits(p: &CryptoProvider) {
    for len in [0, 1, 16, 31, 33, 64, 65] {
        refused(derive_kdk(p, &vec![0; len], &key_id(), &mut [0; 32]), CryptoErrorKind::InvalidKey);
        refused(Kdk::new(&vec![0; len]), CryptoErrorKind::InvalidKey);
    }
    let kdk = run_of::<32>(0);
    let kdk = Kdk::new(&kdk).unwrap();
    for len in [0, MAX_PLAINTEXT + 1] {
        let mut out = b"before".to_vec();
        let sealed = symmetric::seal(p, kdk, &header(), &context(), &salt_and_iv(), &vec![7; len], &mut out);
        refused(sealed, CryptoErrorKind::InvalidInput);
        assert_eq!(out, b"before");
    }
    for len in [1, 2, 15, 16, 17, 4095, MAX_PLAINTEXT] {
        let mut out = b"before".to_vec();
        symmetric::seal(p, kdk, &header(), &context(), &salt_and_iv(), &vec![7; len], &mut out).unwrap();
        assert_eq!((&out[..6], out.len()), (&b"before"[..], 6 + len + OVERHEAD));
        let opened = symmetric::open(p, kdk, &context(), &out[6..]).unwrap();
        assert_eq!(opened.expose_secret(), vec![7; len]);
    }
}

pub(super) fn suite_one_failed_draw(p: &CryptoProvider) {
    let mut broken = p.clone();
    broken.random = Arc::new(Failing);
    let mut out = b"before".to_vec();
    let kdk = run_of::<32>(0);
    let sealed = symmetric::seal_fresh(&broken, Kdk::new(&kdk).unwrap(), &header(), &context(), PLAINTEXT, &mut out);
    refused(sealed, CryptoErrorKind::Random);
    assert_eq!(out, b"before");
}

/// A place of kind 1, in the store 60..6f.
fn version_place(region: &str, version: u32, usage: &str) -> Place {
    let (key, version, creation) = (run_of::<16>(0x10), version.to_be_bytes(), run_of::<16>(0x70));
    let fields: [&[u8]; 7] =
        [b"111122223333", region.as_bytes(), &key, &version, &creation, b"SYMMETRIC_DEFAULT", usage.as_bytes()];
    Place::new(&run_of(0x60), fields).unwrap()
}

fn sealing_kdk(p: &CryptoProvider, family: Family, key: u8, store: u8) -> [u8; 32] {
    let mut out = [0; 32];
    sealing::derive_kdk(p, family, &run_of::<32>(key), &run_of(store), &mut out).unwrap();
    out
}

pub(super) fn sealing_known_answer(p: &CryptoProvider) {
    let kdk = sealing_kdk(p, Family::Root, 0x40, 0x60);
    let kdk = SealingKdk::new(Family::Root, &kdk).unwrap();
    let root_id = sealing::root_id(p, kdk, &run_of(0x60)).unwrap();
    assert_eq!(root_id.to_vec(), hex("645e6e925ef261b99b6150780eb0b330e9c57d38f5a927834f100d1f9f0c1f70"));
    let header = sealing::Header::new(Family::Root, 1, 1, &root_id);
    let place = version_place("us-east-1", 1, "ENCRYPT_DECRYPT");
    let sealed = sealing::seal(p, kdk, &header, &place, &salt_and_iv(), &material()).unwrap();
    let expected: [&[u8]; 6] = [
        &[0x82, 1, 1, 0, 0, 0, 0, 1],
        &root_id[..16],
        &run_of::<32>(0x80),
        &hex("73f7638315e49145173abbe7ad3d98c144e254e59e1fd50ff6d363bd91392080"),
        &run_of::<12>(0xa0),
        &hex("f2f1d35f173935414c9892ad7984d6347186f0bd0c05be3daa0ac098ebeedb7cfb8a36314ecb4ceeaa9aab9eaff7dd41"),
    ];
    assert_eq!(sealed, expected.concat());
    assert_eq!(sealed.len(), 148);
    assert_eq!(sealing::Header::parse(&sealed).unwrap(), header);
    assert_eq!(sealing::open(p, kdk, 1, &place, &sealed).unwrap().expose_secret(), material());
}

/// For each ordered pair of sealed things that differ in kind, Region, version, usage, store, root
/// key (each generation has its own), family or one field: the bytes of the one do not open as the other.
pub(super) fn sealing_places(p: &CryptoProvider) {
    let store = run_of(0x60);
    let place = |fields: &[&[u8]]| Place::new(&store, fields).unwrap();
    let region = version_place("us-east-1", 1, "ENCRYPT_DECRYPT");
    let things: Vec<(Family, u8, u8, u8, u32, Place)> = vec![
        (Family::Root, 0x40, 0x60, 1, 1, region.clone()),
        (Family::Root, 0x42, 0x60, 1, 2, region.clone()),
        (Family::Root, 0x41, 0x60, 1, 1, region.clone()),
        (Family::Root, 0x40, 0x61, 1, 1, region.clone()),
        (Family::Slot, 0x40, 0x60, 1, 1, region.clone()),
        (Family::Root, 0x40, 0x60, 1, 1, version_place("us-east-2", 1, "ENCRYPT_DECRYPT")),
        (Family::Root, 0x40, 0x60, 1, 1, version_place("us-east-1", 2, "ENCRYPT_DECRYPT")),
        (Family::Root, 0x40, 0x60, 1, 1, version_place("us-east-1", 1, "GENERATE_VERIFY_MAC")),
        (Family::Root, 0x40, 0x60, 1, 1, Place::new(&run_of(0x61), [b""]).unwrap()),
        (Family::Root, 0x40, 0x60, 2, 1, place(&[&[0, 0, 0, 1]])),
        (Family::Root, 0x40, 0x60, 2, 1, place(&[&[0, 0, 0, 2]])),
        (Family::Root, 0x40, 0x60, 3, 1, place(&[b"log", &[0, 0, 0, 1]])),
        (Family::Root, 0x40, 0x60, 4, 1, place(&[b"111122223333", b"us-east-1", b"id"])),
        (Family::Root, 0x40, 0x60, 5, 1, place(&[b"111122223333", b"us-east-1", b"id"])),
        (Family::Root, 0x40, 0x60, 5, 1, place(&[b"111122223333", b"us-east-1", b"", b"id"])),
        (Family::Root, 0x40, 0x60, 6, 1, place(&[b"111122223333", b"us-east-1", b"key", b"id", b"RSA_4096"])),
        (Family::Root, 0x40, 0x60, 6, 1, place(&[b"111122223333us-east-1", b"", b"key", b"id", b"RSA_4096"])),
    ];
    let sealed: Vec<_> = things
        .iter()
        .map(|(family, key, store, kind, generation, place)| {
            let kdk = sealing_kdk(p, *family, *key, *store);
            let kdk = SealingKdk::new(*family, &kdk).unwrap();
            let id = sealing::root_id(p, kdk, &run_of(*store)).unwrap();
            let header = sealing::Header::new(*family, *kind, *generation, &id);
            sealing::seal(p, kdk, &header, place, &salt_and_iv(), b"secret").unwrap()
        })
        .collect();
    for (i, sealed) in sealed.iter().enumerate() {
        for (j, (family, key, store, kind, _, place)) in things.iter().enumerate() {
            let kdk = sealing_kdk(p, *family, *key, *store);
            let opened = sealing::open(p, SealingKdk::new(*family, &kdk).unwrap(), *kind, place, sealed);
            assert_eq!(opened.is_ok(), i == j, "{i} as {j}");
        }
    }
    assert!(Place::new(&store, [vec![0; 65_536]]).is_err());
    assert!(Place::new(&store, std::iter::repeat_n(b"", 65_535)).is_err());
}

pub(super) fn sealing_damage(p: &CryptoProvider) {
    let kdk = sealing_kdk(p, Family::Slot, 0x40, 0x60);
    let kdk = SealingKdk::new(Family::Slot, &kdk).unwrap();
    let place = Place::new(&run_of(0x60), [b"slot"]).unwrap();
    let header = sealing::Header::new(Family::Slot, 9, 7, &run_of(0));
    let sealed = sealing::seal(p, kdk, &header, &place, &salt_and_iv(), b"secret").unwrap();
    assert_eq!((header.family(), header.kind(), header.generation(), header.id()), (Family::Slot, 9, 7, run_of(0)));
    for bit in 0..sealed.len() * 8 {
        let mut changed = sealed.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        refused(sealing::open(p, kdk, 9, &place, &changed), REFUSED);
    }
    for len in 0..sealed.len() {
        refused(sealing::open(p, kdk, 9, &place, &sealed[..len]), REFUSED);
    }
    refused(sealing::open(p, kdk, 9, &place, &[&sealed[..], &[0]].concat()), REFUSED);
    let root = sealing::Header::new(Family::Root, 9, 7, &run_of(0));
    let input = CryptoErrorKind::InvalidInput;
    refused(sealing::seal(p, kdk, &root, &place, &salt_and_iv(), b"secret"), input);
    refused(sealing::seal(p, kdk, &header, &place, &salt_and_iv(), b""), input);
    refused(sealing::seal(p, kdk, &header, &place, &salt_and_iv(), &vec![0; sealing::MAX_SECRET + 1]), input);
    refused(SealingKdk::new(Family::Slot, &[0; 31]), CryptoErrorKind::InvalidKey);
    for len in [0, 31, 33, 64] {
        let derived = sealing::derive_kdk(p, Family::Root, &vec![0; len], &run_of(0), &mut [0; 32]);
        refused(derived, CryptoErrorKind::InvalidKey);
    }
}

/// The log hashes with the provider's digests: the answer that its format gives.
pub(super) fn log_record_known_answer(p: &CryptoProvider) {
    let mut hash = [0; 32];
    let parts: [&[u8]; 4] = [b"strongroom/log/1/record", &[0], &run_of::<32>(0), b"record"];
    p.digest.digest(DigestAlgorithm::Sha256, &parts, &mut hash).unwrap();
    assert_eq!(hash.to_vec(), hex("f4fa821daa9cbd18033161c141f47e770a8417d24e3aba4d09993730b8fd9a0c"));
}

pub(super) fn record_tags(p: &CryptoProvider) {
    let (key, store, other) = (run_of::<32>(0), run_of::<16>(0x60), run_of::<16>(0x61));
    let record = |store_id, key, counter, header, body| Record { store_id, key, counter, header, body };
    let records = [
        record(&store, b"k/1", 1, b"header", b"body"),
        record(&other, b"k/1", 1, b"header", b"body"),
        record(&store, b"k/2", 1, b"header", b"body"),
        record(&store, b"k/1", 2, b"header", b"body"),
        record(&store, b"k/1", 1, b"headerb", b"ody"),
        record(&store, b"k/1", 1, b"heade", b"rbody"),
        record(&store, b"k/1", 1, b"header", b""),
        record(&store, b"", 1, b"header", b"body"),
    ];
    let tags: Vec<_> = records.iter().map(|r| record_tag(p, &key, r).unwrap()).collect();
    assert_eq!(tags.iter().collect::<HashSet<_>>().len(), records.len());
    for (i, tag) in tags.iter().enumerate() {
        for (j, record) in records.iter().enumerate() {
            assert_eq!(verify_record_tag(p, &key, record, tag).is_ok(), i == j);
        }
        refused(verify_record_tag(p, &run_of::<32>(1), &records[i], tag), REFUSED);
        refused(verify_record_tag(p, &key, &records[i], &tag[..15]), REFUSED);
    }
    refused(record_tag(p, &key[..31], &records[0]), CryptoErrorKind::InvalidKey);
    backup_trailers(p, &key, &store);
}

/// The answer was computed apart from this code, with Python's `hmac`.
fn backup_trailers(p: &CryptoProvider, key: &[u8; 32], store: &[u8; 16]) {
    let mut digest = [0; 32];
    p.digest.digest(DigestAlgorithm::Sha256, &[b"backup"], &mut digest).unwrap();
    let trailer = backup_trailer(p, key, store, &digest).unwrap();
    assert_eq!(trailer.to_vec(), hex("709639c5c0dc929dd4745d58aaf6e5ddb32f891590e6a75b101db9d29801b95b"));
    verify_backup_trailer(p, key, store, &digest, &trailer).unwrap();
    refused(verify_backup_trailer(p, key, &run_of(0x61), &digest, &trailer), REFUSED);
    refused(verify_backup_trailer(p, &run_of::<32>(1), store, &digest, &trailer), REFUSED);
    refused(verify_backup_trailer(p, key, store, &trailer, &trailer), REFUSED);
    refused(verify_backup_trailer(p, key, store, &digest, &digest), REFUSED);
    refused(backup_trailer(p, &key[..31], store, &digest), CryptoErrorKind::InvalidKey);
}

/// No fingerprint is a hash of the material, or a MAC under it.
pub(super) fn fingerprints(p: &CryptoProvider) {
    let mut seen = HashSet::new();
    for len in [32, 64, 65, 100, 128] {
        let material = vec![0x42; len];
        for spec in ["HMAC_256", "HMAC_512"] {
            for id in [key_id(), KeyId::from_parts(run_of(0x11), false)] {
                assert!(seen.insert(fingerprint(p, spec, &material, &id).unwrap().to_vec()));
            }
        }
        for algorithm in DigestAlgorithm::ALL {
            let mut hash = vec![0; algorithm.output_len()];
            p.digest.digest(*algorithm, &[&material], &mut hash).unwrap();
            assert!(!seen.contains(&hash[..32]));
        }
        for message in [b"strongroom/imp/1/kdk".to_vec(), key_id().as_bytes().to_vec()] {
            let mut mac = vec![0; 32];
            p.mac.compute(MacAlgorithm::HmacSha256, &material, &[&message], &mut mac).unwrap();
            assert!(!seen.contains(&mac));
        }
    }
    let replica = KeyId::from_parts(run_of(0x10), true);
    assert_eq!(fingerprint(p, "HMAC_256", b"m", &key_id()), fingerprint(p, "HMAC_256", b"m", &replica));
}
