//! The parts, one by one.

use super::{hex, refused, run_of};
use crate::{
    Argon2idParams, CryptoErrorKind, CryptoProvider, DigestAlgorithm, KdfAlgorithm, MAX_WRAPPED_KEY, MacAlgorithm,
    WrapAlgorithm,
};

pub(super) fn aead_key_lengths(p: &CryptoProvider) {
    for len in [0, 1, 15, 17, 23, 25, 31, 33, 64] {
        let key = vec![7; len];
        refused(p.aead.seal_once(&key, &[0; 12], b"", &mut [0; 4]), CryptoErrorKind::InvalidKey);
        refused(p.aead.open_once(&key, &[0; 12], b"", &mut [0; 4], &[0; 16]), CryptoErrorKind::InvalidKey);
        refused(p.aead.key(&key), CryptoErrorKind::InvalidKey);
    }
}

/// Test cases 4, 10 and 16 of McGrew and Viega, "The Galois/Counter Mode of Operation": one message
/// and one additional data under keys of three lengths.
pub(super) fn aead_known_answer(p: &CryptoProvider) {
    let key = hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
    let iv: [u8; 12] = hex("cafebabefacedbaddecaf888").try_into().unwrap();
    let aad = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    let text = hex(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
    );
    for (len, sealed, tag) in [
        (
            16,
            "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091",
            "5bc94fbc3221a5db94fae95ae7121a47",
        ),
        (
            24,
            "3980ca0b3c00e841eb06fac4872a2757859e1ceaa6efd984628593b40ca1e19c7d773d00c144c525ac619d18c84a3f4718e2448b2fe324d9ccda2710",
            "2519498e80f1478f37ba55bd6d27618c",
        ),
        (
            32,
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
            "76fc6ece0f4e1768cddf8853bb2d551b",
        ),
    ] {
        let mut buf = text.clone();
        let made = p.aead.seal_once(&key[..len], &iv, &aad, &mut buf).unwrap();
        assert_eq!((buf.clone(), made.to_vec()), (hex(sealed), hex(tag)), "AES-{}", len * 8);
        p.aead.open_once(&key[..len], &iv, &aad, &mut buf, &made).unwrap();
        assert_eq!(buf, text);
    }
}

pub(super) fn aead_open_releases_nothing(p: &CryptoProvider) {
    let (key, iv) = ([3; 32], [5; 12]);
    let mut sealed = *b"sixteen bytes ..and some more.";
    let tag = p.aead.seal_once(&key, &iv, b"aad", &mut sealed).unwrap();
    let keyed = p.aead.key(&key).unwrap();
    let attempt = |sealed: &[u8], aad: &[u8], tag: &[u8; 16]| {
        let (mut once, mut again) = (sealed.to_vec(), sealed.to_vec());
        refused(p.aead.open_once(&key, &iv, aad, &mut once, tag), CryptoErrorKind::Verification);
        refused(keyed.open(&iv, aad, &mut again, tag), CryptoErrorKind::Verification);
        let text = b"sixteen bytes ..and some more.";
        for buf in [once, again] {
            assert!(
                !text.chunks_exact(4).any(|part| buf.windows(4).any(|w| w == part)),
                "plaintext of a refused message"
            );
        }
    };
    for bit in 0..sealed.len() * 8 {
        let mut changed = sealed;
        changed[bit / 8] ^= 1 << (bit % 8);
        attempt(&changed, b"aad", &tag);
    }
    for bit in 0..128 {
        let mut changed = tag;
        changed[bit / 8] ^= 1 << (bit % 8);
        attempt(&sealed, b"aad", &changed);
    }
    attempt(&sealed, b"aae", &tag);
    attempt(&sealed[..29], b"aad", &tag);
}

pub(super) fn aead_keyed_is_once(p: &CryptoProvider) {
    for key_len in [16, 24, 32] {
        let key = &run_of::<32>(1)[..key_len];
        let keyed = p.aead.key(key).unwrap();
        for len in [0, 1, 15, 16, 17, 255, 4096] {
            let iv = run_of(u8::try_from(len % 256).unwrap());
            let (mut once, mut again) = (vec![9; len], vec![9; len]);
            let tag = p.aead.seal_once(key, &iv, b"a", &mut once).unwrap();
            assert_eq!(keyed.seal(&iv, b"a", &mut again).unwrap(), tag);
            assert_eq!(once, again);
            keyed.open(&iv, b"a", &mut again, &tag).unwrap();
            assert!(again.iter().all(|b| *b == 9));
        }
        assert!(!format!("{keyed:?}").contains('1'));
    }
}

/// RFC 4231, test cases 2 and 6 (a key longer than the block).
pub(super) fn mac_known_answer(p: &CryptoProvider) {
    let long_key = [0xaa; 131];
    let cases: [(&[u8], &[u8], [&str; 4]); 2] = [
        (
            b"Jefe",
            b"what do ya want for nothing?",
            [
                "a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
                "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
                "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
            ],
        ),
        (
            &long_key,
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            [
                "95e9a0db962095adaebe9b2d6f0dbce2d499f112f2d2b7273fa6870e",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
                "4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab4030fe8296248df163f44952",
                "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598",
            ],
        ),
    ];
    for (key, message, tags) in cases {
        for (algorithm, tag) in MacAlgorithm::ALL.iter().zip(tags) {
            let mut out = vec![0; algorithm.tag_len()];
            p.mac.compute(*algorithm, key, &[message], &mut out).unwrap();
            assert_eq!(out, hex(tag), "{algorithm:?}");
        }
    }
}

pub(super) fn mac_output_length(p: &CryptoProvider) {
    for algorithm in MacAlgorithm::ALL {
        for len in [0, 16, algorithm.tag_len() - 1, algorithm.tag_len() + 1] {
            let mut out = vec![0; len];
            refused(p.mac.compute(*algorithm, b"key", &[], &mut out), CryptoErrorKind::InvalidInput);
            let keyed = p.mac.keyed(*algorithm, b"key", &mut |mac| mac.mac(&[], &mut out));
            refused(keyed, CryptoErrorKind::InvalidInput);
        }
    }
}

pub(super) fn mac_parts(p: &CryptoProvider) {
    let message = run_of::<200>(0);
    for algorithm in MacAlgorithm::ALL {
        let mut whole = vec![0; algorithm.tag_len()];
        p.mac.compute(*algorithm, b"key", &[&message], &mut whole).unwrap();
        p.mac
            .keyed(*algorithm, b"key", &mut |mac| {
                for at in 0..=message.len() {
                    let (a, b) = message.split_at(at);
                    let mut out = vec![0; algorithm.tag_len()];
                    mac.mac(&[a, &[], b], &mut out)?;
                    assert_eq!(out, whole);
                }
                Ok(())
            })
            .unwrap();
        let failed = p.mac.keyed(*algorithm, b"key", &mut |_| Err(CryptoErrorKind::Random.into()));
        refused(failed, CryptoErrorKind::Random);
    }
}

/// FIPS 180-4's examples: `abc`.
pub(super) fn digest_known_answer(p: &CryptoProvider) {
    for (algorithm, digest) in DigestAlgorithm::ALL.iter().zip([
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    ]) {
        let mut out = vec![0; algorithm.output_len()];
        p.digest.digest(*algorithm, &[b"abc"], &mut out).unwrap();
        assert_eq!(out, hex(digest));
    }
}

pub(super) fn digest_output_length(p: &CryptoProvider) {
    for algorithm in DigestAlgorithm::ALL {
        for len in [0, algorithm.output_len() - 1, algorithm.output_len() + 1] {
            refused(p.digest.digest(*algorithm, &[], &mut vec![0; len]), CryptoErrorKind::InvalidInput);
            refused(p.digest.start(*algorithm).unwrap().finish(&mut vec![0; len]), CryptoErrorKind::InvalidInput);
        }
    }
}

pub(super) fn digest_parts(p: &CryptoProvider) {
    let message = run_of::<300>(0);
    for algorithm in DigestAlgorithm::ALL {
        let (mut whole, mut out) = (vec![0; algorithm.output_len()], vec![0; algorithm.output_len()]);
        p.digest.digest(*algorithm, &[&message], &mut whole).unwrap();
        for at in 0..=message.len() {
            let (a, b) = message.split_at(at);
            p.digest.digest(*algorithm, &[a, &[], b], &mut out).unwrap();
            assert_eq!(out, whole);
            let mut state = p.digest.start(*algorithm).unwrap();
            state.update(a);
            state.update(b);
            state.finish(&mut out).unwrap();
            assert_eq!(out, whole);
        }
    }
}

/// RFC 5869, test case 1.
pub(super) fn hkdf_known_answer(p: &CryptoProvider) {
    let key = p.kdf.extract(KdfAlgorithm::HkdfSha256, &run_of::<13>(0), &[0x0b; 22]).unwrap();
    let mut out = [0; 42];
    key.expand(&[&run_of::<10>(0xf0)], &mut out).unwrap();
    assert_eq!(
        out.to_vec(),
        hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865")
    );
}

pub(super) fn hkdf_empty_salt(p: &CryptoProvider) {
    for (algorithm, len) in KdfAlgorithm::ALL.iter().zip([32, 48, 64]) {
        let (mut a, mut b) = ([0; 80], [0; 80]);
        p.kdf.extract(*algorithm, &[], b"ikm").unwrap().expand(&[b"info"], &mut a).unwrap();
        p.kdf.extract(*algorithm, &vec![0; len], b"ikm").unwrap().expand(&[b"info"], &mut b).unwrap();
        assert_eq!(a, b);
    }
}

pub(super) fn hkdf_parts(p: &CryptoProvider) {
    for algorithm in KdfAlgorithm::ALL {
        let key = p.kdf.extract(*algorithm, b"salt", b"ikm").unwrap();
        let (mut whole, mut parts, mut short) = ([0; 100], [0; 100], [0; 10]);
        key.expand(&[b"information"], &mut whole).unwrap();
        key.expand(&[b"infor", b"", b"mation"], &mut parts).unwrap();
        key.expand(&[b"information"], &mut short).unwrap();
        assert_eq!(whole, parts);
        assert_eq!(whole[..10], short);
    }
}

pub(super) fn hkdf_too_long(p: &CryptoProvider) {
    for algorithm in KdfAlgorithm::ALL {
        let key = p.kdf.extract(*algorithm, b"salt", b"ikm").unwrap();
        key.expand(&[], &mut vec![0; algorithm.max_output()]).unwrap();
        refused(key.expand(&[], &mut vec![0; algorithm.max_output() + 1]), CryptoErrorKind::InvalidInput);
    }
}

/// RFC 3394 §4.6 (KW, 256-bit key data under a 256-bit key) and RFC 5649 §6 (KWP, 20 and 7 bytes under a 192-bit key).
pub(super) fn keywrap_known_answer(p: &CryptoProvider) {
    let key = hex("00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f");
    let kwp_kek = hex("5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8");
    for (algorithm, kek, key, wrapped) in [
        (
            WrapAlgorithm::Kw,
            run_of::<32>(0).to_vec(),
            key,
            "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21",
        ),
        (
            WrapAlgorithm::Kwp,
            kwp_kek.clone(),
            hex("c37b7e6492584340bed12207808941155068f738"),
            "138bdeaa9b8fa7fc61f97742e72248ee5ae6ae5360d1ae6a5f54f373fa543b6a",
        ),
        (WrapAlgorithm::Kwp, kwp_kek, hex("466f7250617369"), "afbeb0f07dfbf5419200f2ccb50bb24f"),
    ] {
        assert_eq!(p.key_wrap.wrap(algorithm, &kek, &key).unwrap(), hex(wrapped));
        assert_eq!(p.key_wrap.unwrap(algorithm, &kek, &hex(wrapped)).unwrap().expose_secret(), key);
    }
}

pub(super) fn keywrap_key_lengths(p: &CryptoProvider) {
    for algorithm in WrapAlgorithm::ALL {
        for len in [0, 8, 15, 17, 31, 33] {
            refused(p.key_wrap.wrap(*algorithm, &vec![1; len], &[0; 32]), CryptoErrorKind::InvalidKey);
            refused(p.key_wrap.unwrap(*algorithm, &vec![1; len], &[0; 40]), CryptoErrorKind::InvalidKey);
        }
    }
}

/// The lengths of SP 800-38F §5.3.1. A library may wrap nothing into a constant, and open that constant under every key.
pub(super) fn keywrap_of_nothing(p: &CryptoProvider) {
    for kek_len in [16, 24, 32] {
        for fill in 0..=255 {
            let nothing = hex("a65959a600000000");
            refused(
                p.key_wrap.unwrap(WrapAlgorithm::Kwp, &vec![fill; kek_len], &nothing),
                CryptoErrorKind::Verification,
            );
            let nothing = [0xa6; 8];
            refused(
                p.key_wrap.unwrap(WrapAlgorithm::Kw, &vec![fill; kek_len], &nothing),
                CryptoErrorKind::Verification,
            );
        }
    }
    let kek = [1; 32];
    for (algorithm, lengths) in [(WrapAlgorithm::Kw, [0, 8, 15, 17, 20, 23]), (WrapAlgorithm::Kwp, [0; 6])] {
        for len in lengths {
            refused(p.key_wrap.wrap(algorithm, &kek, &vec![0; len]), CryptoErrorKind::InvalidInput);
        }
        refused(p.key_wrap.wrap(algorithm, &kek, &vec![0; MAX_WRAPPED_KEY + 8]), CryptoErrorKind::InvalidInput);
        for len in [0, 1, 7, 8, 9, 15, 17, 23, 25, MAX_WRAPPED_KEY + 16] {
            refused(p.key_wrap.unwrap(algorithm, &kek, &vec![0; len]), CryptoErrorKind::Verification);
        }
    }
    refused(p.key_wrap.unwrap(WrapAlgorithm::Kw, &kek, &[0; 16]), CryptoErrorKind::Verification);
}

pub(super) fn keywrap_damage(p: &CryptoProvider) {
    let kek = run_of::<32>(9);
    for (algorithm, len) in [(WrapAlgorithm::Kw, 16), (WrapAlgorithm::Kwp, 5), (WrapAlgorithm::Kwp, 33)] {
        let secret = &run_of::<40>(0)[..len];
        let wrapped = p.key_wrap.wrap(algorithm, &kek, secret).unwrap();
        assert_eq!(wrapped.len(), algorithm.wrapped_len(len).unwrap());
        assert_eq!(p.key_wrap.unwrap(algorithm, &kek, &wrapped).unwrap().expose_secret(), secret);
        for bit in 0..wrapped.len() * 8 {
            let mut changed = wrapped.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            refused(p.key_wrap.unwrap(algorithm, &kek, &changed), CryptoErrorKind::Verification);
        }
        refused(p.key_wrap.unwrap(algorithm, &[0; 32], &wrapped), CryptoErrorKind::Verification);
    }
}

/// Made with OpenSSL's Argon2 (pyca/cryptography 48.0.0): `password`, salt 00..0f, 19 MiB, 2 passes, 1 lane.
pub(super) fn password_known_answer(p: &CryptoProvider) {
    let mut out = [0; 32];
    p.password.argon2id(b"password", &run_of::<16>(0), Argon2idParams::FLOOR, &mut out).unwrap();
    assert_eq!(out.to_vec(), hex(ARGON2ID_FLOOR));
}

const ARGON2ID_FLOOR: &str = "39903a34cd393876436e671cd690dfe8ab9ce7b13459a7e04ec0e4f0694ddb0d";

pub(super) fn password_lengths(p: &CryptoProvider) {
    for (memory, passes, lanes) in
        [(0, 2, 1), (8, 2, 1), (19 * 1024 - 1, 2, 1), (19 * 1024, 1, 1), (46 * 1024, 0, 1), (19 * 1024, 2, 0)]
            .into_iter()
            .chain([(u32::MAX, 2, 1), (2 * 1024 * 1024 + 1, 1, 4), (64 * 1024, 65, 4), (64 * 1024, 3, 17)])
    {
        refused(Argon2idParams::new(memory, passes, lanes), CryptoErrorKind::InvalidInput);
    }
    for (salt, out) in [(0, 32), (15, 32), (65, 32), (16, 0), (16, 15), (16, 65)] {
        let hashed = p.password.argon2id(b"password", &vec![0; salt], Argon2idParams::FLOOR, &mut vec![0; out]);
        refused(hashed, CryptoErrorKind::InvalidInput);
    }
}
