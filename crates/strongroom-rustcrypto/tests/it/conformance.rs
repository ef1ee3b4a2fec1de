//! The suite that every provider passes.

use strongroom_crypto::conformance;

#[test]
fn the_provider_keeps_its_contract() {
    let checks = conformance::run(&strongroom_rustcrypto::provider());
    println!("conformance: {} checks passed", checks.len());
    assert_eq!(checks.len(), conformance::CHECKS.len());
}
