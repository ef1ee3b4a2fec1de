//! Every algorithm by each provider, beside the bare call of its library.
#![allow(clippy::unwrap_used, reason = "a bench that can't be set up has nothing to say")]
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use std::cell::RefCell;
use std::hint::black_box;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::digest::{self, Digest};
use aws_lc_rs::rsa as lc_rsa;
use aws_lc_rs::signature::{self as lc, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, ParsedPublicKey};
use aws_lc_rs::{hmac as lc_hmac, key_wrap};
use getrandom::SysRng;
use strongroom_benches::{Case, print_beside_floor};
use strongroom_crypto::symmetric::{self, Header, Kdk};
use strongroom_crypto::{
    CryptoProvider, Curve, DigestAlgorithm, MacAlgorithm, OaepHash, RsaScheme, RsaSize, WrapAlgorithm,
};
use strongroom_types::{EncryptionContext, KeyId};

/// Medians in nanoseconds: RustCrypto bare and by the trait, AWS-LC bare and by the trait.
struct Row(String, [f64; 4]);

struct Bench {
    rustcrypto: CryptoProvider,
    aws_lc: CryptoProvider,
    rows: Vec<Row>,
}

impl Bench {
    /// `call` runs with each provider; `extra` are further cases to print beside them.
    fn row<'a>(
        &'a mut self,
        name: &str,
        rustcrypto: impl FnMut() + 'a,
        aws_lc: impl FnMut() + 'a,
        call: impl Fn(&CryptoProvider) + 'a,
        extra: Vec<Case<'a>>,
    ) {
        let (pure, fast) = (&self.rustcrypto, &self.aws_lc);
        let call = &call;
        let mut cases = vec![
            Case::new("RustCrypto, bare", rustcrypto),
            Case::new("RustCrypto, by the trait", move || call(pure)),
            Case::new("AWS-LC, bare", aws_lc),
            Case::new("AWS-LC, by the trait", move || call(fast)),
        ];
        cases.extend(extra);
        let medians = print_beside_floor(name, &mut cases);
        drop(cases);
        self.rows.push(Row(name.to_owned(), medians.first_chunk().copied().unwrap()));
    }

    fn print(&self) {
        println!("\n| | RustCrypto bare | by the trait | | AWS-LC bare | by the trait | | AWS-LC / RustCrypto |");
        println!("|---|---|---|---|---|---|---|---|");
        for Row(name, [rc_bare, rc, lc_bare, lc]) in &self.rows {
            let (rc_ratio, lc_ratio, gain) = (rc / rc_bare, lc / lc_bare, lc / rc);
            let [rc_bare, rc, lc_bare, lc] = [rc_bare, rc, lc_bare, lc].map(|t| time(*t));
            println!("| {name} | {rc_bare} | {rc} | {rc_ratio:.2}× | {lc_bare} | {lc} | {lc_ratio:.2}× | {gain:.2} |");
        }
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
    let mut bench = Bench {
        rustcrypto: strongroom_rustcrypto::provider(),
        aws_lc: strongroom_aws_lc::provider(),
        rows: Vec::new(),
    };
    for len in [32, 1024, 65_536] {
        aes_gcm(&mut bench, len);
    }
    for len in [32, 1024, 4096] {
        suite_one(&mut bench, len);
    }
    for len in [64, 1024, 65_536] {
        hashes(&mut bench, len);
    }
    wrapping(&mut bench);
    p256_curve(&mut bench);
    p384_curve(&mut bench);
    p521_curve(&mut bench);
    secp256k1_curve(&mut bench);
    ed25519(&mut bench);
    for size in RsaSize::ALL {
        rsa(&mut bench, *size);
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
    bench.row(
        &format!("suite 1, seal {len} B"),
        || drop(black_box(seal(&pure))),
        || drop(black_box(seal(&fast))),
        |p| drop(black_box(seal(p))),
        vec![Case::new("AWS-LC, module first", {
            let module = strongroom_aws_lc::module_first();
            move || drop(black_box(seal(&module)))
        })],
    );
    let blob = seal(&pure);
    let open =
        |p: &CryptoProvider| drop(black_box(symmetric::open(p, Kdk::new(&KEY).unwrap(), &context, &blob).unwrap()));
    bench.row(&format!("suite 1, open {len} B"), || open(&pure), || open(&fast), open, Vec::new());
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
        vec![Case::new("AWS-LC, module first", || mac(&module))],
    );
}

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
        vec![Case::new("AWS-LC, module first", || wrap(&module))],
    );
}

macro_rules! curve {
    ($function:ident, $name:literal, $krate:ident, $curve:expr, $signing:ident, $verifying:ident, $digest:ident) => {
        fn $function(bench: &mut Bench) {
            use $krate::ecdsa::signature::hazmat::{PrehashVerifier as _, RandomizedPrehashSigner as _};
            use $krate::ecdsa::{DerSignature, SigningKey, VerifyingKey};
            let prehash = vec![0x33; $curve.digest().output_len()];
            let random = strongroom_rustcrypto::SystemRandom;
            let scalar = bench.rustcrypto.ecdsa.generate($curve, &random).unwrap();
            let document = bench.rustcrypto.ecdsa.export_pkcs8($curve, scalar.expose_secret()).unwrap();
            let public = bench.rustcrypto.ecdsa.public_key($curve, scalar.expose_secret()).unwrap();
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
                    let signed = p.ecdsa.sign($curve, scalar.expose_secret(), &prehash, Some(&random));
                    drop(black_box(signed.unwrap()));
                },
                vec![Case::new("AWS-LC, bare, the key read each time", || {
                    black_box(read().sign_digest(&imported).unwrap());
                })],
            );
            let signature = pair.sign_digest(&imported).unwrap().as_ref().to_vec();
            let parsed = $krate::ecdsa::Signature::from_der(&signature).unwrap();
            let parsed = if $name == "secp256k1" { parsed.normalize_s() } else { parsed };
            let public_key = ParsedPublicKey::new(&lc::$verifying, &public).unwrap();
            bench.row(
                concat!("ECDSA ", $name, ", verify"),
                || verifying.verify_prehash(&prehash, &parsed).unwrap(),
                || public_key.verify_digest_sig(&imported, &signature).unwrap(),
                |p| p.ecdsa.verify($curve, &public, &prehash, &signature).unwrap(),
                Vec::new(),
            );
        }
    };
}

curve!(p256_curve, "P-256", p256, Curve::P256, ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_ASN1, SHA256);
curve!(p384_curve, "P-384", p384, Curve::P384, ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1, SHA384);
curve!(p521_curve, "P-521", p521, Curve::P521, ECDSA_P521_SHA512_ASN1_SIGNING, ECDSA_P521_SHA512_ASN1, SHA512);
curve!(
    secp256k1_curve,
    "secp256k1",
    k256,
    Curve::Secp256k1,
    ECDSA_P256K1_SHA256_ASN1_SIGNING,
    ECDSA_P256K1_SHA256_ASN1,
    SHA256
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
    );
}

fn rsa(bench: &mut Bench, size: RsaSize) {
    use ::rsa::pkcs8::{DecodePrivateKey as _, EncodePublicKey as _};
    use ::rsa::{PrivateKey, Pss};
    use sha2::Sha256;
    let random = strongroom_rustcrypto::SystemRandom;
    let (bits, digest) = (size.bits(), [0x33; 32]);
    let document = bench.aws_lc.rsa.generate(size, &random).unwrap();
    let document = document.expose_secret();
    let key = PrivateKey::from_pkcs8_der(document).unwrap();
    let public = key.as_public_key().to_public_key_der().unwrap().into_vec();
    let pair = lc_rsa::KeyPair::from_pkcs8(document).unwrap();
    let imported = Digest::import_less_safe(&digest, &digest::SHA256).unwrap();
    let mut out = vec![0; size.modulus_len()];
    let (scheme, sha256) = (RsaScheme::Pss, DigestAlgorithm::Sha256);
    bench.row(
        &format!("RSA-{bits}, PSS sign"),
        || drop(black_box(key.sign_with_rng(&mut SysRng, Pss::<Sha256>::new(), &digest).unwrap())),
        || pair.sign_digest(&lc::RSA_PSS_SHA256, &imported, black_box(&mut out)).unwrap(),
        |p| drop(black_box(p.rsa.sign(size, document, scheme, sha256, &digest, &random).unwrap())),
        vec![
            Case::new("RustCrypto, the key read", || drop(black_box(PrivateKey::from_pkcs8_der(document).unwrap()))),
            Case::new("AWS-LC, the key read", || drop(black_box(lc_rsa::KeyPair::from_pkcs8(document).unwrap()))),
        ],
    );
    let signature = bench.aws_lc.rsa.sign(size, document, scheme, sha256, &digest, &random).unwrap();
    let inner = pair.public_key().as_ref().to_vec();
    let parsed = ParsedPublicKey::new(&lc::RSA_PSS_2048_8192_SHA256, inner).unwrap();
    bench.row(
        &format!("RSA-{bits}, PSS verify"),
        || key.as_public_key().verify(Pss::<Sha256>::new(), &digest, &signature).unwrap(),
        || parsed.verify_digest_sig(&imported, &signature).unwrap(),
        |p| p.rsa.verify(size, &public, scheme, sha256, &digest, &signature).unwrap(),
        Vec::new(),
    );
    oaep(bench, size, document, &public, &key);
}

fn oaep(bench: &mut Bench, size: RsaSize, document: &[u8], public: &[u8], key: &::rsa::PrivateKey) {
    use ::rsa::Oaep;
    use sha2::Sha256;
    let random = strongroom_rustcrypto::SystemRandom;
    let bits = size.bits();
    let ciphertext = bench.aws_lc.rsa.encrypt(size, public, OaepHash::Sha256, &KEY, &random).unwrap();
    let decrypting = lc_rsa::PrivateDecryptingKey::from_pkcs8(document).unwrap();
    let encrypting = lc_rsa::OaepPublicEncryptingKey::new(decrypting.public_key()).unwrap();
    let decrypting = lc_rsa::OaepPrivateDecryptingKey::new(decrypting).unwrap();
    let (mut out, mut text) = (vec![0; size.modulus_len()], vec![0; size.modulus_len()]);
    bench.row(
        &format!("RSA-{bits}, OAEP encrypt"),
        || drop(black_box(key.as_public_key().encrypt(&mut SysRng, Oaep::<Sha256>::new(), &KEY).unwrap())),
        || {
            black_box(encrypting.encrypt(&lc_rsa::OAEP_SHA256_MGF1SHA256, &KEY, &mut out, None).unwrap());
        },
        |p| drop(black_box(p.rsa.encrypt(size, public, OaepHash::Sha256, &KEY, &random).unwrap())),
        Vec::new(),
    );
    bench.row(
        &format!("RSA-{bits}, OAEP decrypt"),
        || drop(black_box(key.decrypt_blinded(&mut SysRng, Oaep::<Sha256>::new(), &ciphertext).unwrap())),
        || {
            black_box(decrypting.decrypt(&lc_rsa::OAEP_SHA256_MGF1SHA256, &ciphertext, &mut text, None).unwrap());
        },
        |p| drop(black_box(p.rsa.decrypt(size, document, OaepHash::Sha256, &ciphertext, &random).unwrap())),
        Vec::new(),
    );
}
