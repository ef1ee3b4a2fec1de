//! What was sealed once opens for ever. The files were made once, from the inputs of formats' known answers.

use std::fs;
use std::path::PathBuf;

use strongroom_crypto::sealing::{self, Family, SealingKdk};
use strongroom_crypto::symmetric::{self, Header, Kdk};
use strongroom_types::{EncryptionContext, KeyId};

fn golden(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../strongroom-crypto/testdata").join(name);
    fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn counted<const N: usize>(from: u8) -> [u8; N] {
    std::array::from_fn(|at| from + u8::try_from(at).unwrap())
}

#[test]
fn the_golden_blob_opens_and_is_made_the_same_again() {
    let provider = strongroom_rustcrypto::provider();
    let key_id = KeyId::from_parts(counted(0x10), false);
    let mut kdk = [0; 32];
    symmetric::derive_kdk(&provider, &counted::<32>(0), &key_id, &mut kdk).unwrap();
    let kdk = Kdk::new(&kdk).unwrap();
    let context = EncryptionContext::from_pairs([("app", "orders"), ("tenant", "42")]).unwrap();
    let blob = golden("blob-1.bin");
    let opened = symmetric::open(&provider, kdk, &context, &blob).unwrap();
    assert_eq!(opened.expose_secret(), b"attack at dawn");

    let id = symmetric::key_material_id(&provider, kdk, &key_id).unwrap();
    let header = Header::new(key_id, id.version_id());
    let mut salt_and_iv = [0; 44];
    salt_and_iv[..32].copy_from_slice(&counted::<32>(0x80));
    salt_and_iv[32..].copy_from_slice(&counted::<12>(0xa0));
    let mut again = Vec::new();
    symmetric::seal(&provider, kdk, &header, &context, &salt_and_iv, b"attack at dawn", &mut again).unwrap();
    assert_eq!(again, blob);
}

#[test]
fn the_golden_sealed_key_opens_in_its_place() {
    let provider = strongroom_rustcrypto::provider();
    let store_id = counted::<16>(0x60);
    let mut kdk = [0; 32];
    sealing::derive_kdk(&provider, Family::Root, &counted::<32>(0x40), &store_id, &mut kdk).unwrap();
    let kdk = SealingKdk::new(Family::Root, &kdk).unwrap();
    let fields: [&[u8]; 7] = [
        b"111122223333",
        b"us-east-1",
        &counted::<16>(0x10),
        &1_u32.to_be_bytes(),
        &counted::<16>(0x70),
        b"SYMMETRIC_DEFAULT",
        b"ENCRYPT_DECRYPT",
    ];
    let place = sealing::Place::new(&store_id, fields).unwrap();
    let opened = sealing::open(&provider, kdk, 1, &place, &golden("sealed-1.bin")).unwrap();
    assert_eq!(opened.expose_secret(), counted::<32>(0));
}
