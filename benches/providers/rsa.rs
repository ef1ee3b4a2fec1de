//! Signatures and OAEP by each size of RSA keys, which come from a stock.

use std::hint::black_box;

use aws_lc_rs::digest::{self, Digest};
use aws_lc_rs::rsa as lc_rsa;
use aws_lc_rs::signature::{self as lc, KeyPair as _, ParsedPublicKey};
use getrandom::SysRng;
use strongroom_benches::Case;
use strongroom_crypto::{DigestAlgorithm, OaepHash, RsaScheme, RsaSize};
use strongroom_types::{KeySpec, KeyUsageType, SigningAlgorithmSpec};

use crate::facade::{Keys, through, through_with};
use crate::{Bench, KEY, stock};

pub(crate) fn all(bench: &mut Bench, size: RsaSize) {
    use ::rsa::pkcs8::{DecodePrivateKey as _, EncodePublicKey as _};
    let document = stock::document(size, 0);
    let key = ::rsa::PrivateKey::from_pkcs8_der(&document).unwrap();
    let public = key.as_public_key().to_public_key_der().unwrap().into_vec();
    let spec = match size.bits() {
        2048 => KeySpec::Rsa2048,
        3072 => KeySpec::Rsa3072,
        _ => KeySpec::Rsa4096,
    };
    let keys = bench.rooms.keys(spec, KeyUsageType::SignVerify);
    let rsa = Rsa { size, document: &document, public: &public, key: &key };
    rsa_pss(bench, &rsa, &keys);
    rsa_pkcs1(bench, &rsa, &keys);
    let keys = bench.rooms.keys(spec, KeyUsageType::EncryptDecrypt);
    oaep(bench, &rsa, &keys);
}

/// One key, as everybody wants it.
struct Rsa<'a> {
    size: RsaSize,
    document: &'a [u8],
    public: &'a [u8],
    key: &'a ::rsa::PrivateKey,
}

macro_rules! rsa_scheme {
    ($function:ident, $name:literal, $padding:expr, $scheme:ident, $signing:ident, $verifying:ident, $algorithm:ident) => {
        fn $function(bench: &mut Bench, rsa: &Rsa<'_>, keys: &Keys) {
            use ::rsa::PrivateKey;
            use ::rsa::pkcs8::DecodePrivateKey as _;
            let Rsa { size, document, public, key } = *rsa;
            let (random, digest, bits) = (strongroom_rustcrypto::SystemRandom, [0x33; 32], size.bits());
            let (scheme, sha256, algorithm) =
                (RsaScheme::$scheme, DigestAlgorithm::Sha256, SigningAlgorithmSpec::$algorithm);
            let pair = lc_rsa::KeyPair::from_pkcs8(document).unwrap();
            let imported = Digest::import_less_safe(&digest, &digest::SHA256).unwrap();
            let mut out = vec![0; size.modulus_len()];
            bench.row(
                &format!("RSA-{bits}, {} sign", $name),
                || drop(black_box(key.sign_with_rng(&mut SysRng, $padding, &digest).unwrap())),
                || pair.sign_digest(&lc::$signing, &imported, black_box(&mut out)).unwrap(),
                |p| drop(black_box(p.rsa.sign(size, document, scheme, sha256, &digest, &random).unwrap())),
                through(keys, |key| drop(black_box(key.sign(&algorithm, &digest)))),
                vec![
                    Case::new("RustCrypto, the key read", || {
                        drop(black_box(PrivateKey::from_pkcs8_der(document).unwrap()));
                    }),
                    Case::new("AWS-LC, the key read", || {
                        drop(black_box(lc_rsa::KeyPair::from_pkcs8(document).unwrap()));
                    }),
                ],
            );
            let signature = bench.aws_lc.rsa.sign(size, document, scheme, sha256, &digest, &random).unwrap();
            let made = keys.each_ref().map(|key| key.sign(&algorithm, &digest));
            let inner = pair.public_key().as_ref().to_vec();
            let parsed = ParsedPublicKey::new(&lc::$verifying, inner).unwrap();
            bench.row(
                &format!("RSA-{bits}, {} verify", $name),
                || key.as_public_key().verify($padding, &digest, &signature).unwrap(),
                || parsed.verify_digest_sig(&imported, &signature).unwrap(),
                |p| p.rsa.verify(size, public, scheme, sha256, &digest, &signature).unwrap(),
                through_with(keys, &made, |key, signature| key.verify(&algorithm, &digest, signature)),
                Vec::new(),
            );
        }
    };
}

rsa_scheme!(
    rsa_pss,
    "PSS",
    ::rsa::Pss::<sha2::Sha256>::new(),
    Pss,
    RSA_PSS_SHA256,
    RSA_PSS_2048_8192_SHA256,
    RsassaPssSha256
);
rsa_scheme!(
    rsa_pkcs1,
    "PKCS #1 v1.5",
    ::rsa::Pkcs1v15Sign::new::<sha2::Sha256>(),
    Pkcs1v15,
    RSA_PKCS1_SHA256,
    RSA_PKCS1_2048_8192_SHA256,
    RsassaPkcs1V15Sha256
);

fn oaep(bench: &mut Bench, rsa: &Rsa<'_>, keys: &Keys) {
    use ::rsa::Oaep;
    use sha2::Sha256;
    let random = strongroom_rustcrypto::SystemRandom;
    let Rsa { size, document, public, key } = *rsa;
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
        through(keys, |key| drop(black_box(key.encrypt_rsa(&KEY)))),
        Vec::new(),
    );
    let made = keys.each_ref().map(|key| key.encrypt_rsa(&KEY));
    bench.row(
        &format!("RSA-{bits}, OAEP decrypt"),
        || drop(black_box(key.decrypt_blinded(&mut SysRng, Oaep::<Sha256>::new(), &ciphertext).unwrap())),
        || {
            black_box(decrypting.decrypt(&lc_rsa::OAEP_SHA256_MGF1SHA256, &ciphertext, &mut text, None).unwrap());
        },
        |p| drop(black_box(p.rsa.decrypt(size, document, OaepHash::Sha256, &ciphertext, &random).unwrap())),
        through_with(keys, &made, |key, blob| key.decrypt_rsa(blob)),
        Vec::new(),
    );
}
