//! So many clients, each a thread that calls as fast as it is answered.

use std::fmt;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use strongroom_benches::is_smoke;

/// One call, by the client that makes it.
pub(crate) type Caller<'a> = Box<dyn FnMut() + 'a>;

/// A way to call: makes a client, in the thread that will use it.
pub(crate) struct Way<'a>(Box<dyn Fn() -> Caller<'a> + Sync + 'a>);

impl<'a> Way<'a> {
    pub(crate) fn new(client: impl Fn() -> Caller<'a> + Sync + 'a) -> Self {
        Self(Box::new(client))
    }
}

/// What the calls of one way took.
#[derive(Default)]
pub(crate) struct Load {
    nanoseconds: Vec<u64>,
    elapsed: Duration,
}

impl Load {
    /// Calls a second.
    pub(crate) fn rate(&self) -> f64 {
        self.nanoseconds.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// Which time that many of a hundred calls did not exceed, in microseconds. The times are sorted.
    pub(crate) fn percentile(&self, of_a_hundred: usize) -> f64 {
        let at = (self.nanoseconds.len() * of_a_hundred / 100).min(self.nanoseconds.len() - 1);
        self.nanoseconds[at] as f64 / 1e3
    }
}

impl fmt::Display for Load {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/s, {}, {}", thousands(self.rate()), time(self.percentile(50)), time(self.percentile(99)))
    }
}

/// A number of three digits that count.
fn thousands(number: f64) -> String {
    let unit = 10_f64.powf(number.log10().floor() - 2.0).max(1.0);
    let digits = format!("{:.0}", (number / unit).round() * unit);
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A time in microseconds, as one reads it.
pub(crate) fn time(microseconds: f64) -> String {
    match microseconds {
        us if us < 9.95 => format!("{us:.1} µs"),
        us if us < 999.5 => format!("{us:.0} µs"),
        us => format!("{:.1} ms", us / 1e3),
    }
}

/// All ways in turn, round after round, so that whatever else the machine does hits them alike.
pub(crate) fn take(ways: &[Way<'_>], clients: usize) -> Vec<Load> {
    let rounds = if is_smoke() { 1 } else { 7 };
    let mut loads: Vec<Load> = ways.iter().map(|_| Load::default()).collect();
    for _ in 0..rounds {
        for (way, load) in ways.iter().zip(&mut loads) {
            round(way, clients, load);
        }
    }
    loads.iter_mut().for_each(|load| load.nanoseconds.sort_unstable());
    loads
}

fn round(way: &Way<'_>, clients: usize, load: &mut Load) {
    let span = Duration::from_millis(if is_smoke() { 0 } else { 200 });
    let ready = Barrier::new(clients);
    std::thread::scope(|scope| {
        let client = || {
            let mut call = (way.0)();
            if !is_smoke() {
                call(); // its connection, its caches
            }
            ready.wait();
            let (begun, mut times) = (Instant::now(), Vec::new());
            while times.is_empty() || begun.elapsed() < span {
                let before = Instant::now();
                call();
                times.push(u64::try_from(before.elapsed().as_nanos()).unwrap());
            }
            (begun, Instant::now(), times)
        };
        let threads: Vec<_> = (0..clients).map(|_| scope.spawn(client)).collect();
        let done: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        let (begun, ended) =
            (done.iter().map(|done| done.0).min().unwrap(), done.iter().map(|done| done.1).max().unwrap());
        load.elapsed += ended - begun;
        load.nanoseconds.extend(done.into_iter().flat_map(|done| done.2));
    });
}
