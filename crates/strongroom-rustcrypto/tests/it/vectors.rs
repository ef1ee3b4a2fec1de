//! Public vectors: what `strongroom-crypto` carries, and NIST's whole files where `.ci/setup` has put them.

use std::path::Path;

use strongroom_crypto::vectors;
use strongroom_rustcrypto::provider;

#[test]
fn the_provider_agrees_with_every_vector_and_lacks_no_algorithm() {
    for tally in vectors::run(&provider()) {
        println!("{tally}");
        assert_eq!(tally.unsupported(), 0, "{tally}");
        assert!(tally.passed() > 0, "{tally}");
    }
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
        assert!(tally.passed() > 0, "{tally}");
    }
}
