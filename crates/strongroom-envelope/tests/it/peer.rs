//! The AWS Encryption SDK for Python reads what we write, and we read what it writes.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde_json::{Value, json};
use strongroom_envelope::{Envelope, frame::REGULAR_OVERHEAD};

use crate::support::{base64, context, foreign, frame, open, ours, plaintext, provider, stream, to_base64};

const PACKAGE: &str = "aws-encryption-sdk[MPL]==4.0.7";

struct Peer {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Peer {
    /// Installs what is missing beside the build, and starts the helper.
    fn start() -> Result<Self, String> {
        let python = install()?;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/esdk_peer.py");
        let mut command = Command::new(python);
        command.arg("-B").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|error| error.to_string())?;
        let requests = child.stdin.take().unwrap();
        let answers = BufReader::new(child.stdout.take().unwrap());
        Ok(Self { child, requests, answers })
    }

    fn ask(&mut self, request: &Value) -> Value {
        writeln!(self.requests, "{request}").unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn install() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("peers/esdk-python-4.0.7");
    let python = folder.join("bin/python");
    let ready = folder.join("ready");
    if ready.exists() {
        return Ok(python);
    }
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    run(Command::new(&python).args(["-m", "pip", "install", "-q", "--disable-pip-version-check", PACKAGE]))?;
    std::fs::write(ready, PACKAGE).map_err(|error| error.to_string())?;
    Ok(python)
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn messages_pass_between_us_and_the_sdk_for_python() {
    let mut peer = match Peer::start() {
        Ok(peer) => peer,
        Err(reason) if env::var("CI").is_ok_and(|ci| ci == "true") => panic!("the peer can't be installed: {reason}"),
        Err(reason) => return println!("skipped: the peer can't be installed: {reason}"),
    };
    let contexts: [&[(&str, &str)]; 4] = [
        &[],
        &[("purpose", "test"), ("a", "b")],
        &[("B", "1"), ("a", "2"), ("aB", "3"), ("a_b", "4"), ("a-b", "5")],
        &[("é", "1"), ("f", "2"), ("～", "3"), ("🔑", "4")],
    ];
    let mut passed = 0;
    for frame_length in [128_usize, 4096] {
        for len in [0, 1, frame_length - 1, frame_length, frame_length + 1, 3 * frame_length] {
            for pairs in contexts {
                for foreign_first in [false, true] {
                    both_ways(&mut peer, frame_length, len, pairs, foreign_first);
                    passed += 2;
                }
            }
        }
    }
    println!("{PACKAGE}: {passed} messages passed, half of them each way");
    assert_eq!(passed, 192);
    altered_messages_are_refused_by_both(&mut peer);
}

fn both_ways(peer: &mut Peer, frame_length: usize, len: usize, pairs: &[(&str, &str)], foreign_first: bool) {
    let name = format!("frame length {frame_length}, {len} bytes, context {pairs:?}, foreign first: {foreign_first}");
    let truth = plaintext(len);
    let expected = context(pairs);
    let object: Value = pairs.iter().map(|(key, value)| ((*key).to_owned(), json!(value))).collect();
    let provider = provider();
    let (ours, foreign) = (ours(&provider), foreign(&provider));
    let envelope = match foreign_first {
        true => Envelope::new(&provider, &foreign).also_for(&ours),
        false => Envelope::new(&provider, &ours),
    };
    let envelope = envelope.frame_length(frame(u32::try_from(frame_length).unwrap()));

    let message = envelope.seal(&truth, &expected).unwrap();
    let answer = peer.ask(&json!({"op": "decrypt", "message": to_base64(&message)}));
    assert_eq!(answer["ok"], true, "{name}: {answer}");
    assert_eq!(base64(answer["plaintext"].as_str().unwrap()), truth, "{name}");
    assert_eq!(answer["context"], object, "{name}");

    let answer = peer.ask(&json!({
        "op": "encrypt", "plaintext": to_base64(&truth), "context": object,
        "frame_length": frame_length, "foreign_first": foreign_first,
    }));
    assert_eq!(answer["ok"], true, "{name}: {answer}");
    let theirs = base64(answer["message"].as_str().unwrap());
    // The SDK for Python ends a whole number of frames with an empty final frame, we with a full one.
    let empty_final = if len > 0 && len.is_multiple_of(frame_length) { REGULAR_OVERHEAD } else { 0 };
    assert_eq!(theirs.len(), message.len() + empty_final, "{name}");
    let opened = Envelope::new(&provider, &ours).expect_context(expected.clone()).open(&theirs);
    let opened = opened.unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(opened.plaintext.expose_secret(), truth, "{name}");
    assert_eq!(opened.context(), &expected, "{name}");
    let (released, end) = stream(&theirs, 1000);
    assert!(end.is_ok() && released == truth, "{name} as a stream");
}

fn altered_messages_are_refused_by_both(peer: &mut Peer) {
    let message = crate::support::three_frames();
    for at in (0..message.len()).step_by(7) {
        let mut bad = message.clone();
        bad[at] ^= 1;
        let answer = peer.ask(&json!({"op": "decrypt", "message": to_base64(&bad)}));
        assert_eq!((open(&bad).is_err(), &answer["ok"]), (true, &json!(false)), "byte {at}: {answer}");
    }
}
