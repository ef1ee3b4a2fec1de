//! What a handler can't do, seen by the compiler: privacy inside the crate can't be tested from outside it.
//!
//! Each case is a `--cfg` that lets `src/operations/must_not_compile.rs` in; the build must fail, with the right error.

use std::path::PathBuf;
use std::process::Command;

fn build(cfg: Option<&str>) -> (bool, String) {
    let manifest = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    // A folder of its own: the test runner may hold the lock on the usual one.
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")), PathBuf::from);
    let mut command = Command::new(env!("CARGO"));
    command
        .args(["rustc", "--quiet", "--lib", "--profile", "check", "--manifest-path"])
        .arg(manifest)
        .env("CARGO_TARGET_DIR", target.join("compile-fail"))
        .env("CARGO_TERM_COLOR", "never")
        .args(["--", "--cap-lints", "warn"]);
    if let Some(cfg) = cfg {
        command.args(["--cfg", cfg]);
    }
    let output = command.output().unwrap_or_else(|error| unreachable!("cargo runs these tests: {error}"));
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn refused_with(cfg: &str, code: &str) {
    let (built, errors) = build(Some(cfg));
    assert!(!built, "`--cfg {cfg}` was to be refused");
    let found: Vec<&str> = errors.lines().filter(|line| line.starts_with("error[")).collect();
    assert!(found.iter().all(|line| line.starts_with(&format!("error[{code}]"))), "{errors}");
    assert!(!found.is_empty(), "{errors}");
}

#[test]
fn a_handler_can_neither_make_a_proof_nor_use_one_twice_nor_use_another_operations() {
    // One test, so that the builds come one after the other. First that nothing else is wrong.
    let (built, errors) = build(None);
    assert!(built, "{errors}");
    refused_with("forge", "E0451");
    refused_with("twice", "E0382");
    refused_with("other", "E0308");
}
