//! What one provider makes, every other opens and verifies: all ordered pairs, each algorithm.

use strongroom_crypto::sealing::{self, Family, Place, SealingKdk};
use strongroom_crypto::symmetric::{self, Header, Kdk};
use strongroom_crypto::{
    CryptoErrorKind, CryptoProvider, Curve, DigestAlgorithm, KdfAlgorithm, MacAlgorithm, OaepHash, RsaScheme, RsaSize,
    WrapAlgorithm,
};
use strongroom_types::{EncryptionContext, KeyId, Secret};

use crate::providers;

const CURVES: [Curve; 4] = [Curve::P256, Curve::P384, Curve::P521, Curve::Secp256k1];

/// Every ordered pair, a provider with itself among them.
fn pairs(mut check: impl FnMut(&CryptoProvider, &CryptoProvider)) {
    for maker in providers() {
        for user in providers() {
            check(&maker, &user);
        }
    }
}

fn counted(len: usize) -> Vec<u8> {
    (0_u8..=255).cycle().take(len).collect()
}

#[test]
fn ciphertexts_of_suite_one_open() {
    let (id, context) = (KeyId::from_parts([1; 16], false), EncryptionContext::from_pairs([("a", "b")]).unwrap());
    pairs(|maker, user| {
        let mut kdks = [[0; 32], [0; 32]];
        symmetric::derive_kdk(maker, &[5; 32], &id, &mut kdks[0]).unwrap();
        symmetric::derive_kdk(user, &[5; 32], &id, &mut kdks[1]).unwrap();
        assert_eq!(kdks[0], kdks[1]);
        let kdk = Kdk::new(&kdks[0]).unwrap();
        for len in [1, 16, 4096] {
            let mut blob = Vec::new();
            symmetric::seal_fresh(maker, kdk, &Header::new(id, [2; 16]), &context, &counted(len), &mut blob).unwrap();
            assert_eq!(symmetric::open(user, kdk, &context, &blob).unwrap().expose_secret(), counted(len));
            *blob.last_mut().unwrap() ^= 1;
            let refused = symmetric::open(user, kdk, &context, &blob).unwrap_err();
            assert_eq!(refused.kind(), CryptoErrorKind::Verification);
        }
    });
}

#[test]
fn sealed_keys_open() {
    let (store, place) = ([3; 16], Place::new(&[3; 16], [b"where"]).unwrap());
    pairs(|maker, user| {
        let mut kdk = [0; 32];
        sealing::derive_kdk(maker, Family::Root, &[5; 32], &store, &mut kdk).unwrap();
        let kdk = SealingKdk::new(Family::Root, &kdk).unwrap();
        let id = sealing::root_id(maker, kdk, &store).unwrap();
        assert_eq!(id, sealing::root_id(user, kdk, &store).unwrap());
        let header = sealing::Header::new(Family::Root, 1, 1, &id);
        let sealed = sealing::seal(maker, kdk, &header, &place, &maker.draw().unwrap(), b"a key").unwrap();
        assert_eq!(sealing::open(user, kdk, 1, &place, &sealed).unwrap().expose_secret(), b"a key");
    });
}

#[test]
fn gcm_frames_open_under_keys_of_every_length() {
    pairs(|maker, user| {
        for key in [16, 24, 32].map(counted) {
            for len in [0, 1, 15, 16, 17, 4095, 70_000] {
                let (mut buf, mut other) = (counted(len), counted(len));
                let tag = maker.aead.key(&key).unwrap().seal(&[4; 12], b"aad", &mut buf).unwrap();
                assert_eq!(user.aead.seal_once(&key, &[4; 12], b"aad", &mut other).unwrap(), tag);
                assert_eq!(buf, other);
                user.aead.open_once(&key, &[4; 12], b"aad", &mut buf, &tag).unwrap();
                assert_eq!(buf, counted(len));
            }
        }
    });
}

#[test]
fn digests_macs_and_derived_keys_are_equal() {
    pairs(|one, two| {
        let message = counted(300);
        let parts = [&message[..7], &[], &message[7..]];
        for algorithm in DigestAlgorithm::ALL {
            let (mut a, mut b) = (vec![0; algorithm.output_len()], vec![0; algorithm.output_len()]);
            one.digest.digest(*algorithm, &[&message], &mut a).unwrap();
            let mut state = two.digest.start(*algorithm).unwrap();
            parts.iter().for_each(|part| state.update(part));
            state.finish(&mut b).unwrap();
            assert_eq!(a, b);
        }
        for algorithm in MacAlgorithm::ALL {
            for key in [0, 1, 32, 64, 129, 300].map(counted) {
                let (mut a, mut b) = (vec![0; algorithm.tag_len()], vec![0; algorithm.tag_len()]);
                one.mac.compute(*algorithm, &key, &[&message], &mut a).unwrap();
                two.mac.keyed(*algorithm, &key, &mut |mac| mac.mac(&parts, &mut b)).unwrap();
                assert_eq!(a, b);
            }
        }
        for algorithm in KdfAlgorithm::ALL {
            let derive = |p: &CryptoProvider| {
                let mut out = [0; 100];
                p.kdf.extract(*algorithm, b"salt", &message).unwrap().expand(&[b"in", b"fo"], &mut out).unwrap();
                out
            };
            assert_eq!(derive(one), derive(two));
        }
    });
}

#[test]
fn wrapped_keys_are_equal_and_unwrap() {
    pairs(|maker, user| {
        for algorithm in WrapAlgorithm::ALL {
            for kek in [16, 24, 32].map(counted) {
                for len in [16, 32, 40, 4096].into_iter().chain((*algorithm == WrapAlgorithm::Kwp).then_some(33)) {
                    let wrapped = maker.key_wrap.wrap(*algorithm, &kek, &counted(len)).unwrap();
                    assert_eq!(user.key_wrap.wrap(*algorithm, &kek, &counted(len)).unwrap(), wrapped);
                    let opened = user.key_wrap.unwrap(*algorithm, &kek, &wrapped).unwrap();
                    assert_eq!(opened.expose_secret(), counted(len));
                }
            }
        }
    });
}

#[test]
fn ecdsa_keys_documents_and_signatures_pass_over() {
    pairs(|maker, user| {
        for curve in CURVES {
            let scalar = maker.ecdsa.generate(curve, &*maker.random).unwrap();
            let public = maker.ecdsa.public_key(curve, scalar.expose_secret()).unwrap();
            assert_eq!(user.ecdsa.public_key(curve, scalar.expose_secret()).unwrap(), public);
            let document = maker.ecdsa.export_pkcs8(curve, scalar.expose_secret()).unwrap();
            let read = user.ecdsa.import_pkcs8(curve, document.expose_secret()).unwrap();
            assert_eq!(read.expose_secret(), scalar.expose_secret());
            let prehash = counted(curve.digest().output_len());
            for random in [None, Some(&*maker.random)] {
                for _ in 0..4 {
                    let signature = maker.ecdsa.sign(curve, read.expose_secret(), &prehash, random).unwrap();
                    user.ecdsa.verify(curve, &public, &prehash, &signature).unwrap();
                    let refused = user.ecdsa.verify(curve, &public, &vec![9; prehash.len()], &signature).unwrap_err();
                    assert_eq!(refused.kind(), CryptoErrorKind::Verification);
                }
            }
        }
    });
}

#[test]
fn ed25519_signatures_are_equal() {
    pairs(|maker, user| {
        for seed in 0..8 {
            let (seed, message) = ([seed; 32], counted(usize::from(seed) * 50));
            let (public, signature) =
                (maker.ed25519.public_key(&seed).unwrap(), maker.ed25519.sign(&seed, &message).unwrap());
            assert_eq!(user.ed25519.public_key(&seed).unwrap(), public);
            assert_eq!(user.ed25519.sign(&seed, &message).unwrap(), signature);
            user.ed25519.verify(&public, &message, &signature).unwrap();
        }
    });
}

fn rsa_passes_over(maker: &CryptoProvider, user: &CryptoProvider, size: RsaSize, key: &Secret) {
    let key = key.expose_secret();
    let public = maker.rsa.public_key(size, key).unwrap();
    assert_eq!(user.rsa.public_key(size, key).unwrap(), public);
    for scheme in [RsaScheme::Pss, RsaScheme::Pkcs1v15] {
        for algorithm in DigestAlgorithm::ALL {
            let digest = counted(algorithm.output_len());
            let sign = |p: &CryptoProvider| p.rsa.sign(size, key, scheme, *algorithm, &digest, &*p.random).unwrap();
            let signature = sign(maker);
            user.rsa.verify(size, &public, scheme, *algorithm, &digest, &signature).unwrap();
            if scheme == RsaScheme::Pkcs1v15 {
                assert_eq!(sign(user), signature);
            }
        }
    }
    for hash in OaepHash::ALL {
        for len in [0, 1, 32, hash.max_message(size)] {
            let ciphertext = maker.rsa.encrypt(size, &public, *hash, &counted(len), &*maker.random).unwrap();
            let opened = user.rsa.decrypt(size, key, *hash, &ciphertext, &*user.random).unwrap();
            assert_eq!(opened.expose_secret(), counted(len));
        }
    }
}

#[test]
fn rsa_keys_signatures_and_ciphertexts_pass_over() {
    let [fast, _, pure] = providers();
    for size in RsaSize::ALL {
        for (maker, user) in [(&fast, &pure), (&pure, &fast)] {
            let key = maker.rsa.generate(*size, &*maker.random).unwrap();
            rsa_passes_over(maker, user, *size, &key);
            rsa_passes_over(user, maker, *size, &key);
        }
    }
}

/// What a reader of RSA keys may meet: both refuse it alike, and take what the other takes.
#[test]
fn both_read_the_same_rsa_documents() {
    let [fast, _, pure] = providers();
    let size = RsaSize::Rsa2048;
    let key = fast.rsa.generate(size, &*fast.random).unwrap();
    let (key, public) = (key.expose_secret(), fast.rsa.public_key(size, key.expose_secret()).unwrap());
    let private = |document: &[u8]| {
        let [one, two] = [&fast, &pure].map(|p| p.rsa.public_key(size, document).map_err(|e| e.kind()));
        assert_eq!(one, two);
        one
    };
    assert_eq!(private(key), Ok(public.clone()));
    let mut refused = 0;
    // Every byte but those of the private exponent, which the parts of the CRT leave unused, in steps that are no divisor of anything.
    for at in (0..60).chain((300..key.len()).step_by(7)) {
        let mut other = key.to_vec();
        other[at] ^= 1;
        refused += usize::from(private(&other) == Err(CryptoErrorKind::InvalidKey));
    }
    for len in (0..key.len()).step_by(31) {
        assert_eq!(private(&key[..len]), Err(CryptoErrorKind::InvalidKey));
    }
    assert_eq!(private(&[key, &[0]].concat()), Err(CryptoErrorKind::InvalidKey));
    println!("{refused} changed private keys refused by both");
    for size in [RsaSize::Rsa3072, RsaSize::Rsa4096] {
        for p in [&fast, &pure] {
            assert_eq!(p.rsa.public_key(size, key).unwrap_err().kind(), CryptoErrorKind::InvalidKey);
        }
    }
    let signature = vec![1; size.modulus_len()];
    for at in 0..public.len() {
        let mut other = public.clone();
        other[at] ^= 1;
        let verify = |p: &CryptoProvider| {
            let (scheme, sha256) = (RsaScheme::Pss, DigestAlgorithm::Sha256);
            p.rsa.verify(size, &other, scheme, sha256, &[7; 32], &signature).unwrap_err().kind()
        };
        assert_eq!(verify(&fast), verify(&pure), "byte {at} of a public key");
    }
}
