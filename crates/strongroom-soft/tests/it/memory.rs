//! Where a loaded key is, and where it is not: own memory and a core file, with no call in flight.
//!
//! Three processes, each this binary with one test: one computes the needles (keys, HMAC states, round
//! keys) and prints them masked; one is the subject, which uses the keys and scans itself, or dies and
//! leaves a core; the third is the test, which compares.

// By path, so that the tests of `strongroom-aws-lc` can have this file as it is.
#[path = "memory/figures.rs"]
mod figures;
#[path = "memory/needles.rs"]
mod needles;
#[path = "memory/rsa.rs"]
mod rsa;
#[path = "memory/sha2.rs"]
mod sha2;

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::{env, fs, hint};

use strongroom_crypto::{Curve, MacAlgorithm, symmetric};
use strongroom_hsm::{Custody as _, Expect, KeyHandle, MaterialUsage, Op, OutBuf, SignInput, Verb};
use strongroom_memory::{LockPolicy, SecretArena, scan, with_cleared_stack};
use strongroom_soft::{KeyClosure, RootKey, RootRecord, SoftCustody};
use strongroom_types::{EncryptionContext, KeySpec, KeyUsageType, Random, RandomError};

use crate::support::*;

const ROLE: &str = "STRONGROOM_SOFT_ROLE";
const NEEDLES: &str = "STRONGROOM_SOFT_NEEDLES";

/// Which draw is which: R, the slot's id and seal, and then each key and its seal, in this order: K, scalars, HMAC keys.
const DRAW_ROOT: u64 = 1;
const DRAW_KEY: u64 = 4;
const DRAW_SCALAR: u64 = 6;
const CURVES: [(KeySpec, Curve, u64); 4] = [
    (KeySpec::EccNistP256, Curve::P256, DRAW_SCALAR),
    (KeySpec::EccNistP384, Curve::P384, 8),
    (KeySpec::EccNistP521, Curve::P521, 10),
    (KeySpec::EccSecgP256k1, Curve::Secp256k1, 12),
];
const MACS: [(KeySpec, MacAlgorithm, u64); 4] = [
    (KeySpec::Hmac224, MacAlgorithm::HmacSha224, 14),
    (KeySpec::Hmac256, MacAlgorithm::HmacSha256, 16),
    (KeySpec::Hmac384, MacAlgorithm::HmacSha384, 18),
    (KeySpec::Hmac512, MacAlgorithm::HmacSha512, 20),
];
/// Patterns that are not drawn.
const KEK: u64 = 1_001;
const SALT: u64 = 1_002;

/// Byte `i` of a pattern that no other memory has.
fn pattern(number: u64, i: usize) -> u8 {
    let mixed = (number << 16 | i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ mixed >> 31).wrapping_mul(0xbf58_476d_1ce4_e5b9).to_be_bytes()[1]
}

/// Draws one pattern after the other.
#[derive(Debug)]
struct Patterned(AtomicU64);

impl Patterned {
    fn starting_at(draw: u64) -> Self {
        Self(AtomicU64::new(draw))
    }
}

impl Random for Patterned {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomError> {
        let draw = self.0.fetch_add(1, Ordering::SeqCst);
        out.iter_mut().enumerate().for_each(|(i, byte)| *byte = pattern(draw, i));
        Ok(())
    }
}

fn context() -> EncryptionContext {
    EncryptionContext::from_pairs([("app", "orders")]).unwrap()
}

/// Runs this binary again with one test and a role.
fn child(test: &str, role: &str, folder: &Path) -> Output {
    let binary = env::current_exe().unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -c unlimited 2>/dev/null; exec \"$0\" \"$@\""]).arg(binary);
    command.args([test, "--exact", "--nocapture", "--test-threads=1"]);
    command.current_dir(folder).env(ROLE, role).env(NEEDLES, folder.join("needles")).output().unwrap()
}

/// The role of this process; empty for the test itself.
fn role() -> String {
    env::var(ROLE).unwrap_or_default()
}

struct Loaded {
    custody: SoftCustody,
    root: RootKey,
    symmetric: Arc<dyn KeyHandle>,
    signing: Vec<(KeySpec, Arc<dyn KeyHandle>)>,
    macs: Vec<(KeySpec, Arc<dyn KeyHandle>)>,
}

/// Makes a root key, unlocks it again, makes and opens a key of each kind but RSA, and uses every operation.
#[inline(never)]
fn load(arena: &SecretArena) -> Loaded {
    let provider = crate::tested(Arc::new(Patterned::starting_at(1)));
    let unlock = KeyClosure::new(|key| {
        key.iter_mut().enumerate().for_each(|(i, byte)| *byte = pattern(KEK, i));
        Ok(())
    });
    let (made, record) = RootKey::create(&provider, arena, STORE, &unlock).unwrap();
    let record = RootRecord::decode(&provider, &record.encode(&provider).unwrap()).unwrap();
    let root = RootKey::unlock(&provider, arena, &record, &unlock).unwrap();
    drop(made);
    let custody = SoftCustody::new(root.clone());
    let place = place(1);
    let key = |spec, usage| {
        let usage = MaterialUsage::new(spec, usage);
        let made = generate(&custody, &place, &usage);
        (spec, open(&custody, &place, &usage, &made))
    };
    let (_, symmetric) = key(KeySpec::SymmetricDefault, KeyUsageType::EncryptDecrypt);
    let signing = CURVES.iter().map(|(spec, ..)| key(*spec, KeyUsageType::SignVerify)).collect();
    let macs = MACS.iter().map(|(spec, ..)| key(*spec, KeyUsageType::GenerateVerifyMac)).collect();
    let loaded = Loaded { custody, root, symmetric, signing, macs };
    use_keys(&loaded);
    loaded
}

/// The one thing that a signing or authenticating key does.
#[inline(never)]
fn use_key(loaded: &Loaded, spec: KeySpec, handle: &dyn KeyHandle) {
    let verbs = loaded.custody.describe().capabilities.iter().filter(|cell| cell.spec == spec).map(|cell| cell.verb);
    let mut out = OutBuf::with_limit(512);
    for verb in verbs {
        match verb {
            Verb::Sign(algorithm) => handle.run(&Op::Sign { algorithm, input: SignInput::Message(b"m") }, &mut out),
            Verb::Mac(algorithm) => handle.run(&Op::Mac { algorithm, message: b"m" }, &mut out),
            _ => continue,
        }
        .unwrap();
    }
    assert!(!out.is_empty());
}

/// Every operation. The role says what comes last: an operation that clears more would hide what one before it left.
#[inline(never)]
fn use_keys(loaded: &Loaded) {
    let Loaded { symmetric, signing, macs, .. } = loaded;
    signing.iter().chain(macs).for_each(|(spec, handle)| use_key(loaded, *spec, &**handle));
    let entropy = std::array::from_fn(|i| pattern(SALT, i));
    let mut blob = OutBuf::with_limit(6_144);
    let op = Op::Seal { context: &context(), message: b"attack at dawn", entropy: &entropy };
    symmetric.run(&op, &mut blob).unwrap();
    match role().as_str() {
        "opens" => assert_eq!(unseal(&**symmetric, &context(), blob.as_bytes()).unwrap(), b"attack at dawn"),
        "fails" => {
            let mut bad = blob.as_bytes().to_vec();
            bad[140] ^= 1;
            assert!(unseal(&**symmetric, &context(), &bad).is_err());
        }
        _ => {}
    }
}

/// The same work by the provider alone, nothing cleared: what there would be to find.
#[inline(never)]
fn use_provider_uncleared(loaded: &Loaded) {
    let provider = loaded.root.provider();
    let key_id = place(1).key_id;
    let mut material: [u8; 32] = std::array::from_fn(|i| pattern(DRAW_KEY, i));
    let mut kdk = [0; 32];
    symmetric::derive_kdk(provider, &material, &key_id, &mut kdk).unwrap();
    let lent = symmetric::Kdk::new(&kdk).unwrap();
    let id = symmetric::key_material_id(provider, lent, &key_id).unwrap();
    let header = symmetric::Header::new(key_id, id.version_id());
    let entropy = std::array::from_fn(|i| pattern(SALT, i));
    let mut blob = Vec::new();
    symmetric::seal(provider, lent, &header, &context(), &entropy, b"attack at dawn", &mut blob).unwrap();
    symmetric::open(provider, lent, &context(), &blob).unwrap();
    for (_, curve, draw) in CURVES {
        let scalar = provider.ecdsa.generate(curve, &Patterned::starting_at(draw)).unwrap();
        provider.ecdsa.sign(curve, scalar.expose_secret(), &vec![3; curve.digest().output_len()], None).unwrap();
    }
    for (_, algorithm, draw) in MACS {
        let mut key: Vec<u8> = (0..algorithm.tag_len()).map(|i| pattern(draw, i)).collect();
        provider.mac.compute(algorithm, &key, &[b"m"], &mut vec![0; algorithm.tag_len()]).unwrap();
        key.fill(0);
        hint::black_box(&mut key);
    }
    material.fill(0);
    kdk.fill(0);
    hint::black_box((&mut material, &mut kdk));
}

/// One message sealed and opened by the provider alone, under `N` bytes of clearing.
#[inline(never)]
fn message_under<const N: usize>(loaded: &Loaded, needles: &[scan::Needle], arena: &SecretArena) {
    let provider = loaded.root.provider();
    let entropy = std::array::from_fn(|i| pattern(SALT, i));
    let key_id = place(1).key_id;
    let mut kdk = [0; 32];
    with_cleared_stack::<262_144, _>(|| {
        let material: [u8; 32] = std::array::from_fn(|i| pattern(DRAW_KEY, i));
        symmetric::derive_kdk(provider, &material, &key_id, &mut kdk).unwrap();
    });
    let mut blob = Vec::new();
    let lent = symmetric::Kdk::new(&kdk).unwrap();
    let id = symmetric::key_material_id(provider, lent, &key_id).unwrap();
    let header = symmetric::Header::new(key_id, id.version_id());
    with_cleared_stack::<262_144, _>(|| ());
    with_cleared_stack::<N, _>(|| {
        symmetric::seal(provider, lent, &header, &context(), &entropy, b"attack at dawn", &mut blob).unwrap();
    });
    with_cleared_stack::<N, _>(|| symmetric::open(provider, lent, &context(), &blob).map(drop).unwrap());
    kdk.fill(0);
    hint::black_box(&mut kdk);
    report(&format!("under-{N}"), needles, arena);
}

/// One signature likewise.
#[inline(never)]
fn signature_under<const N: usize>(loaded: &Loaded, needles: &[scan::Needle], arena: &SecretArena) {
    let provider = loaded.root.provider();
    let made = with_cleared_stack::<262_144, _>(|| {
        provider.ecdsa.generate(Curve::P256, &Patterned::starting_at(DRAW_SCALAR)).unwrap()
    });
    with_cleared_stack::<N, _>(|| {
        provider.ecdsa.sign(Curve::P256, made.expose_secret(), &[3; 32], Some(&*provider.random)).map(drop).unwrap();
    });
    drop(made);
    report(&format!("sign-under-{N}"), needles, arena);
}

fn report(stage: &str, needles: &[scan::Needle], arena: &SecretArena) {
    let report = scan::memory(needles, &[arena]).unwrap();
    for hit in &report.hits {
        println!("hit {stage} {} {} {:#x} {}", hit.in_arena, hit.needle, hit.address, hit.place);
    }
    println!("scanned {stage} {}", report.bytes);
}

/// The subject: prints what it finds in itself at each stage.
fn subject() {
    let needles = needles::parse(&fs::read_to_string(env::var(NEEDLES).unwrap()).unwrap());
    let arena = arena();
    let loaded = load(&arena);
    report("loaded", &needles, &arena);
    if role() == "dies" {
        println!("loaded and dying");
        std::process::abort();
    }
    if role() == "uncleared" {
        use_provider_uncleared(&loaded);
        report("uncleared", &needles, &arena);
        message_under::<0>(&loaded, &needles, &arena);
        message_under::<1_024>(&loaded, &needles, &arena);
        message_under::<2_048>(&loaded, &needles, &arena);
        message_under::<3_072>(&loaded, &needles, &arena);
        message_under::<4_096>(&loaded, &needles, &arena);
        message_under::<8_192>(&loaded, &needles, &arena);
        message_under::<9_216>(&loaded, &needles, &arena);
        message_under::<10_240>(&loaded, &needles, &arena);
        message_under::<12_288>(&loaded, &needles, &arena);
        message_under::<16_384>(&loaded, &needles, &arena);
        message_under::<32_768>(&loaded, &needles, &arena);
        signature_under::<0>(&loaded, &needles, &arena);
        signature_under::<2_048>(&loaded, &needles, &arena);
        signature_under::<4_096>(&loaded, &needles, &arena);
        signature_under::<8_192>(&loaded, &needles, &arena);
        signature_under::<16_384>(&loaded, &needles, &arena);
        return;
    }
    // One after the other, and looked at after each: what clears more would hide what was left before.
    for (spec, handle) in loaded.signing.iter().chain(&loaded.macs) {
        use_key(&loaded, *spec, &**handle);
        report(&format!("used-{spec}"), &needles, &arena);
    }
    let Loaded { custody, root, symmetric, signing, macs } = loaded;
    symmetric.close();
    drop((symmetric, signing, macs));
    report("dropped", &needles, &arena);
    drop((custody, root));
    report("over", &needles, &arena);
}

/// `hit` lines of a stage, in the arena or not: how often each needle.
fn hits(output: &str, stage: &str, in_arena: bool) -> std::collections::BTreeMap<String, u32> {
    let start = format!("hit {stage} {in_arena} ");
    let mut count = std::collections::BTreeMap::new();
    for line in output.lines().filter_map(|line| line.strip_prefix(&start)) {
        *count.entry(line.split(' ').next().unwrap().to_owned()).or_default() += 1;
    }
    count
}

const TEST: &str = "memory::a_key_is_in_the_arena_while_it_is_loaded_and_nowhere_else";

#[test]
fn a_key_is_in_the_arena_while_it_is_loaded_and_nowhere_else() {
    match role().as_str() {
        "" => {}
        role => {
            // The harness has begun a line.
            println!();
            return if role == "needles" { needles::print() } else { subject() };
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let run = |role| {
        let output = child(TEST, role, folder.path());
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.success(), text, String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (good, needles, error) = run("needles");
    assert!(good, "{error}");
    fs::write(folder.path().join("needles"), &needles).unwrap();
    let needles = needles::parse(&needles);
    println!("{} needles", needles.len());

    for role in ["seals", "opens", "fails"] {
        let (good, output, error) = run(role);
        assert!(good, "{output}\n{error}");
        alone_in_the_arena(role, &output);
    }

    let (good, uncleared, error) = run("uncleared");
    assert!(good, "{error}");
    let left = hits(&uncleared, "uncleared", false);
    println!("left by the provider alone, nothing cleared ({} of {} needles):", left.len(), needles.len());
    left.iter().for_each(|(needle, count)| println!("  {needle:<44} {count}"));
    for stage in uncleared.lines().filter_map(|line| line.strip_prefix("scanned ")?.split(' ').next()) {
        let left = hits(&uncleared, stage, false);
        println!("  {stage:<20} needles left {:>3}, places {:>4}", left.len(), left.values().sum::<u32>());
    }

    let (_, output, _) = run("dies");
    assert!(output.contains("loaded and dying"), "{output}");
    let files = fs::read_dir(folder.path()).unwrap().filter_map(Result::ok);
    let Some(core) = files.map(|file| file.path()).find(|path| path.to_string_lossy().contains("core")) else {
        return println!("no core file appeared (core_pattern or limit of this system): not scanned");
    };
    let report = scan::file(&core, &needles).unwrap();
    println!("core file of {} bytes: {} hits", report.bytes, report.hits.len());
    assert!(report.hits.is_empty(), "{:?}", report.hits);
    assert!(report.bytes > 100_000);
}

fn alone_in_the_arena(role: &str, output: &str) {
    let stages: Vec<_> = output.lines().filter_map(|line| line.strip_prefix("scanned ")?.split(' ').next()).collect();
    assert_eq!(stages.len(), 3 + CURVES.len() + MACS.len());
    for stage in stages {
        let outside = hits(output, stage, false);
        println!("{role:<6} {stage:<20} in the arena {}, outside {outside:?}", hits(output, stage, true).len());
        assert!(outside.is_empty(), "outside the arena: {outside:?}\n{output}");
    }
    // What a strongroom must keep is there, once each: so the scanner finds, and the needles are right.
    let inside = |stage| hits(output, stage, true).into_iter().collect::<Vec<_>>();
    let all =
        ["HMAC_224", "HMAC_256", "HMAC_384", "HMAC_512", "KDK", "KDK_R", "P256", "P384", "P521", "R", "Secp256k1"];
    let once = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), 1)).collect::<Vec<_>>();
    assert_eq!(inside("loaded"), once(&all));
    // The keys' own are gone with their handles, the root's stay, and then go too.
    assert_eq!(inside("dropped"), once(&["KDK_R", "R"]));
    assert_eq!(inside("over"), []);
}

#[test]
fn the_needles_are_computed_right() {
    if !role().is_empty() {
        return;
    }
    // The digests of "abc", FIPS 180-4's examples: one padded block.
    for (algorithm, wanted) in [
        (MacAlgorithm::HmacSha224, "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"),
        (MacAlgorithm::HmacSha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            MacAlgorithm::HmacSha384,
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
        ),
        (
            MacAlgorithm::HmacSha512,
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
             2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        ),
    ] {
        let mut block = vec![0; sha2::sizes(algorithm).1];
        block[..4].copy_from_slice(b"abc\x80");
        *block.last_mut().unwrap() = 24;
        assert_eq!(sha2::state(algorithm, &block)[..algorithm.tag_len()], hex(wanted));
    }
    // FIPS 197 appendix A.3: the last word of the schedule; GCM's test case 13 (McGrew, Viega): H of the zero key.
    let key = hex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
    assert_eq!(needles::expand(&key.try_into().unwrap())[236..], hex("706c631e"));
    // 2^256 and 2^384 less the orders are what 1 is in Montgomery form.
    let wanted = hex("00000000ffffffff00000000000000004319055258e8617b0c46353d039cdaaf");
    assert_eq!(needles::one_in_montgomery_form(Curve::P256), wanted);
    let wanted =
        hex("000000000000000000000000000000000000000000000000389cb27e0bc8d220a7e5f24db74f58851313e695333ad68d");
    assert_eq!(needles::one_in_montgomery_form(Curve::P384), wanted);
    assert_eq!(needles::encrypt_zero_block(&needles::expand(&[0; 32])), hex("dc95c078a2408989ad48a21492842087"));
}

const LIMIT_TEST: &str = "memory::at_the_lock_limit_a_key_is_refused_and_the_open_ones_go_on";

/// 1,025 keys under a limit of 64 KiB.
#[test]
fn at_the_lock_limit_a_key_is_refused_and_the_open_ones_go_on() {
    if role() == "limited" {
        println!();
        return open_keys_up_to_the_limit();
    }
    let folder = tempfile::tempdir().unwrap();
    // Without the capability the limit binds root too.
    let limited = r#"ulimit -l 64 || exit 1
        drop='setpriv --bounding-set=-ipc_lock'; $drop true 2>/dev/null || drop=
        exec $drop "$0" "$@""#;
    let mut command = Command::new("sh");
    command.args(["-c", limited]).arg(env::current_exe().unwrap());
    command.args([LIMIT_TEST, "--exact", "--nocapture", "--test-threads=1"]).current_dir(folder.path());
    let output = command.env(ROLE, "limited").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    println!("{}", text.lines().find(|line| line.starts_with("limit:")).unwrap());
}

fn open_keys_up_to_the_limit() {
    let arena = SecretArena::new(LockPolicy::Require).unwrap();
    let (root, _) = RootKey::create(&provider(), &arena, STORE, &key(1)).unwrap();
    let custody = SoftCustody::new(root);
    let (place, usage) = (place(1), SYMMETRIC);
    let made = generate(&custody, &place, &usage);
    let expect = Expect::new(&place, &usage, made.identity());
    let mut keys = Vec::new();
    let refused = loop {
        match custody.open(made.token(), &expect) {
            Ok(_) if keys.len() > 4_000 => return println!("limit: it does not bind this process (CAP_IPC_LOCK)"),
            Ok(key) => keys.push(key),
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, strongroom_hsm::Error::Full(_)), "{refused:?}");
    assert!(keys.len() >= 1_024, "{}", keys.len());
    assert_eq!(arena.status().unwrap().unlocked_bytes, 0);
    println!("limit: {} keys open, then: {refused}", keys.len());
    for open in &keys {
        assert_eq!(unseal(&**open, &context(), &seal(&**open, &context(), b"m")).unwrap(), b"m");
    }
    keys.pop();
    assert!(custody.open(made.token(), &expect).is_ok());
}
