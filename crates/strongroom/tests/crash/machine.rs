//! Faults of a real machine: each a typed error that says what to do, and the data is still there afterwards.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use strongroom::{Caller, Error, Filter, Kms, Options, Passphrase};
use strongroom_audit::Error as LogError;
use strongroom_crypto::Argon2idParams;
use strongroom_keys::layout;
use strongroom_store::{Commit, CommitId, Freshness, Key, RedbOptions, RedbStore, StoreError, StoreExt, Write};

use crate::room::{Days, Room, must, options};
use crate::world::World;

/// A strongroom on disk that was used and closed.
struct Used {
    folder: tempfile::TempDir,
    key: String,
    sealed: Vec<u8>,
    world: World,
}

fn use_it(room: &Room) -> (String, Vec<u8>, World) {
    let key = must(room.root.create_key().send()).key_metadata.key_id;
    must(room.root.create_alias("alias/a", &*key).send());
    let sealed = must(room.root.encrypt(&*key, b"data".as_slice()).send()).ciphertext_blob;
    must(room.root.rotate_key_on_demand(&*key).send());
    (key, sealed, World::of(room))
}

impl Used {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let room = Room::new(must(Kms::create(folder.path().join("room"), options(1, &Days::new(0)))));
        let (key, sealed, world) = use_it(&room);
        must(room.kms.close());
        Self { folder, key, sealed, world }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("room")
    }

    fn store(&self) -> PathBuf {
        self.path().join("store.redb")
    }

    fn segment(&self) -> PathBuf {
        let mut all: Vec<PathBuf> = fs::read_dir(self.path().join("log")).unwrap().map(|e| e.unwrap().path()).collect();
        all.retain(|path| path.extension().is_some_and(|end| end == "log"));
        all.sort();
        all.pop().unwrap()
    }

    fn open(&self) -> Result<Room, Error> {
        Kms::open(self.path(), options(1, &Days::new(0))).map(Room::new)
    }

    /// Whatever happened, the data is there.
    fn is_there(&self, room: &Room) {
        let opened = must(room.root.decrypt(self.sealed.clone()).send());
        assert_eq!(opened.plaintext.expose_secret(), b"data");
        assert_eq!(World::of(room), self.world);
    }

    fn is_still_there(&self) {
        let room = must(self.open());
        self.is_there(&room);
        must(room.kms.close());
    }
}

fn refused<T>(result: Result<T, Error>) -> Error {
    match result {
        Ok(_) => panic!("it was opened"),
        Err(error) => {
            assert!(error.to_string().len() > 10, "it says nothing: {error}");
            error
        }
    }
}

#[test]
fn a_wrong_passphrase_is_told_from_damage_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("room");
    let with = |phrase: &str| Options::new(Passphrase::new(phrase.as_bytes()).params(Argon2idParams::FLOOR));
    let room = Room::new(must(Kms::create(&path, with("right"))));
    let (_, sealed, _) = use_it(&room);
    must(room.kms.close());
    for wrong in ["wrong", "", "right "] {
        assert!(matches!(refused(Kms::open(&path, with(wrong))), Error::WrongUnlock));
    }
    // Another way to unlock than there is.
    refused(Kms::open(&path, options(1, &Days::new(0))));
    let room = Room::new(must(Kms::open(&path, with("right"))));
    must(room.root.decrypt(sealed).send());
}

#[test]
fn nothing_is_made_where_something_is_and_nothing_is_opened_where_nothing_is() {
    let used = Used::new();
    let fresh = || options(1, &Days::new(0));
    assert!(matches!(refused(Kms::create(used.path(), fresh())), Error::Exists(_)));
    let file = used.folder.path().join("file");
    fs::write(&file, b"somebody else's").unwrap();
    assert!(matches!(refused(Kms::create(&file, fresh())), Error::Exists(_)));
    assert_eq!(fs::read(&file).unwrap(), b"somebody else's");
    refused(Kms::open(&file, fresh()));
    assert!(matches!(refused(Kms::open(used.folder.path().join("nowhere"), fresh())), Error::Missing(_)));
    assert!(!used.folder.path().join("nowhere").exists(), "opening made something");
    let empty = used.folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    assert!(matches!(refused(Kms::open(&empty, fresh())), Error::Missing(_)));
    assert_eq!(fs::read_dir(&empty).unwrap().count(), 0, "opening made something");
    drop(must(Kms::create(&empty, fresh())));
    used.is_still_there();
}

#[test]
fn a_strongroom_that_could_not_be_made_leaves_room_for_the_next_try() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("room");
    let no_key = strongroom::KeyClosure::new(|_| Err("the key ceremony was called off"));
    refused(Kms::create(&path, Options::new(no_key)));
    assert!(matches!(refused(Kms::open(&path, options(1, &Days::new(0)))), Error::Missing(_)));
    must(Kms::create(&path, options(1, &Days::new(0))));
}

#[test]
fn a_second_handle_is_refused_and_the_first_goes_on() {
    let used = Used::new();
    let room = must(used.open());
    assert!(matches!(refused(used.open()), Error::AlreadyOpen(_)));
    let other = child("another_process", &[("ROOM", &used.path())]).status().unwrap();
    assert!(other.success());
    used.is_there(&room);
    must(room.kms.close());
    used.is_still_there();
}

/// The other process of the test above.
#[test]
fn another_process() {
    if let Some(path) = std::env::var_os("STRONGROOM_CHILD_ROOM") {
        let error = refused(Kms::open(Path::new(&path), options(1, &Days::new(0))));
        assert!(matches!(error, Error::AlreadyOpen(_)), "{error}");
    }
}

fn child(test: &str, variables: &[(&str, &Path)]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", &format!("machine::{test}"), "--nocapture"]);
    command.envs(variables.iter().map(|(name, value)| (format!("STRONGROOM_CHILD_{name}"), value)));
    command
}

#[test]
fn a_damaged_store_is_refused_or_right_and_never_empty() {
    let used = Used::new();
    let whole = fs::read(used.store()).unwrap();
    let mut damages: Vec<(String, Vec<u8>)> = Vec::new();
    let step = (whole.len() / 120).max(1) | 1;
    for at in (0..whole.len()).step_by(step) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x40;
        damages.push((format!("a bit at {at}"), bytes));
    }
    for part in 0..12 {
        damages.push((format!("cut to {part}/12"), whole[..whole.len() * part / 12].to_vec()));
    }
    damages.push(("another file".into(), b"this is no store, it is a letter".repeat(400)));
    damages.push(("zeros".into(), vec![0; whole.len()]));
    let log: Vec<(PathBuf, Vec<u8>)> = fs::read_dir(used.path().join("log"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect();
    let (mut right, mut refusals) = (0, 0);
    for (what, bytes) in damages {
        fs::write(used.store(), bytes).unwrap();
        match used.open() {
            Ok(room) => {
                // What was hit was in no use; or a record is, and only it is refused.
                match room.root.decrypt(used.sealed.clone()).send() {
                    Ok(opened) => assert_eq!(opened.plaintext.expose_secret(), b"data"),
                    Err(error) => {
                        assert!(matches!(error, Error::Damaged { .. } | Error::Store(_)), "{what}: {error:?}")
                    }
                }
                right += 1;
            }
            Err(error) => {
                let error = refused::<()>(Err(error));
                let says = matches!(error, Error::Store(_) | Error::Damaged { .. } | Error::Root(_) | Error::Audit(_));
                assert!(says, "{what}: {error:?}");
                assert!(!matches!(error, Error::Missing(_) | Error::WrongUnlock), "{what}: {error:?}");
                refusals += 1;
            }
        }
        fs::write(used.store(), &whole).unwrap();
        for (path, bytes) in &log {
            fs::write(path, bytes).unwrap();
        }
    }
    println!("damaged stores: {refusals} refused, {right} right all the same");
    assert!(refusals > 20);
    used.is_still_there();
}

#[test]
fn a_damaged_log_is_refused_and_restored() {
    let used = Used::new();
    let segment = used.segment();
    let whole = fs::read(&segment).unwrap();
    let mut header = whole.clone();
    header[3] ^= 1;
    for (what, bytes) in [("header", header), ("cut", whole[..whole.len() - 40].to_vec()), ("empty", Vec::new())] {
        fs::write(&segment, bytes).unwrap();
        let error = refused(used.open());
        assert!(matches!(error, Error::Audit(LogError::Corrupt(_) | LogError::Malformed { .. })), "{what}: {error:?}");
        assert!(error.to_string().contains("log"), "{error}");
        fs::write(&segment, &whole).unwrap();
    }
    fs::rename(&segment, used.folder.path().join("elsewhere")).unwrap();
    assert!(matches!(refused(used.open()), Error::Audit(LogError::Corrupt(_))));
    fs::rename(used.folder.path().join("elsewhere"), &segment).unwrap();
    used.is_still_there();
}

#[test]
fn an_older_copy_of_the_store_or_of_the_log_is_refused() {
    let used = Used::new();
    let copy = |name: &str| {
        let to = used.folder.path().join(name);
        fs::create_dir_all(to.join("log")).unwrap();
        fs::copy(used.store(), to.join("store.redb")).unwrap();
        fs::copy(used.segment(), to.join("log").join(used.segment().file_name().unwrap())).unwrap();
        to
    };
    let yesterday = copy("yesterday");
    let room = must(used.open());
    must(room.root.disable_key(&*used.key).send());
    must(room.root.enable_key(&*used.key).send());
    must(room.kms.close());
    let today = copy("today");
    // Yesterday's store would enable keys that were disabled since.
    fs::copy(yesterday.join("store.redb"), used.store()).unwrap();
    let error = refused(used.open());
    assert!(matches!(error, Error::Damaged { .. }) && error.to_string().contains("older copy"), "{error:?}");
    fs::copy(today.join("store.redb"), used.store()).unwrap();
    // Yesterday's log lacks events that were signed.
    let segment = used.segment();
    fs::copy(yesterday.join("log").join(segment.file_name().unwrap()), &segment).unwrap();
    assert!(matches!(refused(used.open()), Error::Audit(LogError::Corrupt(_))));
    fs::copy(today.join("log").join(segment.file_name().unwrap()), &segment).unwrap();
    used.is_still_there();
}

#[test]
fn a_log_that_is_deleted_under_a_running_strongroom_is_found_at_the_next_write() {
    let used = Used::new();
    let room = must(used.open());
    let elsewhere = used.folder.path().join("elsewhere");
    let segment = used.segment();
    fs::copy(&segment, &elsewhere).unwrap();
    fs::remove_file(&segment).unwrap();
    let error = room.root.encrypt(&*used.key, b"x".as_slice()).send().unwrap_err();
    assert!(matches!(error, Error::Audit(LogError::Displaced(_))), "{error:?}");
    assert!(error.to_string().contains(".log"), "{error}");
    room.root.describe_key(&*used.key).send().unwrap_err();
    fs::rename(&elsewhere, &segment).unwrap();
    // The log takes nothing until it is opened again.
    room.root.describe_key(&*used.key).send().unwrap_err();
    drop(room);
    used.is_still_there();
}

#[test]
fn a_clock_that_was_set_back_is_an_error_until_it_is_right() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("room");
    let room = Room::new(must(Kms::create(&path, options(1, &Days::new(10)))));
    let (_, sealed, world) = use_it(&room);
    must(room.kms.close());
    let error = refused(Kms::open(&path, options(1, &Days::new(0))));
    assert!(matches!(error, Error::ClockRegression { .. }), "{error:?}");
    // While it runs, too: the call is refused and recorded.
    let clock = Days::new(10);
    let room = Room::new(must(Kms::open(&path, options(1, &clock))));
    clock.pass(-10);
    let error = room.root.decrypt(sealed.clone()).send().unwrap_err();
    assert!(matches!(error, Error::ClockRegression { .. }), "{error:?}");
    clock.pass(10);
    must(room.root.decrypt(sealed).send());
    assert_eq!(World::of(&room), world);
}

#[test]
fn a_newer_format_is_refused() {
    let used = Used::new();
    let store = RedbStore::open(used.store(), RedbOptions::default()).unwrap();
    let old = store.get_one(&Key::from(layout::ROOT), Freshness::Latest).unwrap().unwrap().value;
    let put = |id: u8, value: Vec<u8>| {
        let store = RedbStore::open(used.store(), RedbOptions::default()).unwrap();
        store.commit(Commit::new(CommitId::new(1, [id; 16])).write(Write::put(layout::ROOT, value))).unwrap();
        store.close().unwrap();
    };
    store.close().unwrap();
    let newer = newer_root(&old);
    put(1, newer);
    let error = refused(used.open());
    assert!(matches!(error, Error::NewerFormat { found: 2, known: 1 }), "{error:?}");
    put(2, old.to_vec());
    used.is_still_there();
}

/// The root record with the version after ours; its first byte says the version.
fn newer_root(old: &[u8]) -> Vec<u8> {
    let mut newer = old.to_vec();
    newer[0] = 2;
    newer
}

/// A process in a mount namespace of its own, with a small disk at `$DISK`. `None` where that can't be had.
fn with_small_disk(test: &str, size: &str) -> Option<std::process::Output> {
    let disk = tempfile::tempdir().unwrap();
    let exe = std::env::current_exe().unwrap();
    let script = format!(
        "mount -t tmpfs -o size={size} tmpfs {disk} || exit 77; exec {exe} --exact machine::{test} --nocapture",
        disk = disk.path().display(),
        exe = exe.display()
    );
    let mut command = Command::new("unshare");
    let namespace = if rootless() { "-Urm" } else { "-m" };
    command.args([namespace, "sh", "-c", &script]).env("STRONGROOM_CHILD_DISK", disk.path());
    match command.output() {
        Ok(output) if output.status.code() != Some(77) => {
            let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            if !out.contains("running 1 test") {
                println!("skipped: no mount namespace here: {err}");
                return None;
            }
            print!("{out}");
            assert!(output.status.success(), "{out}{err}");
            Some(output)
        }
        other => {
            println!("skipped: no mount namespace with a tmpfs here: {other:?}");
            None
        }
    }
}

fn rootless() -> bool {
    fs::read_to_string("/proc/self/status").is_ok_and(|text| !text.contains("Uid:\t0\t"))
}

#[test]
fn a_full_disk_and_room_again_without_a_restart() {
    with_small_disk("on_a_full_disk", "2m");
}

/// The process of the test above.
#[test]
fn on_a_full_disk() {
    let Some(disk) = std::env::var_os("STRONGROOM_CHILD_DISK").map(PathBuf::from) else { return };
    let path = disk.join("room");
    let clock = Days::new(0);
    let room = Room::new(must(Kms::create(&path, options(1, &clock))));
    let (key, sealed, _) = use_it(&room);
    // Somebody else fills the disk, to the last page.
    let filler = disk.join("filler");
    let fill = || {
        let mut file = fs::OpenOptions::new().create(true).append(true).open(&filler).unwrap();
        while std::io::Write::write_all(&mut file, &[1; 1024]).is_ok() {}
    };
    fill();
    let mut acknowledged = 0_u64;
    let error = loop {
        match room.root.encrypt(&*key, b"x".as_slice()).send() {
            Ok(_) => acknowledged += 1,
            Err(error) => break error,
        }
        assert!(acknowledged < 100_000);
    };
    assert!(matches!(error, Error::Audit(LogError::Unavailable(_))), "{error:?}");
    assert!(error.to_string().contains(".log"), "{error}");
    // State changes too, and calls that only read.
    let mut policies = 0;
    let error = loop {
        match room.root.put_key_policy(&*key, crate::room::policy(policies)).send() {
            Ok(_) => policies += 1,
            Err(error) => break error,
        }
        assert!(policies < 100_000);
    };
    assert!(matches!(error, Error::Audit(_) | Error::Commit(_)), "{error:?}");
    room.root.describe_key(&*key).send().unwrap_err();
    // Room again.
    fs::remove_file(&filler).unwrap();
    must(room.root.decrypt(sealed.clone()).send());
    must(room.root.put_key_policy(&*key, crate::room::policy(77)).send());
    let told = crate::world::Told::by(&room.kms);
    assert!(told.calls["Encrypt"] > acknowledged);
    assert_eq!(told.calls["PutKeyPolicy"], policies + 1);
    assert_eq!(told.world, World::of(&room));
    must(room.kms.close());
    let room = Room::new(must(Kms::open(&path, options(1, &clock))));
    must(room.root.decrypt(sealed).send());
    println!("full disk: {acknowledged} calls and {policies} changes were acknowledged before, all of them are there");
}

#[test]
fn a_read_only_folder() {
    with_small_disk("in_a_read_only_folder", "8m");
}

/// The process of the test above.
#[test]
fn in_a_read_only_folder() {
    let Some(disk) = std::env::var_os("STRONGROOM_CHILD_DISK").map(PathBuf::from) else { return };
    let path = disk.join("room");
    let room = Room::new(must(Kms::create(&path, options(1, &Days::new(0)))));
    let (_, sealed, world) = use_it(&room);
    drop(room);
    let remount = |how: &str| {
        let done = Command::new("mount").args(["-o", &format!("remount,{how}")]).arg(&disk).status().unwrap();
        assert!(done.success());
    };
    remount("ro");
    let error = refused(Kms::open(&path, options(1, &Days::new(0))));
    let says = matches!(&error, Error::Store(StoreError::ReadOnly(_)))
        || matches!(&error, Error::Io { cause, .. } if cause.kind() == std::io::ErrorKind::ReadOnlyFilesystem);
    assert!(says, "{error:?}");
    assert!(error.to_string().contains("room"), "it does not say where: {error}");
    let error = refused(Kms::create(disk.join("another"), options(1, &Days::new(0))));
    assert!(matches!(error, Error::Io { .. }), "{error:?}");
    remount("rw");
    let room = Room::new(must(Kms::open(&path, options(1, &Days::new(0)))));
    must(room.root.decrypt(sealed).send());
    assert_eq!(World::of(&room), world);
    println!("read-only folder: refused, and opened once it could be written");
}

#[test]
fn at_the_lock_limit_the_default_is_an_error_and_carrying_on_is_told() {
    // Without the capability the limit binds root too.
    let limited = r#"ulimit -l "$STRONGROOM_CHILD_LIMIT" || exit 77
        drop='setpriv --bounding-set=-ipc_lock'; $drop true 2>/dev/null || drop=
        exec $drop "$0" --exact machine::under_the_lock_limit --nocapture"#;
    for kib in ["0", "64"] {
        let mut command = Command::new("sh");
        command.args(["-c", limited]).arg(std::env::current_exe().unwrap()).env("STRONGROOM_CHILD_LIMIT", kib);
        let output = command.output().unwrap();
        if output.status.code() == Some(77) {
            println!("skipped: the limit of locked memory can't be set to {kib} KiB here");
            continue;
        }
        print!("{}", String::from_utf8_lossy(&output.stdout));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// The process of the test above.
#[test]
fn under_the_lock_limit() {
    use strongroom::LockPolicy;
    let Some(limit) = std::env::var_os("STRONGROOM_CHILD_LIMIT") else { return };
    // With 64 KiB the strongroom's own keys still fit; those of 1,500 handles don't.
    let use_keys = |kms: &Kms| {
        let root = must(kms.client(Caller::root()));
        (0..1_500).try_for_each(|_| {
            let key = root.create_key().send()?.key_metadata.key_id;
            root.encrypt(&*key, b"x".as_slice()).send().map(drop)
        })
    };
    let required = || options(1, &Days::new(0)).lock_policy(LockPolicy::Require);
    match Kms::in_memory_with(required()).and_then(|kms| use_keys(&kms)) {
        Ok(()) => return println!("skipped: the limit does not bind this process (CAP_IPC_LOCK)"),
        Err(error) => {
            let says = error.to_string();
            assert!(limit != "0" || matches!(error, Error::Memory(_)), "{error:?}");
            assert!(says.contains("RLIMIT_MEMLOCK"), "it does not say what to do: {says}");
            println!("limit of {limit:?} KiB: {says}");
        }
    }
    let kms = must(Kms::in_memory_with(options(1, &Days::new(0)).lock_policy(LockPolicy::BestEffort)));
    must(use_keys(&kms));
    let unlocked = must(kms.status()).memory.unlocked_bytes;
    let told = Filter::new().event_name("KeysInUnlockedMemory");
    let told = must(kms.record().filter(told).iter()).count();
    assert!(unlocked > 0);
    assert_eq!(told, 1);
    println!("limit of {limit:?} KiB: carried on with {unlocked} bytes in unlocked memory, which the record tells");
}

#[test]
fn a_forked_process_is_refused_ends_and_harms_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let output = child("in_a_fork", &[("FORK", folder.path())]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The process of the test above, which forks.
#[test]
fn in_a_fork() {
    let Some(folder) = std::env::var_os("STRONGROOM_CHILD_FORK").map(PathBuf::from) else { return };
    let path = folder.join("room");
    let clock = Days::new(0);
    let room = Room::new(must(Kms::create(&path, options(1, &clock))));
    let (key, sealed, world) = use_it(&room);
    let pid = match fork::fork().unwrap() {
        fork::Fork::Child => {
            let all = [
                room.root.encrypt(&*key, b"x".as_slice()).send().map(drop),
                room.root.decrypt(sealed).send().map(drop),
                room.root.disable_key(&*key).send().map(drop),
                room.kms.run_due().map(drop),
                room.kms.rotate_root(&[&crate::room::unlock(1)]),
                room.kms.change_unlock(&crate::room::unlock(2)),
                room.kms.checkpoint().map(drop),
                room.kms.status().map(drop),
                room.kms.record().iter().map(drop),
                room.kms.clone().close().map(drop),
            ];
            let refused = all.iter().position(|result| !matches!(result, Err(Error::Forked)));
            // The parent has it open, and still does when the child has let go of its copy.
            drop(room);
            let open = Kms::open(&path, options(1, &clock));
            let held = matches!(open, Err(Error::AlreadyOpen(_)));
            std::process::exit(match (refused, held) {
                (None, true) => 0,
                (None, false) => 100,
                (Some(which), _) => 1 + i32::try_from(which).unwrap(),
            });
        }
        fork::Fork::Parent(pid) => pid,
    };
    let start = std::time::Instant::now();
    let status = loop {
        match fork::waitpid_nohang(pid).unwrap() {
            Some(status) => break status,
            None if start.elapsed().as_secs() > 20 => {
                let _ = Command::new("kill").args(["-9", &pid.to_string()]).status();
                panic!("the fork hangs");
            }
            None => std::thread::sleep(std::time::Duration::from_millis(5)),
        }
    };
    assert_eq!(status, 0, "exit code {}", status >> 8);
    must(room.root.encrypt(&*key, b"x".as_slice()).send());
    assert_eq!(World::of(&room), world);
    must(room.root.put_key_policy(&*key, crate::room::policy(5)).send());
    must(room.kms.close());
    let room = Room::new(must(Kms::open(&path, options(1, &clock))));
    assert_eq!(crate::world::Told::by(&room.kms).world, World::of(&room));
}
