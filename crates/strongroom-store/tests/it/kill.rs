//! T1: a child commits and is killed, again and again.

use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use strongroom_store::testing::Seeded;
use strongroom_store::{CommitError, RedbOptions, RedbStore, StoreExt, Write};

use crate::support::{commit, look};

/// Kills in this test; a release takes more, set by `STORE_KILLS`.
const KILLS: u64 = 120;

/// A state change and its leaf, in one commit.
fn change(n: u64) -> strongroom_store::Commit {
    let state = Write::put(format!("k/{}", n % 50).as_str(), n.to_be_bytes());
    commit(n).write(state).write(Write::put(format!("o/{n:08}").as_str(), vec![9; 300]))
}

#[test]
fn no_kill_loses_an_acknowledged_commit_or_splits_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    drop(RedbStore::create(&path, RedbOptions::default()).unwrap());
    let kills = std::env::var("STORE_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(KILLS);
    let mut random = Seeded::new(1);
    let (mut from, mut acknowledged_in_all, mut found_unacknowledged) = (0, 0, 0);
    for round in 0..kills {
        let acknowledged = kill_one(&path, from, Duration::from_millis(random.below(40) as u64));
        acknowledged_in_all += acknowledged.len();
        let store = RedbStore::open(&path, RedbOptions::default()).unwrap();
        let last = acknowledged.last().copied().unwrap_or(from);
        for n in &acknowledged {
            assert!(look(&store, &format!("o/{n:08}")).unwrap().is_some(), "round {round}: {n} is gone");
        }
        // What was not acknowledged is wholly there or wholly absent, and no later one is there without it.
        let mut next = from;
        while look(&store, &format!("o/{next:08}")).unwrap().is_some() {
            let state = look(&store, &format!("k/{}", next % 50)).unwrap().unwrap();
            assert!(u64::from_be_bytes(state.try_into().unwrap()) >= next, "round {round}: a leaf without its change");
            next += 1;
        }
        found_unacknowledged += next - (last + 1).min(next);
        for slot in 0..50 {
            if let Some(state) = look(&store, &format!("k/{slot}")).unwrap() {
                assert!(
                    u64::from_be_bytes(state.try_into().unwrap()) < next,
                    "round {round}: a change without its leaf"
                );
            }
        }
        from = next;
    }
    println!("T1: {kills} kills, {acknowledged_in_all} acknowledged, {found_unacknowledged} there unacknowledged");
    assert!(acknowledged_in_all > 100);
}

/// Runs the child from commit `from` on, kills it after a while, and answers what it acknowledged.
fn kill_one(path: &Path, from: u64, after: Duration) -> Vec<u64> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::child_commits_until_it_is_killed", "--ignored", "--nocapture"])
        .env("STORE_PATH", path)
        .env("STORE_FROM", from.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    lines.find(|line| line.ends_with("begin")).unwrap();
    std::thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
    // A last line may be cut: without its full stop it is not an acknowledgement.
    lines.filter_map(|line| line.strip_suffix('.').and_then(|n| n.parse().ok())).collect()
}

#[test]
#[ignore = "a child of another test"]
fn child_commits_until_it_is_killed() {
    let path = std::env::var_os("STORE_PATH").unwrap();
    let from: u64 = std::env::var("STORE_FROM").unwrap().parse().unwrap();
    let store = RedbStore::open(path, RedbOptions::default()).unwrap();
    println!("\nbegin");
    let mut out = std::io::stdout();
    for n in from..from + 100_000 {
        match store.commit(change(n)) {
            Ok(_) => out.write_all(format!("{n}.\n").as_bytes()).unwrap(),
            Err(CommitError::Unknown(_)) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
}
