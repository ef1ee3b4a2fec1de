//! Where a key's bytes are, and where they are not: this process's memory and a core file.

use crate::{arena, child, fill, filled, needle};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::{fs, panic};
use strongroom_memory::{harden_process, scan, with_cleared_stack};
use zeroize::Zeroize;

#[test]
fn a_live_key_is_in_the_arena_alone_and_a_dropped_one_nowhere() {
    let arena = arena();
    let slots = [32, 64, 200, 2400].map(|len| filled(&arena, len, 20));
    let report = scan::memory(&[needle(20, 32)], &[&arena]).unwrap();
    // 2,400 bytes of a pattern with period 256 contain the first 32 bytes ten times.
    assert_eq!(report.inside().count(), 3 + 10, "{report:?}");
    assert_eq!(report.outside().count(), 0, "{report:?}");
    drop(slots);
    let report = scan::memory(&[needle(20, 32)], &[&arena]).unwrap();
    assert!(report.hits.is_empty(), "{report:?}");
    println!("scanned {} bytes, {} unreadable", report.bytes, report.unreadable);
}

#[test]
fn the_scanner_finds_a_copy_on_the_heap_and_names_the_place() {
    let mut copy = vec![0; 48];
    fill(&mut copy, 21);
    let needles = [needle(21, 48), needle(22, 48)];
    let report = scan::memory(&needles, &[]).unwrap();
    let [hit] = report.hits.as_slice() else { panic!("{report:?}") };
    assert_eq!(hit.address, copy.as_ptr().addr() as u64);
    assert_eq!((hit.needle.as_str(), hit.in_arena), ("pattern 21", false));
    copy.zeroize();
    assert!(scan::memory(&needles, &[]).unwrap().hits.is_empty());
}

#[test]
fn a_panic_while_a_key_is_in_use_still_wipes_it() {
    let arena = arena();
    let caught = panic::catch_unwind(|| {
        let slot = filled(&arena, 32, 23);
        assert_eq!(slot.len(), 33, "a panic on purpose");
    });
    assert!(caught.is_err());
    assert_eq!(arena.status().unwrap().slots_in_use, 0);
    let report = scan::memory(&[needle(23, 32)], &[&arena]).unwrap();
    assert!(report.hits.is_empty(), "{report:?}");
}

#[test]
fn an_arena_that_goes_leaves_nothing() {
    let arena = arena();
    let slot = filled(&arena, 32, 24);
    drop(arena);
    drop(slot);
    let report = scan::memory(&[needle(24, 32)], &[]).unwrap();
    assert!(report.hits.is_empty(), "{report:?}");
}

#[test]
fn another_process_can_be_scanned() {
    let report = scan::process_memory(std::process::id(), &[needle(25, 32)]).unwrap();
    assert!(report.hits.is_empty() && report.bytes > 100_000, "{report:?}");
}

#[test]
fn a_needle_is_found_across_the_scanners_chunks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let places = [0, 5_000, (1 << 20) - 16, (1 << 20) + 32, (1 << 21) - 1, 3_000_000 - 32];
    let mut bytes = vec![0; 3_000_000];
    for place in places {
        fill(&mut bytes[place..place + 32], 26);
    }
    fs::write(&path, &bytes).unwrap();
    bytes.zeroize();
    let report = scan::file(&path, &[needle(26, 32)]).unwrap();
    let found: Vec<_> = report.hits.iter().map(|hit| hit.address as usize).collect();
    assert_eq!(found, places);
    assert_eq!((report.bytes, report.unreadable), (3_000_000, 0));
}

#[test]
fn a_core_file_has_the_heap_but_not_the_arena() {
    const TEST: &str = "leaks::a_core_file_has_the_heap_but_not_the_arena";
    let folder = tempfile::tempdir().unwrap();
    let output = child::run_with(
        TEST,
        |mut command| {
            command.current_dir(folder.path());
            command
        },
        || {
            let limit = getrlimit(Resource::Core).maximum;
            let all = Rlimit { current: limit, maximum: limit };
            setrlimit(Resource::Core, all).unwrap();
            let arena = arena();
            let mut slot = arena.take(32).unwrap();
            // Its pieces would still be in vector registers, which a core file contains.
            with_cleared_stack::<4096, _>(|| fill(slot.expose_secret_mut().unwrap(), 27));
            let mut plain = vec![0; 32];
            fill(&mut plain, 28);
            std::hint::black_box((&slot, &mut plain));
            std::process::abort();
        },
    );
    assert!(!output.status.success());
    let files = fs::read_dir(folder.path()).unwrap().filter_map(Result::ok);
    let cores = files.filter(|file| file.file_name().to_string_lossy().starts_with("core"));
    let Some(core) = cores.map(|file| file.path()).next() else {
        println!("skipped: no core file appeared (core_pattern or limit of this system)");
        return;
    };
    let report = scan::file(&core, &[needle(27, 32), needle(28, 32)]).unwrap();
    let hits = |label: &str| report.hits.iter().filter(|hit| hit.needle == label).count();
    assert!(hits("pattern 28") >= 1, "the plain copy proves that the core is whole");
    assert_eq!(hits("pattern 27"), 0, "{report:?}");
    println!("core file of {} bytes scanned", report.bytes);
}

#[test]
fn a_hardened_process_leaves_no_core_file() {
    let folder = tempfile::tempdir().unwrap();
    let output = child::run_with(
        "leaks::a_hardened_process_leaves_no_core_file",
        |mut command| {
            command.current_dir(folder.path());
            command
        },
        || {
            let limit = getrlimit(Resource::Core).maximum;
            let all = Rlimit { current: limit, maximum: limit };
            setrlimit(Resource::Core, all).unwrap();
            harden_process().unwrap();
            std::process::abort();
        },
    );
    assert!(!output.status.success());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
