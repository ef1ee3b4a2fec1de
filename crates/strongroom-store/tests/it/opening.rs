//! Embarrassing case 3, T7 and T11: what `create` and `open` refuse, and that they leave it alone.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use redb::TableDefinition;
use strongroom_store::{CommitError, RedbOptions, RedbStore, Store, StoreError, StoreExt, Verify};

use crate::support::{look, put};

fn create(path: &Path) -> Result<RedbStore, StoreError> {
    RedbStore::create(path, RedbOptions::default())
}

fn open(path: &Path) -> Result<RedbStore, StoreError> {
    RedbStore::open(path, RedbOptions::default())
}

fn owner_only(path: &Path) {
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

#[test]
fn open_never_makes_a_store_and_create_never_opens_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    assert!(matches!(open(&path), Err(StoreError::Missing(_))));
    assert!(!path.exists(), "open made something");
    assert!(matches!(create(&folder.path().join("none/store")), Err(StoreError::Missing(_))));
    let store = create(&path).unwrap();
    assert!(matches!(create(&path), Err(StoreError::Exists(_))));
    store.commit(put(1, "a", b"1")).unwrap();
    drop(store);
    assert!(matches!(create(&path), Err(StoreError::Exists(_))));
    assert_eq!(look(&open(&path).unwrap(), "a"), Ok(Some(b"1".to_vec())));
    let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["store"], "drafts are left behind");
}

#[test]
fn what_is_no_store_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let good = {
        let path = folder.path().join("good");
        drop(create(&path).unwrap());
        fs::read(path).unwrap()
    };
    let cases: [(&str, Vec<u8>); 5] = [
        ("empty", Vec::new()),
        ("one byte", vec![0]),
        ("text", b"SQLite format 3\0".repeat(512)),
        ("only the engine's magic number", b"redb\x1A\x0A\xA9\x0D\x0A".to_vec()),
        ("zeros", vec![0; good.len()]),
    ];
    for (what, bytes) in cases {
        fs::write(&path, &bytes).unwrap();
        owner_only(&path);
        let error = open(&path).map(drop).unwrap_err();
        assert!(matches!(error, StoreError::NotAStore(_) | StoreError::Damaged(_)), "{what}: {error:?}");
        assert!(matches!(create(&path), Err(StoreError::Exists(_))), "{what}");
        assert!(fs::read(&path).unwrap() == bytes, "{what}: it was changed");
    }
    assert!(matches!(open(folder.path()), Err(StoreError::NotAStore(_))), "a folder");

    // Somebody else's database of the same engine.
    let other = folder.path().join("other");
    let database = redb::Database::create(&other).unwrap();
    let writing = database.begin_write().unwrap();
    writing.open_table(TableDefinition::<&str, u64>::new("theirs")).unwrap().insert("n", 1).unwrap();
    writing.commit().unwrap();
    drop(database);
    owner_only(&other);
    let bytes = fs::read(&other).unwrap();
    let error = open(&other).map(drop).unwrap_err();
    assert!(matches!(&error, StoreError::NotAStore(why) if why.to_string().contains("format mark")), "{error:?}");
    assert!(fs::read(&other).unwrap() == bytes, "it was changed");
}

#[test]
fn a_newer_format_is_refused_with_both_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    drop(create(&path).unwrap());
    let database = redb::Database::open(&path).unwrap();
    let writing = database.begin_write().unwrap();
    writing.open_table(TableDefinition::<&str, u64>::new("meta")).unwrap().insert("min_reader", 7).unwrap();
    writing.commit().unwrap();
    drop(database);
    let bytes = fs::read(&path).unwrap();
    let error = open(&path).map(drop).unwrap_err();
    assert_eq!(error.to_string(), "the store has format 7, and this version reads up to 1");
    assert!(fs::read(&path).unwrap() == bytes, "it was changed");
}

#[test]
fn a_second_opener_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let store = create(&path).unwrap();
    let error = open(&path).map(drop).unwrap_err();
    assert!(matches!(&error, StoreError::AlreadyOpen(name) if name.to_string().ends_with("store")), "{error:?}");
    assert!(redb::Database::open(&path).is_err(), "the engine's own tools see the lock");
    // Another process.
    let child = child("child_opens_a_store", &path).output().unwrap();
    assert!(String::from_utf8_lossy(&child.stdout).contains("AlreadyOpen"), "{child:?}");
    store.close().unwrap();
    assert!(matches!(store.revision(), Err(StoreError::Closed)));
    assert!(matches!(store.commit(put(1, "a", b"1")), Err(CommitError::NotApplied(_))));
    open(&path).unwrap();
}

fn child(test: &str, path: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", &format!("opening::{test}"), "--ignored", "--nocapture"]).env("STORE_PATH", path);
    command
}

#[test]
#[ignore = "a child of another test"]
fn child_opens_a_store() {
    println!("{:?}", open(Path::new(&std::env::var_os("STORE_PATH").unwrap())).map(drop));
}

#[test]
fn the_file_is_its_owners_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    drop(create(&path).unwrap());
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
    for mode in [0o640, 0o604, 0o660, 0o601] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let error = open(&path).map(drop).unwrap_err();
        assert!(matches!(error, StoreError::TooOpen { mode: found, .. } if found == mode), "{error:?}");
        RedbStore::open(&path, RedbOptions::default().allow_access_by_others()).unwrap();
    }
}

#[test]
fn every_way_to_verify_opens_a_good_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    create(&path).unwrap().commit(put(1, "a", b"1")).unwrap();
    for verify in [Verify::Small, Verify::Always, Verify::AfterCrash] {
        let store = RedbStore::open(&path, RedbOptions::default().verify(verify)).unwrap();
        assert_eq!(look(&store, "a"), Ok(Some(b"1".to_vec())));
    }
}

/// Runs a child test in a mount namespace of its own, after this shell command. `false` where that is not allowed.
fn in_namespace(setup: &str, test: &str, folder: &Path) -> bool {
    let allowed = Command::new("unshare").args(["-m", "true"]).status().is_ok_and(|status| status.success());
    if !allowed {
        println!("skipped: no mount namespaces here");
        return false;
    }
    let script = format!("{setup} && exec \"$0\" --exact opening::{test} --ignored --nocapture");
    let output = Command::new("unshare")
        .args(["-m", "sh", "-c", &script])
        .arg(std::env::current_exe().unwrap())
        .env("STORE_PATH", folder)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    true
}

#[test]
fn a_full_file_system_passes() {
    let folder = tempfile::tempdir().unwrap();
    in_namespace("mount -t tmpfs -o size=8m tmpfs \"$STORE_PATH\"", "child_fills_its_disk", folder.path());
}

#[test]
#[ignore = "a child of another test"]
fn child_fills_its_disk() {
    let folder = std::path::PathBuf::from(std::env::var_os("STORE_PATH").unwrap());
    let ballast = folder.join("ballast");
    fs::write(&ballast, vec![1; 4 << 20]).unwrap();
    let store = create(&folder.join("store")).unwrap();
    store.commit(put(9_999, "before", b"here")).unwrap();
    let big = |n: u64| put(n, &format!("k/{n}"), &vec![3; 60_000]);
    let (n, error) = (0..500_u64).find_map(|n| store.commit(big(n)).err().map(|error| (n, error))).unwrap();
    assert_eq!(error, CommitError::Full, "at {n}");
    for _ in 0..3 {
        assert_eq!(look(&store, "before"), Ok(Some(b"here".to_vec())), "reads work");
        assert_eq!(store.commit(big(n)), Err(CommitError::Full));
    }
    fs::remove_file(ballast).unwrap();
    store.commit(big(n)).unwrap();
    assert!((0..=n).all(|n| look(&store, &format!("k/{n}")).unwrap().is_some()), "nothing acknowledged is gone");
    store.close().unwrap();
    println!("full after {n} commits, and went on");
}

#[test]
fn a_read_only_folder_is_an_error_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    drop(create(&folder.path().join("store")).unwrap());
    let setup = "mount --bind \"$STORE_PATH\" \"$STORE_PATH\" && mount -o remount,bind,ro \"$STORE_PATH\"";
    in_namespace(setup, "child_has_a_read_only_folder", folder.path());
    drop(open(&folder.path().join("store")).unwrap());
}

#[test]
#[ignore = "a child of another test"]
fn child_has_a_read_only_folder() {
    let folder = std::path::PathBuf::from(std::env::var_os("STORE_PATH").unwrap());
    assert!(matches!(open(&folder.join("store")), Err(StoreError::ReadOnly(_))));
    assert!(matches!(create(&folder.join("new")), Err(StoreError::ReadOnly(_))));
}

#[test]
fn the_parts_of_opening_are_send_and_sync() {
    fn both<T: Send + Sync + std::fmt::Debug>() {}
    both::<RedbStore>();
    both::<Box<dyn Store>>();
}
