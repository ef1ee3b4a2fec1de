//! README's tour with AWS's command line client, as pasted.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::endpoint::Endpoint;

/// Where the page says that the endpoint listens.
const SHOWN: &str = "127.0.0.1:8080";
/// AWS's client with boto3, as `.ci/setup` installs it.
const PEER: &str = "aws-python-boto3-1.44.8-awscli-1.46.3";

/// A command of the page, and what the page says that comes of it.
#[derive(Debug, Default)]
struct Step {
    command: String,
    prints: String,
    fails: Option<String>,
}

/// The steps of the page's section.
fn steps() -> Vec<Step> {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md")).unwrap();
    let section = page.split("\n## ").find(|section| section.starts_with("With AWS's own tools")).unwrap();
    let block = section.split("```sh\n").nth(1).unwrap().split("```").next().unwrap();
    let mut steps: Vec<Step> = Vec::new();
    for line in block.lines().filter(|line| !line.is_empty()) {
        match (line.strip_prefix("#= "), line.strip_prefix("#! ")) {
            (Some(printed), _) => steps.last_mut().unwrap().prints += printed,
            (_, Some(error)) => steps.last_mut().unwrap().fails = Some(error.to_owned()),
            _ => steps.push(Step { command: line.to_owned(), ..Step::default() }),
        }
        // In a shell that knows no comments where it is typed into, such a line must be no more than an unknown command.
        let harmless = |c: char| c.is_ascii_alphanumeric() || "#=!/_ ".contains(c);
        assert!(!line.starts_with('#') || line.chars().all(harmless), "{line}");
    }
    steps
}

/// One shell for all of them, as who pastes them has; what each left is in files of its own.
fn script(steps: &[Step], address: &str, results: &Path) -> String {
    let mut script = "set -o pipefail\n".to_owned();
    for (at, Step { command, .. }) in steps.iter().enumerate() {
        let command = command.replace(SHOWN, address);
        let file = results.join(at.to_string());
        let file = file.display();
        writeln!(script, "{{\n{command}\n}} >'{file}.out' 2>'{file}.err'; echo $? >'{file}.code'").unwrap();
    }
    script
}

/// The folder of the client; `None`, with the reason printed, where it is not installed and nobody insists.
fn client() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("peers").join(PEER);
    if folder.join("ready").exists() {
        return Some(folder.join("bin"));
    }
    assert!(
        !std::env::var("CI").is_ok_and(|ci| ci == "true"),
        "{} is missing: `.ci/setup` installs it",
        folder.display()
    );
    println!("skipped: {PEER} is not installed; `.ci/setup` does that");
    None
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_commands_of_the_front_page_work_as_pasted() {
    let Some(client) = client() else { return };
    let endpoint = Endpoint::start::<&str>([]);
    let home = tempfile::tempdir().unwrap();
    let steps = steps();
    let path = format!("{}:{}", client.display(), std::env::var("PATH").unwrap());
    let shell = Command::new("bash")
        .args(["--noprofile", "--norc", "-c", &script(&steps, &endpoint.address.to_string(), home.path())])
        .env_clear()
        .envs([("PATH", path.as_str()), ("HOME", home.path().to_str().unwrap()), ("LC_ALL", "C.UTF-8")])
        .status()
        .unwrap();
    assert!(shell.success());

    let mut wrong = String::new();
    for (at, Step { command, prints, fails }) in steps.iter().enumerate() {
        let left = |what: &str| fs::read_to_string(home.path().join(format!("{at}.{what}"))).unwrap();
        let (out, err, code) = (left("out"), left("err"), left("code"));
        let as_shown = match fails {
            None => code == "0\n" && (prints.is_empty() || words(&out) == words(prints)),
            Some(error) => {
                code != "0\n" && out.is_empty() && err.contains(&format!("An error occurred ({error}) when calling "))
            }
        };
        if !as_shown {
            writeln!(wrong, "{command}\n  ended with {code}  printed {out}  said {err}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    let calls =
        steps.iter().filter(|step| step.command.contains("aws kms ") || step.command.contains(" kms create-key"));
    let (calls, failing) = (calls.count(), steps.iter().filter(|step| step.fails.is_some()).count());
    println!("{calls} commands of AWS's client as pasted, {failing} of which fail as the page says");
    assert!(calls >= 31);
}
