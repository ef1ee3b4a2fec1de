//! What we seal, sealed again by a script that was written from the formats' text alone.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use strongroom_crypto::record::{Record, fingerprint, record_tag};
use strongroom_crypto::sealing::{self, Family, Place, SealingKdk};
use strongroom_crypto::symmetric::{self, Header, Kdk, derive_kdk, key_material_id};
use strongroom_crypto::{CryptoProvider, DigestAlgorithm};
use strongroom_rustcrypto::provider;
use strongroom_types::{EncryptionContext, KeyId};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/independent.py");
const CASES: u32 = 64;

/// Bytes that look random and are the same in every run: SHA-256 in counter mode.
struct Stream<'a>(&'a CryptoProvider, u32);

impl Stream<'_> {
    fn array<const N: usize>(&mut self) -> [u8; N] {
        self.bytes(N).try_into().unwrap()
    }

    fn bytes(&mut self, len: usize) -> Vec<u8> {
        let mut out = Vec::new();
        while out.len() < len {
            self.1 += 1;
            let mut block = [0; 32];
            self.0.digest.digest(DigestAlgorithm::Sha256, &[&self.1.to_be_bytes()], &mut block).unwrap();
            out.extend(block);
        }
        out.truncate(len);
        out
    }

    /// From `least` to `least + 255`.
    fn len(&mut self, least: usize) -> usize {
        least + usize::from(self.array::<1>()[0])
    }
}

fn hex(bytes: &[u8]) -> String {
    match bytes {
        [] => "-".to_owned(),
        _ => bytes.iter().map(|b| format!("{b:02x}")).collect(),
    }
}

/// A line of input, and the line that must come back.
type Case = (String, String);

fn line(what: &str, fields: &[&[u8]]) -> String {
    std::iter::once(what.to_owned()).chain(fields.iter().map(|f| hex(f))).collect::<Vec<_>>().join(" ")
}

fn symmetric_case(p: &CryptoProvider, random: &mut Stream<'_>, n: u32) -> Case {
    let (material, id, draw): ([u8; 32], [u8; 16], [u8; 44]) = (random.array(), random.array(), random.array());
    let (multi, text) = (n % 2 == 1, random.bytes(1 + usize::try_from(n).unwrap() * 60));
    let pairs: Vec<(String, String)> =
        (0..n % 5).map(|i| (format!("{}{i}", hex(&random.array::<2>())), format!("🔑{n}～"))).collect();
    let (key_id, mut kdk) = (KeyId::from_parts(id, multi), [0; 32]);
    derive_kdk(p, &material, &key_id, &mut kdk).unwrap();
    let identity = key_material_id(p, Kdk::new(&kdk).unwrap(), &key_id).unwrap();
    let header = Header::new(key_id, identity.version_id());
    let (context, mut blob) = (EncryptionContext::from_pairs(pairs.clone()).unwrap(), Vec::new());
    symmetric::seal(p, Kdk::new(&kdk).unwrap(), &header, &context, &draw, &text, &mut blob).unwrap();

    let mut fields: Vec<&[u8]> = vec![&material, &id, if multi { &[1] } else { &[0] }, &draw[..32], &draw[32..], &text];
    fields.extend(pairs.iter().flat_map(|(k, v)| [k.as_bytes(), v.as_bytes()]));
    (line("sym", &fields), format!("{} {identity} {}", hex(&kdk), hex(&blob)))
}

fn sealing_case(p: &CryptoProvider, random: &mut Stream<'_>, family: Family) -> Case {
    let (key, store, draw): ([u8; 32], [u8; 16], [u8; 44]) = (random.array(), random.array(), random.array());
    let (kind, generation, secret_len) = (random.array::<1>(), random.array::<4>(), random.len(1));
    let (secret, count) = (random.bytes(secret_len), random.len(0) % 9);
    let place: Vec<Vec<u8>> = (0..count).map(|i| random.bytes(i * i)).collect();
    let mut kdk = [0; 32];
    sealing::derive_kdk(p, family, &key, &store, &mut kdk).unwrap();
    let lent = SealingKdk::new(family, &kdk).unwrap();
    let root_id = sealing::root_id(p, lent, &store).unwrap();
    let header = sealing::Header::new(family, kind[0], u32::from_be_bytes(generation), &root_id);
    let sealed = sealing::seal(p, lent, &header, &Place::new(&store, &place).unwrap(), &draw, &secret).unwrap();

    let mut fields: Vec<&[u8]> = vec![&key, &store, &kind, &generation, &draw[..32], &draw[32..], &secret];
    fields.extend(place.iter().map(Vec::as_slice));
    let what = if family == Family::Root { "root" } else { "slot" };
    (line(what, &fields), [&kdk[..], &root_id, &sealed].map(hex).join(" "))
}

fn record_cases(p: &CryptoProvider, random: &mut Stream<'_>) -> [Case; 2] {
    let (mac_key, store, counter): ([u8; 32], [u8; 16], [u8; 8]) = (random.array(), random.array(), random.array());
    let [key, header, body] = [0, 0, 0].map(|least| {
        let len = random.len(least);
        random.bytes(len)
    });
    let (counter_value, id) = (u64::from_be_bytes(counter), random.array());
    let record = Record { store_id: &store, key: &key, counter: counter_value, header: &header, body: &body };
    let tag = record_tag(p, &mac_key, &record).unwrap();
    let print = fingerprint(p, "HMAC_384", &body, &KeyId::from_parts(id, false)).unwrap();
    [
        (line("tag", &[&mac_key, &store, &key, &counter, &header, &body]), hex(&tag)),
        (line("print", &[b"HMAC_384", &body, &id]), hex(&print)),
    ]
}

/// Runs the script, or says why not.
fn run(input: &str) -> Result<String, String> {
    // The interpreter that `.ci/setup` has given the module to, or whatever is there.
    let installed = Path::new(env!("CARGO_TARGET_TMPDIR")).join("peers/esdk-python-4.0.7/bin/python");
    let interpreter = if installed.exists() { installed } else { PathBuf::from("python3") };
    let python = |args: &[&str]| {
        let mut command = Command::new(&interpreter);
        command.arg(SCRIPT).args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    };
    let checked = python(&["--check"]).output().map_err(|e| format!("python3 does not start: {e}"))?;
    if !checked.status.success() {
        return Err("python3 lacks `cryptography`; run `.ci/setup`".into());
    }
    let mut child = python(&[]).spawn().unwrap();
    let (mut stdin, input) = (child.stdin.take().unwrap(), input.to_owned());
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn a_script_written_from_the_formats_makes_the_same_bytes() {
    let p = provider();
    let mut random = Stream(&p, 0);
    let mut cases: Vec<Case> = (0..CASES).map(|n| symmetric_case(&p, &mut random, n)).collect();
    for family in [Family::Root, Family::Slot] {
        cases.extend((0..CASES).map(|_| sealing_case(&p, &mut random, family)));
    }
    cases.extend((0..CASES).flat_map(|_| record_cases(&p, &mut random)));
    let input: String = cases.iter().map(|(line, _)| format!("{line}\n")).collect();
    match run(&input) {
        Err(reason) => println!("skipped: {reason}"),
        Ok(output) => {
            let lines: Vec<&str> = output.lines().collect();
            assert_eq!(lines.len(), cases.len());
            for ((line, ours), theirs) in cases.iter().zip(lines) {
                assert_eq!(ours, theirs, "{}", &line[..line.len().min(200)]);
            }
            println!("independent script: {} cases agree", cases.len());
        }
    }
}
