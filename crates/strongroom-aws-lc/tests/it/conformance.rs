//! The suite that every provider passes.

#[test]
fn the_provider_keeps_every_contract() {
    let names = strongroom_crypto::conformance::run(&strongroom_aws_lc::provider());
    println!("{} checks passed", names.len());
    assert!(names.len() > 40);
}
