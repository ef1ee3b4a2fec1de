//! Every algorithm by each provider, beside the bare call of its library, and through a strongroom.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a bench that can't be set up has nothing to say")]
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

#[path = "providers/facade.rs"]
mod facade;
#[path = "providers/rsa.rs"]
mod rsa;
#[path = "../crates/strongroom-soft/tests/it/stock.rs"]
mod stock;

use std::cell::RefCell;
use std::hint::black_box;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::digest::{self, Digest};
use aws_lc_rs::signature::{self as lc, EcdsaKeyPair, Ed25519KeyPair, ParsedPublicKey};
use aws_lc_rs::{hmac as lc_hmac, key_wrap};
use getrandom::SysRng;
use strongroom_benches::{Case, print_beside_floor};
use strongroom_crypto::symmetric::{self, Header, Kdk};
use strongroom_crypto::{CryptoProvider, Curve, DigestAlgorithm, MacAlgorithm, RsaSize, WrapAlgorithm};
use strongroom_types::{EncryptionContext, KeyId, KeySpec, MacAlgorithmSpec};
use strongroom_types::{KeyUsageType, SigningAlgorithmSpec};

use facade::{Rooms, through, through_with};

/// Medians in nanoseconds: RustCrypto bare and by the trait, AWS-LC bare and by the trait, and what else was measured,
/// with RustCrypto and AWS-LC through the facade first, if the facade has it.
struct Row {
    name: String,
    medians: Vec<f64>,
    has_facade: bool,
}

struct Bench {
    rustcrypto: CryptoProvider,
    aws_lc: CryptoProvider,
    rooms: Rooms,
    rows: Vec<Row>,
}

impl Bench {
    /// `call` runs with each provider, `facade` has the same through a strongroom with each, or nothing; `extra` are
    /// further cases to print beside them.
    fn row<'a>(
        &'a mut self,
        name: &str,
        rustcrypto: impl FnMut() + 'a,
        aws_lc: impl FnMut() + 'a,
        call: impl Fn(&CryptoProvider) + 'a,
        facade: Vec<Case<'a>>,
        extra: Vec<Case<'a>>,
    ) {
        let has_facade = !facade.is_empty();
        let (pure, fast) = (&self.rustcrypto, &self.aws_lc);
        let call = &call;
        let mut cases = vec![
            Case::new("RustCrypto, bare", rustcrypto),
            Case::new("RustCrypto, by the trait", move || call(pure)),
            Case::new("AWS-LC, bare", aws_lc),
            Case::new("AWS-LC, by the trait", move || call(fast)),
        ];
        cases.extend(facade);
        cases.extend(extra);
        let medians = print_beside_floor(name, &mut cases);
        drop(cases);
        self.rows.push(Row { name: name.to_owned(), medians, has_facade });
    }

    fn print(&self) {
        println!("\n| | RustCrypto bare | by the trait | | AWS-LC bare | by the trait | | AWS-LC / RustCrypto |");
        println!("|---|---|---|---|---|---|---|---|");
        for Row { name, medians, .. } in &self.rows {
            let [rc_bare, rc, lc_bare, lc] = *medians.first_chunk().unwrap();
            let (rc_ratio, lc_ratio, gain) = (rc / rc_bare, lc / lc_bare, lc / rc);
            let [rc_bare, rc, lc_bare, lc] = [rc_bare, rc, lc_bare, lc].map(time);
            println!("| {name} | {rc_bare} | {rc} | {rc_ratio:.2}× | {lc_bare} | {lc} | {lc_ratio:.2}× | {gain:.2} |");
        }
        facade::print(&self.rows);
    }
}

fn time(ns: f64) -> String {
    match ns {
        ..1e3 => format!("{ns:.0} ns"),
        ..1e6 => format!("{:.1} µs", ns / 1e3),
        _ => format!("{:.2} ms", ns / 1e6),
    }
}

fn main() {
    let (rustcrypto, aws_lc) = (strongroom_rustcrypto::provider(), strongroom_aws_lc::provider());
    let rooms = Rooms::new([rustcrypto.clone(), aws_lc.clone()]);
    let mut bench = Bench { rustcrypto, aws_lc, rooms, rows: Vec::new() };
    for len in [32, 1024, 65_536] {
        aes_gcm(&mut bench, len);
    }
    for len in [32, 1024, 4096] {
        suite_one(&mut bench, len);
    }
    for len in [64, 1024, 65_536] {
        hashes(&mut bench, len);
    }
    mac_sha224(&mut bench);
    mac_sha256(&mut bench);
    mac_sha384(&mut bench);
    mac_sha512(&mut bench);
    wrapping(&mut bench);
    p256_curve(&mut bench);
    p384_curve(&mut bench);
    p521_curve(&mut bench);
    secp256k1_curve(&mut bench);
    ed25519(&mut bench);
    for size in RsaSize::ALL {
        rsa::all(&mut bench, *size);
    }
    bench.print();
    criterion::Criterion::default().configure_from_args().final_summary();
}

const KEY: [u8; 32] = [7; 32];
const IV: [u8; 12] = [5; 12];
const AAD: &[u8] = &[9; 32];

fn aes_gcm(bench: &mut Bench, len: usize) {
    use aes_gcm::aead::AeadInOut as _;
    use aes_gcm::aead::inout::InOutBuf;
    use aes_gcm::{Aes256Gcm, KeyInit as _};
    let (mut one, mut two, buf) = (vec![1; len], vec![1; len], RefCell::new(vec![1; len]));
    bench.row(
        &format!("AES-256-GCM, fresh key, seal {len} B"),
        || {
            let cipher = Aes256Gcm::new_from_slice(&KEY).unwrap();
            black_box(cipher.encrypt_inout_detached(&IV.into(), AAD, InOutBuf::from(&mut one[..])).unwrap());
        },
        || {
            let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &KEY).unwrap());
            let nonce = Nonce::assume_unique_for_key(IV);
            let _ = black_box(key.seal_in_place_separate_tag(nonce, Aad::from(AAD), &mut two).unwrap());
        },
        |p| {
            black_box(p.aead.seal_once(&KEY, &IV, AAD, &mut buf.borrow_mut()).unwrap());
        },
        Vec::new(),
        Vec::new(),
    );
}

/// Bare is the same here: suite 1 is ours, so the two columns of a library show the noise.
fn suite_one(bench: &mut Bench, len: usize) {
    let key_id = KeyId::from_random([3; 16]);
    let context = EncryptionContext::from_pairs([("app", "orders"), ("tenant", "42")]).unwrap();
    let (header, plaintext) = (Header::new(key_id, [9; 16]), vec![0x5a; len]);
    let seal = |p: &CryptoProvider| {
        let mut blob = Vec::new();
        symmetric::seal_fresh(p, Kdk::new(&KEY).unwrap(), &header, &context, &plaintext, &mut blob).unwrap();
        blob
    };
    let (pure, fast) = (bench.rustcrypto.clone(), bench.aws_lc.clone());
    let keys = bench.rooms.keys(KeySpec::SymmetricDefault, KeyUsageType::EncryptDecrypt);
    bench.row(
        &format!("suite 1, seal {len} B"),
        || drop(black_box(seal(&pure))),
        || drop(black_box(seal(&fast))),
        |p| drop(black_box(seal(p))),
        through(&keys, |key| drop(black_box(key.encrypt(&context, &plaintext)))),
        vec![Case::new("AWS-LC, module first", {
            let module = strongroom_aws_lc::module_first();
            move || drop(black_box(seal(&module)))
        })],
    );
    let blob = seal(&pure);
    let open =
        |p: &CryptoProvider| drop(black_box(symmetric::open(p, Kdk::new(&KEY).unwrap(), &context, &blob).unwrap()));
    let blobs = keys.each_ref().map(|key| key.encrypt(&context, &plaintext));
    let facade = through_with(&keys, &blobs, |key, blob| key.decrypt(&context, blob));
    bench.row(&format!("suite 1, open {len} B"), || open(&pure), || open(&fast), open, facade, Vec::new());
}

fn hashes(bench: &mut Bench, len: usize) {
    use hmac::{Hmac, KeyInit as _, Mac as _};
    use sha2::{Digest as _, Sha256};
    let message = vec![1; len];
    let module = strongroom_aws_lc::module_first();
    let hash =
        |p: &CryptoProvider| p.digest.digest(DigestAlgorithm::Sha256, &[&message], black_box(&mut [0; 32])).unwrap();
    bench.row(
        &format!("SHA-256, {len} B"),
        || {
            black_box(Sha256::digest(&message));
        },
        || {
            black_box(digest::digest(&digest::SHA256, &message));
        },
        hash,
        Vec::new(),
        vec![Case::new("AWS-LC, module first", || hash(&module))],
    );
    let mac = |p: &CryptoProvider| {
        p.mac.compute(MacAlgorithm::HmacSha256, &KEY, &[&message], black_box(&mut [0; 32])).unwrap()
    };
    bench.row(
        &format!("HMAC-SHA-256, {len} B"),
        || {
            let mut mac = Hmac::<Sha256>::new_from_slice(&KEY).unwrap();
            mac.update(&message);
            black_box(mac.finalize());
        },
        || {
            black_box(lc_hmac::sign(&lc_hmac::Key::new(lc_hmac::HMAC_SHA256, &KEY), &message));
        },
        mac,
        Vec::new(),
        vec![Case::new("AWS-LC, module first", || mac(&module))],
    );
}

macro_rules! mac {
    ($function:ident, $hash:ident, $module:ident, $algorithm:ident, $spec:ident) => {
        fn $function(bench: &mut Bench) {
            use hmac::{Hmac, KeyInit as _, Mac as _};
            let (algorithm, spec) = (MacAlgorithm::$algorithm, MacAlgorithmSpec::$algorithm);
            // A key of the length that GenerateMac's keys have.
            let (key, message) = (vec![7; algorithm.tag_len()], [1; 64]);
            let keys = bench.rooms.keys(KeySpec::$spec, KeyUsageType::GenerateVerifyMac);
            let compute = |p: &CryptoProvider| {
                let mut out = [0; 64];
                p.mac.compute(algorithm, &key, &[&message], &mut out[..algorithm.tag_len()]).unwrap();
                black_box(out)
            };
            let bare = || {
                let mut mac = Hmac::<sha2::$hash>::new_from_slice(&key).unwrap();
                mac.update(&message);
                mac
            };
            let bare_key = || lc_hmac::Key::new(lc_hmac::$module, &key);
            bench.row(
                &format!("{algorithm:?}, GenerateMac, 64 B"),
                || drop(black_box(bare().finalize())),
                || {
                    black_box(lc_hmac::sign(&bare_key(), &message));
                },
                |p| {
                    compute(p);
                },
                through(&keys, |key| drop(black_box(key.mac(&spec, &message)))),
                Vec::new(),
            );
            let tag = bare().finalize().into_bytes();
            let macs = keys.each_ref().map(|key| key.mac(&spec, &message));
            bench.row(
                &format!("{algorithm:?}, VerifyMac, 64 B"),
                || bare().verify_slice(&tag).unwrap(),
                || lc_hmac::verify(&bare_key(), &message, &tag).unwrap(),
                |p| assert_eq!(compute(p)[..tag.len()], tag[..]),
                through_with(&keys, &macs, |key, mac| key.verify_mac(&spec, &message, mac)),
                Vec::new(),
            );
        }
    };
}

mac!(mac_sha224, Sha224, HMAC_SHA224, HmacSha224, Hmac224);
mac!(mac_sha256, Sha256, HMAC_SHA256, HmacSha256, Hmac256);
mac!(mac_sha384, Sha384, HMAC_SHA384, HmacSha384, Hmac384);
mac!(mac_sha512, Sha512, HMAC_SHA512, HmacSha512, Hmac512);

fn wrapping(bench: &mut Bench) {
    use key_wrap::{AES_256, AesKek, KeyWrapPadded as _};
    let module = strongroom_aws_lc::module_first();
    let wrap = |p: &CryptoProvider| drop(black_box(p.key_wrap.wrap(WrapAlgorithm::Kwp, &KEY, &[1; 32]).unwrap()));
    let pure = bench.rustcrypto.clone();
    bench.row(
        "AES-256-KWP, wrap 32 B",
        || wrap(&pure),
        || {
            let mut out = [0; 48];
            black_box(AesKek::new(&AES_256, &KEY).unwrap().wrap_with_padding(&[1; 32], &mut out).unwrap());
        },
        wrap,
        Vec::new(),
        vec![Case::new("AWS-LC, module first", || wrap(&module))],
    );
}

macro_rules! curve {
    ($function:ident, $name:literal, $krate:ident, $curve:ident, $spec:ident, $signing:ident, $verifying:ident,
     $digest:ident, $algorithm:ident) => {
        fn $function(bench: &mut Bench) {
            use $krate::ecdsa::signature::hazmat::{PrehashVerifier as _, RandomizedPrehashSigner as _};
            use $krate::ecdsa::{DerSignature, SigningKey, VerifyingKey};
            let (curve, algorithm) = (Curve::$curve, SigningAlgorithmSpec::$algorithm);
            let keys = bench.rooms.keys(KeySpec::$spec, KeyUsageType::SignVerify);
            let prehash = vec![0x33; curve.digest().output_len()];
            let random = strongroom_rustcrypto::SystemRandom;
            let scalar = bench.rustcrypto.ecdsa.generate(curve, &random).unwrap();
            let document = bench.rustcrypto.ecdsa.export_pkcs8(curve, scalar.expose_secret()).unwrap();
            let public = bench.rustcrypto.ecdsa.public_key(curve, scalar.expose_secret()).unwrap();
            let key = SigningKey::from_slice(scalar.expose_secret()).unwrap();
            let verifying = VerifyingKey::from(&key);
            let imported = Digest::import_less_safe(&prehash, &digest::$digest).unwrap();
            let read = || EcdsaKeyPair::from_pkcs8(&lc::$signing, document.expose_secret()).unwrap();
            let pair = read();
            bench.row(
                concat!("ECDSA ", $name, ", sign"),
                || {
                    let signature: DerSignature = key.sign_prehash_with_rng(&mut SysRng, &prehash).unwrap();
                    black_box(signature);
                },
                || {
                    black_box(pair.sign_digest(&imported).unwrap());
                },
                |p| {
                    let signed = p.ecdsa.sign(curve, scalar.expose_secret(), &prehash, Some(&random));
                    drop(black_box(signed.unwrap()));
                },
                through(&keys, |key| drop(black_box(key.sign(&algorithm, &prehash)))),
                vec![Case::new("AWS-LC, bare, the key read each time", || {
                    black_box(read().sign_digest(&imported).unwrap());
                })],
            );
            let signature = pair.sign_digest(&imported).unwrap().as_ref().to_vec();
            let parsed = $krate::ecdsa::Signature::from_der(&signature).unwrap();
            let parsed = if $name == "secp256k1" { parsed.normalize_s() } else { parsed };
            let made = keys.each_ref().map(|key| key.sign(&algorithm, &prehash));
            let public_key = ParsedPublicKey::new(&lc::$verifying, &public).unwrap();
            bench.row(
                concat!("ECDSA ", $name, ", verify"),
                || verifying.verify_prehash(&prehash, &parsed).unwrap(),
                || public_key.verify_digest_sig(&imported, &signature).unwrap(),
                |p| p.ecdsa.verify(curve, &public, &prehash, &signature).unwrap(),
                through_with(&keys, &made, |key, signature| key.verify(&algorithm, &prehash, signature)),
                Vec::new(),
            );
        }
    };
}

curve!(
    p256_curve,
    "P-256",
    p256,
    P256,
    EccNistP256,
    ECDSA_P256_SHA256_ASN1_SIGNING,
    ECDSA_P256_SHA256_ASN1,
    SHA256,
    EcdsaSha256
);
curve!(
    p384_curve,
    "P-384",
    p384,
    P384,
    EccNistP384,
    ECDSA_P384_SHA384_ASN1_SIGNING,
    ECDSA_P384_SHA384_ASN1,
    SHA384,
    EcdsaSha384
);
curve!(
    p521_curve,
    "P-521",
    p521,
    P521,
    EccNistP521,
    ECDSA_P521_SHA512_ASN1_SIGNING,
    ECDSA_P521_SHA512_ASN1,
    SHA512,
    EcdsaSha512
);
curve!(
    secp256k1_curve,
    "secp256k1",
    k256,
    Secp256k1,
    EccSecgP256k1,
    ECDSA_P256K1_SHA256_ASN1_SIGNING,
    ECDSA_P256K1_SHA256_ASN1,
    SHA256,
    EcdsaSha256
);

fn ed25519(bench: &mut Bench) {
    use ed25519_dalek::{Signer as _, SigningKey};
    let (message, key) = ([1; 64], SigningKey::from_bytes(&KEY));
    let pair = Ed25519KeyPair::from_seed_unchecked(&KEY).unwrap();
    bench.row(
        "Ed25519, sign 64 B",
        || {
            black_box(key.sign(&message));
        },
        || {
            black_box(pair.sign(&message));
        },
        |p| {
            black_box(p.ed25519.sign(&KEY, &message).unwrap());
        },
        Vec::new(),
        vec![Case::new("RustCrypto, bare, the key read each time", || {
            black_box(SigningKey::from_bytes(black_box(&KEY)).sign(&message));
        })],
    );
    let (signature, verifying) = (key.sign(&message), key.verifying_key());
    let public = ParsedPublicKey::new(&lc::ED25519, verifying.as_bytes()).unwrap();
    bench.row(
        "Ed25519, verify 64 B",
        || verifying.verify_strict(&message, &signature).unwrap(),
        || public.verify_sig(&message, &signature.to_bytes()).unwrap(),
        |p| p.ed25519.verify(verifying.as_bytes(), &message, &signature.to_bytes()).unwrap(),
        Vec::new(),
        Vec::new(),
    );
}
