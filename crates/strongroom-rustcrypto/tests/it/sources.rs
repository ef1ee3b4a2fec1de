//! What must not be in our sources.

use std::fs;
use std::path::{Path, PathBuf};

/// Calls of `rsa` that blind with a generator of its own, or, without its default features, not at all.
const UNBLINDED: [&str; 9] = [
    ".sign(",
    ".decrypt(",
    "pkcs1v15_sign(",
    "pkcs1v15_sign_prehash(",
    "pss_sign(",
    "pss_sign_prehash(",
    "oaep_decrypt(",
    "DecryptingKey",
    "SigningKey",
];

fn rust_files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push(path);
        }
    }
}

#[test]
fn no_private_operation_of_rsa_is_called_without_our_randomness() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut looked_at = 0;
    for member in fs::read_dir(crates).unwrap() {
        let member = member.unwrap().path();
        let manifest = fs::read_to_string(member.join("Cargo.toml")).unwrap_or_default();
        if !manifest.lines().any(|line| line.starts_with("rsa.workspace") || line.starts_with("rsa =")) {
            continue;
        }
        assert_eq!(member.file_name().unwrap(), "strongroom-rustcrypto", "another crate depends on `rsa`");
        let mut files = Vec::new();
        rust_files(&member.join("src"), &mut files);
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            if !text.contains("use rsa::") {
                continue;
            }
            looked_at += 1;
            for call in UNBLINDED {
                let found = text.lines().position(|line| !line.trim_start().starts_with("//") && line.contains(call));
                assert_eq!(found, None, "`{call}` in {}", file.display());
            }
        }
    }
    assert_eq!(looked_at, 2, "the files that use `rsa`");
}
