//! The suite that every provider passes.

#[test]
fn the_provider_keeps_every_contract() {
    let names = strongroom_crypto::conformance::run(&strongroom_aws_lc::provider());
    println!("{} checks passed", names.len());
    assert!(names.len() > 40);
}

#[test]
fn openssl_agrees_with_the_provider() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("openssl-aws-lc");
    match strongroom_crypto::conformance::openssl::second_opinion(&strongroom_aws_lc::provider(), &folder) {
        Some(counts) => counts.iter().for_each(|(what, count)| println!("openssl: {count} {what}")),
        None => println!("skipped: no `openssl` of version 3; run `.ci/setup`"),
    }
}
