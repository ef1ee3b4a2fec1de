//! Public vectors, judged by both providers.

use strongroom_crypto::vectors::SUITES;

#[test]
fn both_providers_agree_with_every_vector_and_with_each_other() {
    let (aws_lc, rustcrypto) = (strongroom_aws_lc::provider(), strongroom_rustcrypto::provider());
    for suite in SUITES {
        let (tally, other) = (suite.run(&aws_lc), suite.run(&rustcrypto));
        println!("{tally}");
        assert_eq!(tally.decisions(), other.decisions(), "{}", suite.name());
        assert_eq!(tally.unsupported(), other.unsupported(), "{tally}");
    }
}
