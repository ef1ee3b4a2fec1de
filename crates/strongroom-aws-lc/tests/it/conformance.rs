//! The suite that every provider passes.

use strongroom_crypto::conformance;

#[test]
fn the_providers_keep_every_contract() {
    for provider in [strongroom_aws_lc::provider(), strongroom_aws_lc::module_first()] {
        let checks = conformance::run(&provider);
        println!("conformance of {}: {} checks passed", provider.name(), checks.len());
        assert_eq!(checks.len(), conformance::CHECKS.len());
    }
}

#[test]
fn openssl_agrees_with_the_provider() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("openssl-aws-lc");
    match strongroom_crypto::conformance::openssl::second_opinion(&strongroom_aws_lc::provider(), &folder) {
        Some(counts) => counts.iter().for_each(|(what, count)| println!("openssl: {count} {what}")),
        None => println!("skipped: no `openssl` of version 3; run `.ci/setup`"),
    }
}
