//! Prints what things cost: `cargo test --release -p strongroom-memory figures -- --ignored
//! --nocapture`.

use std::{hint::black_box, time::Instant};
use strongroom_memory::{ForkGuard, LockPolicy, SecretArena, with_cleared_stack};
use zeroize::Zeroize;

/// Nanoseconds per call: the median of 21 rounds.
fn measure(name: &str, mut call: impl FnMut()) {
    const CALLS: u32 = 20_000;
    let mut rounds: Vec<_> = (0..21)
        .map(|_| {
            let start = Instant::now();
            for _ in 0..CALLS {
                call();
            }
            start.elapsed().as_nanos() as f64 / f64::from(CALLS)
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    println!("{name:<44} {:8.1} ns", rounds[10]);
}

#[test]
#[ignore = "prints figures; run by name, in release"]
fn figures() {
    let arena = SecretArena::new(LockPolicy::BestEffort).unwrap();
    let key = [7; 32];
    for len in [32, 256, 4096] {
        let source = vec![7; len];
        measure(&format!("arena: store {len} B and drop"), || {
            black_box(arena.store(black_box(&source)).unwrap());
        });
        measure(&format!("vec: copy {len} B, zeroize, free"), || {
            let mut copy = black_box(&source).to_vec();
            black_box(&mut copy).zeroize();
        });
    }
    let slot = arena.store(&key).unwrap();
    measure("slot: expose_secret", || {
        let _ = black_box(black_box(&slot).expose_secret());
    });
    let guard = ForkGuard::new().unwrap();
    measure("guard: check", || {
        let _ = black_box(black_box(&guard).check());
    });
    measure("for comparison: process id", || {
        black_box(std::process::id());
    });
    measure("clear_registers", strongroom_memory::clear_registers);
    measure("with_cleared_stack: 1 KiB", || with_cleared_stack::<1024, _>(|| ()));
    measure("with_cleared_stack: 2 KiB", || with_cleared_stack::<2048, _>(|| ()));
    measure("with_cleared_stack: 4 KiB", || with_cleared_stack::<4096, _>(|| ()));
    measure("with_cleared_stack: 8 KiB", || with_cleared_stack::<8192, _>(|| ()));
    measure("with_cleared_stack: 16 KiB", || with_cleared_stack::<16384, _>(|| ()));
    measure("an arena of one region, made and dropped", || {
        black_box(SecretArena::new(LockPolicy::BestEffort).unwrap());
    });
}
