//! The provider's rows of the table in docs/threat-model.md.

#[path = "../../../strongroom-crypto/tests/shared/leftovers.rs"]
#[expect(clippy::print_stdout, reason = "counts are printed")]
mod shared;

#[test]
fn what_is_left_of_keys_is_what_the_threat_model_says() {
    shared::compare(&strongroom_aws_lc::provider());
}
