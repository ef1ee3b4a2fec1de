//! Writes the generated modules of `strongroom-types` and `strongroom-api` and the typed client of
//! `strongroom` from AWS's model and the overlay that says what the model lacks.
//!
//! `cargo run -p strongroom-api-generator` writes; with `-- --check` it compares with what is
//! committed and fails on any difference.

mod calls;
mod emit;
mod model;
mod names;
mod overlay;
mod pattern;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

/// Why nothing could be generated: a sentence for whoever edits the model or the overlay.
#[derive(Debug)]
pub(crate) struct Fault(pub(crate) String);

impl<E: std::error::Error> From<E> for Fault {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

pub(crate) fn fault<T>(text: impl Into<String>) -> Result<T, Fault> {
    Err(Fault(text.into()))
}

/// A file to write, relative to the folder of all crates.
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool")]
fn main() -> ExitCode {
    let check = std::env::args().any(|a| a == "--check");
    match run(check) {
        Ok(report) => {
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(Fault(text)) => {
            eprintln!("{text}");
            ExitCode::FAILURE
        }
    }
}

fn run(check: bool) -> Result<String, Fault> {
    let api = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let model = model::Model::load(&api.join("model/kms-api.json"))?;
    let overlay = overlay::Overlay::load(&api.join("model/overlay.json"), &model)?;
    let crates = api.join("..");
    let mut stale = Vec::new();
    let mut lines = 0;
    let files = emit::all(&model, &overlay)?;
    for file in &files {
        let text = formatted(&file.text, &crates)?;
        lines += text.lines().count();
        let path: PathBuf = crates.join(&file.path);
        if std::fs::read_to_string(&path).ok().as_deref() == Some(text.as_str()) {
            continue;
        }
        stale.push(file.path.clone());
        if !check {
            std::fs::write(&path, text)?;
        }
    }
    if check && !stale.is_empty() {
        return fault(format!("not what the model and the overlay say: {}", stale.join(", ")));
    }
    Ok(format!("{} files, {lines} lines, {} changed", files.len(), stale.len()))
}

fn formatted(text: &str, folder: &Path) -> Result<String, Fault> {
    use std::io::Write as _;
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024", "--emit", "stdout"])
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    // Dropping the pipe ends the input.
    match child.stdin.take() {
        Some(mut input) => input.write_all(text.as_bytes())?,
        None => return fault("rustfmt has no input"),
    }
    let output = child.wait_with_output()?;
    if !output.status.success() {
        return fault(format!("rustfmt refused:\n{text}"));
    }
    Ok(String::from_utf8(output.stdout)?)
}
