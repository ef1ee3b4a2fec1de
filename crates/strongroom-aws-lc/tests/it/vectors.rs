//! Public vectors, judged by every provider, case by case.

use std::path::Path;

use strongroom_crypto::vectors::{self, SUITES, Tally};

fn assert_agree(tally: &Tally, other: &Tally) {
    assert_eq!(tally.decisions(), other.decisions(), "{}", tally.name());
    assert_eq!(tally, other);
}

#[test]
fn all_providers_agree_with_every_vector_and_with_each_other() {
    let [fast, module, pure] =
        [strongroom_aws_lc::provider(), strongroom_aws_lc::module_first(), strongroom_rustcrypto::provider()];
    let (mut sets, mut cases) = (0, 0);
    for suite in SUITES {
        let tally = suite.run(&fast);
        println!("{tally}");
        assert_eq!(tally.unsupported(), 0, "{tally}");
        assert_agree(&tally, &suite.run(&pure));
        assert_agree(&tally, &suite.run(&module));
        (sets, cases) = (sets + 1, cases + tally.decisions().len());
    }
    println!("{sets} sets, {cases} cases judged, the same by three providers");
}

#[test]
fn the_whole_of_cavp_agrees_where_it_is_present() {
    let package = "peers/cryptography-vectors-50.0.2/cryptography_vectors"; // as in `.ci/setup`
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(package);
    if !folder.exists() {
        println!("skipped: no `{}`; run `.ci/setup`", folder.display());
        return;
    }
    let [fast, module] = [strongroom_aws_lc::provider(), strongroom_aws_lc::module_first()];
    for (tally, other) in vectors::run_folder(&fast, &folder).iter().zip(vectors::run_folder(&module, &folder)) {
        println!("{tally}");
        assert_agree(tally, &other);
    }
}
