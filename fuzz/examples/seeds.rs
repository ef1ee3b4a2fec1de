//! Writes the seeds that have to be computed: `cargo run --example seeds` in this folder. Run again, it writes the
//! same bytes.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use strongroom_api::{TABLE, Typed, json, types::EncryptRequest};
use strongroom_audit::checkpoint::{Checkpoint, CheckpointSigner, Origin, SigningFailed};
use strongroom_audit::event::{Event, Identity};
use strongroom_audit::log::{Entry, EntryKind};
use strongroom_crypto::symmetric::{self, Kdk};
use strongroom_envelope::{Envelope, FrameLength};
use strongroom_fuzz::{blob_context, blob_key, keyring, log_crypto, provider, sigv4};
use strongroom_keys::{
    AliasRecord, Deletion, KeyOwnerRecord, KeyRecord, PolicyRecord, RotationSchedule, VersionRecord, layout,
};
use strongroom_types::structure::{Shape, ShapeKind};
use strongroom_types::{
    EncryptionContext, KeyManagerType, KeySpec, KeyUsageType, Operation, OriginType, Principal, Random, RandomError,
    Region, RotationType, Timestamp,
};

/// 00 01 02 …, each time.
#[derive(Debug)]
struct Counting;

impl Random for Counting {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomError> {
        for (at, byte) in out.iter_mut().enumerate() {
            *byte = (at % 256) as u8;
        }
        Ok(())
    }
}

#[derive(Debug)]
struct Signer;

impl CheckpointSigner for Signer {
    fn public_key(&self) -> [u8; 32] {
        provider().ed25519.public_key(&[9; 32]).unwrap()
    }
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SigningFailed> {
        provider().ed25519.sign(&[9; 32], message).map_err(|_| SigningFailed("the provider refused"))
    }
}

fn put(target: &str, name: &str, bytes: impl AsRef<[u8]>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(target);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(name), bytes).unwrap();
}

fn main() {
    blobs();
    messages();
    records();
    notes();
    requests();
    texts();
    keys();
    backups();
    wire();
    words();
}

fn backups() {
    let golden = include_bytes!("../../crates/strongroom/testdata/backup-1.bin");
    put("backup", "golden", golden);
    // Behind a header of the target's own: a count, two records, the end.
    let record = |key: u8| [&[1, 0, 1, key], &[0; 8][..], &[0, 0, 0, 2], b"ab"].concat();
    put("backup", "two-records", [vec![2], record(b'a'), record(b'b'), vec![0]].concat());
}

fn blobs() {
    let (header, kdk) = blob_key();
    let drawn = core::array::from_fn(|at| at as u8);
    let mut blob = Vec::new();
    let kdk = Kdk::new(kdk).unwrap();
    symmetric::seal(provider(), kdk, header, blob_context(), &drawn, b"attack at dawn", &mut blob).unwrap();
    put("ciphertext_blob", "whole", &blob);
    put("ciphertext_blob", "body", &blob[36..]);
}

fn messages() {
    let mut fixed = strongroom_rustcrypto::provider();
    fixed.random = Arc::new(Counting);
    let context = EncryptionContext::from_pairs([("a", "b")]).unwrap();
    for (name, frame, len) in [("small", 128, 300), ("empty", 4096, 0), ("largest-frames", 1 << 24, 10)] {
        let envelope = Envelope::new(&fixed, keyring()).frame_length(FrameLength::new(frame).unwrap());
        let message = envelope.seal(&vec![5; len], &context).unwrap();
        put("esdk_message", name, &message);
        put("esdk_message", &format!("{name}-cut"), &message[..message.len() - 1]);
    }
    let golden = include_bytes!("../../crates/strongroom-envelope/testdata/golden-0478.bin");
    put("esdk_message", "golden", golden);
    put("esdk_message", "golden-body", &golden[golden.len() - 300 - 3 * 32 - 8..]);
}

fn records() {
    let region: Region = "eu-west-1".parse().unwrap();
    let account = "111122223333".parse().unwrap();
    let root = Principal::root(region.partition(), account);
    let time = Timestamp::from_millis(1_764_000_000_123);
    let mut event = Event::call([1; 16], [2; 16], time, "Encrypt", region, Identity::of(&root));
    event.error_code = Some("AccessDeniedException");
    event.error_message = Some("é");
    let mut bytes = Vec::new();
    event.encode(log_crypto(), &mut bytes);
    put("audit_record", "call", &bytes);
    bytes.clear();
    Event::service([3; 16], time, "RotateKey", region, account).encode(log_crypto(), &mut bytes);
    put("audit_record", "service", &bytes);
    let entry = Entry {
        kind: EntryKind::Call,
        index: 7,
        revision: 8,
        wall: time,
        monotonic: 9,
        instance: [4; 16],
        record_len: 200,
        record_hash: [5; 32],
        writes_hash: [0; 32],
    };
    put("audit_record", "entry", entry.encode());
}

fn notes() {
    let checkpoint = Checkpoint::new(&Origin::new([1; 16], [2; 16]), 12_345, [3; 32]);
    let note = checkpoint.sign(log_crypto(), &Signer).unwrap();
    put("checkpoint_note", "signed", note.to_string());
    put("checkpoint_note", "text", checkpoint.to_string());
    put("checkpoint_note", "origin", checkpoint.origin());
    let proof = format!("c2sp.org/tlog-proof@v1\nindex 0\n\n{note}");
    put("audit_record", "proof", proof);
}

/// Of every operation, the first byte of the seed, one request with every member (of the right kind, seldom valid).
fn requests() {
    for (at, operation) in TABLE.iter().enumerate() {
        let mut text = vec![at as u8];
        text.extend_from_slice(example(operation.input, 0).as_bytes());
        put("api_request", operation.row.operation.as_str(), text);
    }
    let mut text = vec![TABLE.iter().position(|d| d.input.name == EncryptRequest::SHAPE.name).unwrap() as u8];
    json::encode(&EncryptRequest::new("alias/orders", b"attack at dawn".as_slice()).dry_run(true), &mut text);
    put("api_request", "Encrypt-valid", text);
}

fn example(shape: &Shape, depth: u32) -> String {
    match shape.kind {
        ShapeKind::Str => r#""alias/a""#.into(),
        ShapeKind::Enum(names) => format!("{:?}", names.first().copied().unwrap_or_default()),
        ShapeKind::Blob => r#""AAEC""#.into(),
        ShapeKind::Int => "7".into(),
        ShapeKind::Bool => "true".into(),
        ShapeKind::Time => "1764000000.123".into(),
        ShapeKind::List(item) => format!("[{}]", example(item, depth + 1)),
        ShapeKind::Map { .. } => r#"{"tenant":"42","app":"\u00e9"}"#.into(),
        ShapeKind::Struct(members) if depth < 6 => {
            let each: Vec<_> =
                members.iter().map(|m| format!("{:?}:{}", m.name, example(m.shape, depth + 1))).collect();
            format!("{{{}}}", each.join(","))
        }
        ShapeKind::Struct(_) => "null".into(),
    }
}

/// Of every operation that is served, one request with every member; some that succeed; heads of every kind.
fn wire() {
    let room = strongroom::testing::strongroom(7).unwrap();
    let root = room.kms.client(strongroom::Caller::root()).unwrap();
    let call = |operation, request: &str| {
        let json = root.call_json(operation, request.as_bytes()).result.unwrap().unwrap();
        String::from_utf8(json.expose_secret().to_vec()).unwrap()
    };
    let text = |json: &str, name: &str| {
        json.split(&format!("\"{name}\":\"")).nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let ids = sigv4::KEYS.map(|request| text(&call(Operation::CreateKey, request), "KeyId"));
    let [symmetric, signing, mac] = &ids;
    let sealed =
        text(&call(Operation::Encrypt, &format!(r#"{{"KeyId":"{symmetric}","Plaintext":"AAEC"}}"#)), "CiphertextBlob");
    let signed = |operation: Operation, name: &str, body: &str| {
        let at = Operation::ALL.iter().position(|other| *other == operation).unwrap();
        put("aws_request", name, [&[1, at as u8], body.as_bytes()].concat());
    };
    for row in TABLE.iter().filter(|row| strongroom::served().any(|operation| operation == row.row.operation)) {
        let whole = example(row.input, 0).replace("alias/a", symmetric);
        signed(row.row.operation, row.row.operation.as_str(), &whole);
    }
    for (operation, body) in [
        (Operation::CreateKey, r#"{"Description":"d","Tags":[{"TagKey":"k","TagValue":"v"}]}"#.to_owned()),
        (
            Operation::Encrypt,
            format!(r#"{{"KeyId":"{symmetric}","Plaintext":"AAEC","EncryptionContext":{{"a":"b"}}}}"#),
        ),
        (Operation::Decrypt, format!(r#"{{"CiphertextBlob":"{sealed}"}}"#)),
        (Operation::GenerateDataKey, format!(r#"{{"KeyId":"{symmetric}","KeySpec":"AES_256"}}"#)),
        (Operation::Sign, format!(r#"{{"KeyId":"{signing}","Message":"AAEC","SigningAlgorithm":"ECDSA_SHA_256"}}"#)),
        (Operation::GenerateMac, format!(r#"{{"KeyId":"{mac}","Message":"AAEC","MacAlgorithm":"HMAC_SHA_256"}}"#)),
        (Operation::CreateAlias, format!(r#"{{"AliasName":"alias/a","TargetKeyId":"{symmetric}"}}"#)),
        (Operation::ListKeys, "{}".to_owned()),
    ] {
        signed(operation, &format!("{operation}-valid"), &body);
    }
    let parts = sigv4::signed("TrentService.ListKeys", "us-east-1", b"{}").unwrap();
    let headers: String = parts.headers.iter().map(|(n, v)| format!("\n{n}:{}", v.to_str().unwrap())).collect();
    put("aws_request", "head-signed", format!("\0POST /{headers}\n\n{{}}"));
    put(
        "aws_request",
        "head-unsigned",
        "\0POST /\nhost:localhost\ncontent-type:application/x-amz-json-1.1\nx-amz-target:TrentService.ListKeys\n\n{}",
    );
    put("aws_request", "head-get", "\0GET /?a=b\nhost:localhost\n\n");
    put("aws_request", "head-more", "\x02POST /\nx-amz-security-token:x\nuser-agent:y\n\n{}");
    put("aws_request", "target", "\x03TrentService.ListKeys\neu-west-1\n{\"Limit\":1}");
}

/// Names and values of every request, for the fuzzer to write.
fn words() {
    let mut words = std::collections::BTreeSet::new();
    for row in &TABLE {
        collect(row.input, &mut words);
    }
    let mut text = String::from("# Names and values of requests.\n");
    for word in words {
        text.push_str(&format!("\"\\\"{word}\\\"\"\n"));
    }
    for word in [
        "null",
        "true",
        "{}",
        "[]",
        "\\\\u0000",
        "\\\\ud800",
        "AAEC",
        "alias/",
        "arn:aws:kms:us-east-1:000000000000:key/",
    ] {
        text.push_str(&format!("\"{word}\"\n"));
    }
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("dictionaries/aws_request.dict");
    fs::write(place, text).unwrap();
}

fn collect(shape: &Shape, words: &mut std::collections::BTreeSet<&'static str>) {
    match shape.kind {
        ShapeKind::Enum(names) => words.extend(names.iter().filter(|name| !name.contains("RSA_"))),
        ShapeKind::List(item) => collect(item, words),
        ShapeKind::Struct(members) => members.iter().for_each(|member| {
            words.insert(member.name);
            collect(member.shape, words);
        }),
        _ => {}
    }
}

fn texts() {
    put("json_reader", "all", r#"{"a":[1,-2.5e+3,true,false,null,"x\n\u00e9\ud83d\ude00",{}],"":[],"é":"🔑"}"#);
    put("json_reader", "deep", "[".repeat(40));
    let account = "111122223333".parse().unwrap();
    let partition = "eu-west-1".parse::<Region>().unwrap().partition();
    put("policy_document", "default", strongroom_policy::default_key_policy(partition, account));
    put("policy_document", "conditions", CONDITIONS);
    put(
        "policy_document",
        "mistakes",
        r#"{"version":"2012-10-17","Statement":{"effect":"allow","Action":["kms:En*",7]}}"#,
    );
}

fn keys() {
    let created = Timestamp::from_secs(1_795_539_792);
    let id = "1234abcd-12ab-34cd-56ef-1234567890ab".parse().unwrap();
    let version = VersionRecord {
        number: 2,
        creation_id: [6; 16],
        token: vec![5; 20],
        material: Some([9; 32]),
        created,
        rotation: Some(RotationType::OnDemand),
    };
    put("key_record", "version", version.encode_body());
    let key = KeyRecord {
        id,
        spec: KeySpec::SymmetricDefault,
        usage: KeyUsageType::EncryptDecrypt,
        origin: OriginType::AwsKms,
        manager: KeyManagerType::Customer,
        created,
        description: "orders".into(),
        enabled: true,
        deletion: Some(Deletion { at: created, window_days: 7 }),
        destroyed: None,
        policy: [7; 32],
        current: 1,
        material: Some([9; 32]),
        suite: Some(1),
        public_key: Some(vec![4; 10]),
        on_demand_rotations: 0,
        tags: vec![("team".into(), "a".into())],
        aliases: 0,
        custody: "soft".into(),
        fingerprint: Some([5; 32]),
        rotation: Some(RotationSchedule { period_days: 365, next: created }),
        service: Some("s3.amazonaws.com".into()),
    };
    put("key_record", "key", key.encode_body());
    put("key_record", "alias", AliasRecord { target: id, created, updated: created }.encode_body());
    put("key_record", "policy", PolicyRecord { document: "{}".into() }.encode_body());
    let account = "111122223333".parse().unwrap();
    put("key_record", "owner", KeyOwnerRecord { account }.encode_body());
    let region: Region = "eu-west-1".parse().unwrap();
    put("key_record", "place", layout::key(account, region, &id));
    put("key_record", "version-place", layout::version(account, region, &id, 2));
    // In its envelope: magic, version, kind, schema, least writer, epoch, counter, body, tag.
    let header = [b"SR".as_slice(), &[1, 4, 0, 1, 0, 1, 0, 0, 0, 1], &1_u64.to_be_bytes()].concat();
    put("key_record", "enveloped", [header, key.encode_body(), vec![0; 16]].concat());

    let text = include_str!("../../crates/strongroom-soft/tests/golden/root-record-1.hex");
    let digits: String = text.split_whitespace().collect();
    let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
    let record: Vec<u8> = (0..digits.len()).step_by(2).map(byte).collect();
    put("root_record", "golden", &record);
    put("root_record", "golden-body", &record[..record.len() - 32]);
}

const CONDITIONS: &str = r#"{"Version":"2012-10-17","Id":"x","Statement":[
 {"Sid":"a","Effect":"Allow","Principal":{"AWS":["111122223333","arn:aws:iam::111122223333:user/alice","*"]},
  "Action":["kms:Encrypt","kms:Decrypt*"],"Resource":"*",
  "Condition":{"StringEquals":{"kms:EncryptionContext:tenant":["42","43"]},"Bool":{"aws:SecureTransport":"true"},
   "StringLikeIfExists":{"kms:ViaService":"s3.*.amazonaws.com"},"Null":{"kms:EncryptionContextKeys":"false"},
   "ForAllValues:StringEquals":{"kms:EncryptionContextKeys":["tenant","app"]},
   "ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/${aws:username}"}}},
 {"Effect":"Deny","NotPrincipal":{"AWS":"arn:aws:iam::111122223333:root"},"NotAction":"kms:Describe*","NotResource":"arn:aws:kms:*:*:key/*"}]}"#;
