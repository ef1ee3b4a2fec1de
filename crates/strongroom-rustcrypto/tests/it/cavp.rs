//! NIST's vectors for key wrapping: a selection beside this file, and the whole files where `.ci/setup` has put
//! `cryptography-vectors` (of the Python Cryptographic Authority).

use std::path::Path;

use strongroom_crypto::{CryptoErrorKind, WrapAlgorithm};
use strongroom_rustcrypto::provider;

const SELECTION: &str = include_str!("../vectors/cavp-keywrap.txt");
const FILES: [&str; 6] = ["KW_AE_256", "KW_AD_256", "KWP_AE_128", "KWP_AD_128", "KWP_AE_256", "KWP_AD_256"];

fn hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap()).collect()
}

/// One `K`, `P`, `C` or `K`, `C`, `P | FAIL` of a set such as `KWP_AD_256`.
#[derive(Default)]
struct Case {
    k: Option<Vec<u8>>,
    c: Option<Vec<u8>>,
    p: Option<Vec<u8>>,
    fails: bool,
}

#[derive(Debug, Default, PartialEq)]
struct Counts {
    passed: usize,
    refused: usize,
}

impl Case {
    fn judge(self, set: &str, counts: &mut Counts) {
        let provider = provider();
        let algorithm = if set.starts_with("KWP") { WrapAlgorithm::Kwp } else { WrapAlgorithm::Kw };
        let (k, c) = (self.k.unwrap(), self.c.unwrap());
        let unwrapped = provider.key_wrap.unwrap(algorithm, &k, &c);
        if self.fails {
            assert_eq!(unwrapped.unwrap_err().kind(), CryptoErrorKind::Verification);
            counts.refused += 1;
            return;
        }
        let p = self.p.unwrap();
        assert_eq!(unwrapped.unwrap().expose_secret(), p);
        assert_eq!(provider.key_wrap.wrap(algorithm, &k, &p).unwrap(), c);
        counts.passed += 1;
    }
}

fn judge(mut set: String, text: &str) -> Counts {
    let (mut counts, mut case) = (Counts::default(), Case::default());
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            if !name.contains('=') {
                set = name.to_owned();
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
            std::mem::take(&mut case).judge(&set, &mut counts);
        }
    }
    counts
}

#[test]
fn the_selection_of_cavp_agrees() {
    let counts = judge(String::new(), SELECTION);
    println!("cavp key wrapping, selection: {} passed, {} failed as expected", counts.passed, counts.refused);
    assert_eq!(counts.passed + counts.refused, 36);
    assert!(counts.refused >= 10, "{counts:?}");
}

#[test]
fn the_whole_of_cavp_agrees_where_it_is_present() {
    let package = "peers/cryptography-vectors-50.0.2/cryptography_vectors/keywrap/kwtestvectors"; // as in `.ci/setup`
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(package);
    if !folder.exists() {
        println!("skipped: no `{}`; run `.ci/setup`", folder.display());
        return;
    }
    for name in FILES {
        let text = std::fs::read_to_string(folder.join(format!("{name}.txt"))).unwrap();
        let counts = judge(name.to_owned(), &text);
        println!("cavp {name}: {} passed, {} failed as expected", counts.passed, counts.refused);
        assert!(counts.passed > 0);
    }
}
