//! The crate's code names no operation: what the facade serves is served.

use std::fs;
use std::path::{Path, PathBuf};

/// Every source file below a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(sources(&path)),
            false => found.push(path),
        }
    }
    found
}

/// The words of the code proper: no comments, and nothing from the first `#[cfg(test)]` on.
fn words(code: &str) -> Vec<String> {
    let code = code.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code.lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_')).map(str::to_owned).collect()
}

fn snake(name: &str) -> String {
    name.chars().fold(String::new(), |mut text, c| {
        if c.is_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.extend(c.to_lowercase());
        text
    })
}

#[test]
fn the_crate_names_no_operation() {
    let files = sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")));
    assert!(files.len() > 5, "the sources are here");
    for file in files {
        let words = words(&fs::read_to_string(&file).unwrap());
        // `Sign`, `Verify` and the like are words too; as an operation they would be written as a path or a text.
        for operation in strongroom::Operation::ALL.iter().map(|operation| operation.as_str()) {
            let builder = snake(operation);
            let plain = builder.find('_').is_none();
            let named = words.iter().any(|word| word == operation || (!plain && *word == builder));
            assert!(!named, "{} names {operation}", file.display());
        }
    }
}
