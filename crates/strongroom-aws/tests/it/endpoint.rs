//! The example `aws_endpoint`, as the program that it is: how it starts, what it refuses, how it ends.
//!
//! It is built with everything else by `cargo test --workspace`; who runs this crate's tests alone gets the one that
//! was built last.

use std::collections::HashSet;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};

use serde_json::json;
use strongroom::{KeyClosure, Kms, Options, verify_record};
use tokio::sync::mpsc;

use crate::socket::{Peer, bytes, bytes_for, header};

/// Where the program is, which is built first if nobody has.
pub(crate) fn program() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let path = tests.parent().unwrap().parent().unwrap().join("examples/aws_endpoint");
    if !path.exists() {
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--quiet", "--package", "strongroom-examples", "--example", "aws_endpoint"]);
        assert!(build.current_dir(env!("CARGO_MANIFEST_DIR")).status().unwrap().success());
    }
    path
}

/// The program, running.
pub(crate) struct Endpoint {
    child: Child,
    pub(crate) address: SocketAddr,
    /// What it says after the address.
    said: BufReader<std::process::ChildStdout>,
}

impl Endpoint {
    pub(crate) fn start<I: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = I>) -> Self {
        Self::listening("127.0.0.1:0", arguments)
    }

    fn listening<I: AsRef<std::ffi::OsStr>>(on: &str, arguments: impl IntoIterator<Item = I>) -> Self {
        let mut child =
            Command::new(program()).args(["--listen", on]).args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("listening on http://").expect("an address").parse().unwrap();
        Self { child, address, said }
    }

    fn in_folder(dir: &Path) -> Self {
        Self::start(["--dir".as_ref(), dir.as_os_str()])
    }

    /// Asks it to end.
    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }

    fn ended(mut self) -> (ExitStatus, String) {
        let mut rest = String::new();
        self.said.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap(), rest)
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn refused(arguments: &[&str]) -> String {
    let Output { status, stdout, stderr } = Command::new(program()).args(arguments).output().unwrap();
    assert_eq!(status.code(), Some(1), "{arguments:?}");
    assert!(stdout.is_empty(), "{arguments:?}: {}", String::from_utf8_lossy(&stdout));
    let why = String::from_utf8(stderr).unwrap();
    assert!(why.starts_with("aws_endpoint: ") && why.lines().count() == 1, "{arguments:?}: {why}");
    why
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

/// The strongroom of a folder, as the program opens it.
fn open(dir: &Path) -> Kms {
    let key: [u8; 32] = std::fs::read(dir.with_extension("key")).unwrap().try_into().unwrap();
    let unlock = KeyClosure::new(move |kek| {
        *kek = key;
        Ok(())
    });
    Kms::open(dir, Options::new(unlock)).unwrap()
}

/// Calls without an end, over four connections: the request ids of those that were acknowledged, as they come.
fn calls(address: SocketAddr) -> mpsc::UnboundedReceiver<String> {
    let (tell, told) = mpsc::unbounded_channel();
    for n in 0..4 {
        let tell = tell.clone();
        tokio::spawn(async move {
            let mut peer = Peer::connect(address).await;
            let (operation, body) = match n {
                0 => ("CreateKey", json!({})),
                _ => ("GenerateRandom", json!({"NumberOfBytes": 16})),
            };
            while peer.try_send(bytes(operation, &body).await).await {
                let Some(answer) = peer.try_answer().await else { return };
                assert_eq!(answer.status, 200, "{answer:?}");
                tell.send(header(&answer.head, "x-amzn-requestid").unwrap().to_owned()).unwrap();
            }
        });
    }
    told
}

/// That the record of a folder verifies and holds these calls.
fn holds(dir: &Path, acknowledged: &HashSet<String>) {
    let kms = open(dir);
    let recorded: HashSet<String> =
        kms.record().iter().unwrap().filter_map(|event| event.unwrap().record.request_id()).map(uuid).collect();
    assert!(acknowledged.is_subset(&recorded), "{} of {}", recorded.len(), acknowledged.len());
    let (key, closed) = (kms.verifying_key().unwrap(), kms.close().unwrap());
    let report = verify_record(dir, &key, std::slice::from_ref(&closed.checkpoint)).unwrap();
    assert!(report.first_bad.is_none(), "{report:?}");
    println!("{} calls were acknowledged; the record has {} events, and verifies", acknowledged.len(), closed.events);
}

fn uuid(id: [u8; 16]) -> String {
    let hex: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_before_sigterm_stands_in_the_record() {
    for signal in ["TERM", "INT"] {
        let folder = folder();
        let dir = folder.path().join("room");
        let endpoint = Endpoint::in_folder(&dir);
        let mut told = calls(endpoint.address);
        let mut acknowledged = HashSet::new();
        while acknowledged.len() < 100 {
            acknowledged.insert(told.recv().await.unwrap());
        }
        endpoint.signal(signal);
        while let Some(id) = told.recv().await {
            acknowledged.insert(id);
        }
        let (status, rest) = endpoint.ended();
        assert!(status.success(), "{status}");
        assert!(rest.starts_with("closed: "), "{rest}");
        holds(&dir, &acknowledged);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_before_a_kill_stands_in_the_record() {
    let folder = folder();
    let dir = folder.path().join("room");
    let mut acknowledged = HashSet::new();
    // Killed, and started again in the same folder.
    for _ in 0..3 {
        let endpoint = Endpoint::in_folder(&dir);
        let mut told = calls(endpoint.address);
        let most = acknowledged.len() + 50;
        while acknowledged.len() < most {
            acknowledged.insert(told.recv().await.unwrap());
        }
        endpoint.signal("KILL");
        while let Some(id) = told.recv().await {
            acknowledged.insert(id);
        }
        assert!(!endpoint.ended().0.success());
    }
    holds(&dir, &acknowledged);
}

#[tokio::test]
async fn a_folder_is_opened_again_and_by_one_process_alone() {
    let folder = folder();
    let dir = folder.path().join("room");
    let endpoint = Endpoint::in_folder(&dir);
    let made = Peer::connect(endpoint.address).await.call("CreateKey", &json!({})).await;
    let id = made.body["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned();
    let why = refused(&["--listen", "127.0.0.1:0", "--dir", dir.to_str().unwrap()]);
    assert!(why.contains("is open already"), "{why}");
    endpoint.signal("TERM");
    assert!(endpoint.ended().0.success());

    let endpoint = Endpoint::in_folder(&dir);
    let found = Peer::connect(endpoint.address).await.call("DescribeKey", &json!({"KeyId": id})).await;
    assert_eq!(found.status, 200, "{found:?}");
    drop(endpoint);
    let why = refused(&["--dir", dir.to_str().unwrap(), "--account", "111122223333"]);
    assert!(why.contains("was made with 000000000000"), "{why}");
}

#[cfg(unix)]
#[tokio::test]
async fn the_key_of_a_folder_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder();
    let dir = folder.path().join("room");
    drop(Endpoint::in_folder(&dir));
    let file = folder.path().join("room.key");
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    assert!(refused(&["--dir", dir.to_str().unwrap()]).contains("others can read this key"));
    std::fs::remove_file(&file).unwrap();
    assert!(refused(&["--dir", dir.to_str().unwrap()]).contains("is missing"));
    std::fs::write(&file, [7; 32]).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    assert!(refused(&["--dir", dir.to_str().unwrap()]).contains("does not open the root key"));
    std::fs::write(&file, [7; 31]).unwrap();
    assert!(refused(&["--dir", dir.to_str().unwrap()]).contains("room.key"));
}

#[tokio::test]
async fn it_listens_on_loopback_unless_the_danger_is_named() {
    for beyond in ["0.0.0.0:0", "[::]:0"] {
        assert!(refused(&["--listen", beyond]).contains("--danger-listen-beyond-loopback"));
    }
    let endpoint = Endpoint::listening("0.0.0.0:0", ["--danger-listen-beyond-loopback"]);
    assert!(endpoint.address.ip().is_unspecified());
}

#[tokio::test]
async fn what_the_command_line_gets_wrong_is_said_in_one_line() {
    for (arguments, why) in [
        (&["--port", "80"][..], "`--port` is unknown"),
        (&["80"], "`80` is unknown"),
        (&["--listen"], "--listen needs a value"),
        (&["--listen", "--dir", "x"], "--listen needs a value"),
        (&["--dir", "a", "--dir", "b"], "--dir stands twice"),
        (&["--listen", "127.0.0.1"], "--listen 127.0.0.1: "),
        (&["--listen", "127.0.0.1:port"], "--listen 127.0.0.1:port: "),
        (&["--account", "12"], "12"),
        (&["--region", "no Region"], "no Region"),
        (&["--dir", "/"], "--dir"),
        (&["--credentials", "/nowhere/at/all"], "/nowhere/at/all"),
    ] {
        let said = refused(arguments);
        assert!(said.contains(why), "{arguments:?}: {said}");
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    assert!(refused(&["--listen", &address]).contains(&address));
}

#[tokio::test]
async fn one_command_lists_which_operations_are_served() {
    let said = Command::new(program()).arg("--operations").output().unwrap();
    assert!(said.status.success());
    let said = String::from_utf8(said.stdout).unwrap();
    let served = said.lines().take(56).filter_map(|line| line.strip_suffix(" served")).map(str::trim);
    assert!(served.eq(strongroom::served().map(|operation| operation.as_str())), "{said}");
    let count = strongroom::served().count();
    assert_eq!(said.lines().filter(|line| line.ends_with(" not yet")).count(), 56 - count);
    assert_eq!(said.lines().last(), Some(&*format!("{count} of 56 operations are served")));
    let help = Command::new(program()).arg("--help").output().unwrap();
    assert!(help.status.success() && String::from_utf8(help.stdout).unwrap().contains("--listen ADDRESS"));
}

#[tokio::test]
async fn the_regions_of_calls_are_those_they_were_signed_for() {
    let endpoint = Endpoint::start(["--account", "111122223333", "--region", "eu-west-1"]);
    let mut peer = Peer::connect(endpoint.address).await;
    for region in ["us-east-1", "eu-west-1", "ap-southeast-4", "cn-north-1", "mars-central-7"] {
        peer.send(bytes_for("CreateKey", &json!({}), region).await).await;
        let answer = peer.answer().await;
        let arn = answer.body["KeyMetadata"]["Arn"].as_str().unwrap();
        assert!(arn.contains(&format!(":kms:{region}:111122223333:key/")), "{arn}");
    }
}
