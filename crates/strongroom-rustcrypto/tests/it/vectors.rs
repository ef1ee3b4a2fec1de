//! Public vectors: what `strongroom-crypto` carries, and NIST's whole files where `.ci/setup` has put them.

use std::path::Path;

use strongroom_crypto::vectors::{self, Suite};
use strongroom_rustcrypto::provider;

/// Text in the names of the sets that one test takes, so that tests share the work.
const SHARES: [&str; 4] = ["ecdsa", "rsa_signature", "rsa_pss", "rsa_oaep"];

fn agree(sets: impl Fn(&Suite) -> bool) {
    for suite in vectors::SUITES.iter().filter(|suite| sets(suite)) {
        let tally = suite.run(&provider());
        println!("{tally}");
        assert_eq!(tally.unsupported(), 0, "{tally}");
        assert!(tally.passed() + tally.refused() > 0, "{tally}");
    }
}

#[test]
fn ecdsa_agrees() {
    agree(|suite| suite.name().contains("ecdsa"));
}

#[test]
fn rsa_signatures_agree() {
    agree(|suite| suite.name().contains("rsa_signature"));
}

#[test]
fn rsa_pss_agrees() {
    agree(|suite| suite.name().contains("rsa_pss"));
}

#[test]
fn rsa_oaep_agrees() {
    agree(|suite| suite.name().contains("rsa_oaep"));
}

#[test]
fn all_the_rest_agrees() {
    agree(|suite| !SHARES.iter().any(|share| suite.name().contains(share)));
}

#[test]
fn the_whole_of_cavp_agrees_where_it_is_present() {
    let package = "peers/cryptography-vectors-50.0.2/cryptography_vectors"; // as in `.ci/setup`
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(package);
    if !folder.exists() {
        println!("skipped: no `{}`; run `.ci/setup`", folder.display());
        return;
    }
    for tally in vectors::run_folder(&provider(), &folder) {
        println!("{tally}");
        assert!(tally.passed() + tally.refused() > 0, "{tally}");
    }
}
