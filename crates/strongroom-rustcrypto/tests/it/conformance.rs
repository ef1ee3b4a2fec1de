//! The suite that every provider passes.

use std::path::Path;

use strongroom_crypto::conformance;

#[test]
fn the_provider_keeps_its_contract() {
    let checks = conformance::run(&strongroom_rustcrypto::provider());
    println!("conformance: {} checks passed", checks.len());
    assert_eq!(checks.len(), conformance::CHECKS.len());
}

#[test]
fn openssl_agrees_with_the_provider() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("openssl-rustcrypto");
    match conformance::openssl::second_opinion(&strongroom_rustcrypto::provider(), &folder) {
        Some(counts) => counts.iter().for_each(|(what, count)| println!("openssl: {count} {what}")),
        None => println!("skipped: no `openssl` of version 3; run `.ci/setup`"),
    }
}
