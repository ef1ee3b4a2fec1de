//! What the benches share: figures beside their floor, taken in the same minute on the same machine.

#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use std::time::{Duration, Instant};

/// Whether the bench is only to be seen running once (`cargo bench -- --test`).
#[must_use]
pub fn is_smoke() -> bool {
    std::env::args().any(|argument| argument == "--test")
}

/// Something that is measured.
pub struct Case<'a> {
    name: &'static str,
    run: Box<dyn FnMut() + 'a>,
}

impl std::fmt::Debug for Case<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Case({})", self.name)
    }
}

impl<'a> Case<'a> {
    /// A case of this name; `run` is one operation.
    pub fn new(name: &'static str, run: impl FnMut() + 'a) -> Self {
        Self { name, run: Box::new(run) }
    }
}

/// Runs all cases in turn, round after round, so that whatever else the machine does hits them alike, and prints the
/// median of each beside that of the first, which is the floor. Returns the medians, in nanoseconds.
pub fn print_beside_floor(title: &str, cases: &mut [Case<'_>]) -> Vec<f64> {
    let rounds = if is_smoke() { 1 } else { 31 };
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); cases.len()];
    for _ in 0..rounds {
        for (case, times) in cases.iter_mut().zip(&mut times) {
            times.push(per_operation(&mut case.run));
        }
    }
    let medians: Vec<f64> = times.into_iter().map(median).collect();
    let floor = medians.first().copied().unwrap_or(1.0);
    println!("\n{title} (median of {rounds} interleaved rounds)");
    for (case, time) in cases.iter().zip(&medians) {
        println!("  {:<46} {:>12.0} ns   {:>5.2}x", case.name, time, time / floor);
    }
    medians
}

fn per_operation(run: &mut dyn FnMut()) -> f64 {
    let least = Duration::from_millis(if is_smoke() { 0 } else { 4 });
    let (started, mut count) = (Instant::now(), 0_u32);
    while count == 0 || started.elapsed() < least {
        run();
        count += 1;
    }
    started.elapsed().as_nanos() as f64 / f64::from(count)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(0.0)
}
