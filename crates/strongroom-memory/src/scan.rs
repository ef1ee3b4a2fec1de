//! Looks for keys where none should be: in this process's memory, in another's, in a core file.
//!
//! For tests (feature `testing`, Linux). A [`Needle`] keeps its bytes masked, so that it does not
//! find itself. The code that *makes* a needle must leave no plain copy behind either: build it
//! byte by byte with [`Needle::from_fn`], or compute it under
//! [`with_cleared_stack`](crate::with_cleared_stack) into a buffer that is zeroized, or in a child
//! process that hands over [`Needle::masked`]. A pattern known at compile time goes through
//! [`black_box`](std::hint::black_box): else the optimiser makes it a constant of the binary,
//! which is mapped and found.
//!
//! ```
//! use strongroom_memory::{LockPolicy, SecretArena, scan};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let pattern = |i: usize| std::hint::black_box(i as u8).wrapping_mul(91) ^ 0x3c;
//! let arena = SecretArena::new(LockPolicy::BestEffort)?;
//! let mut slot = arena.take(32)?;
//! for (i, byte) in slot.expose_secret_mut()?.iter_mut().enumerate() {
//!     *byte = pattern(i);
//! }
//! let report = scan::memory(&[scan::Needle::from_fn("key", 32, pattern)], &[&arena])?;
//! assert_eq!((report.inside().count(), report.outside().count()), (1, 0));
//! # Ok(())
//! # }
//! ```

use crate::SecretArena;
use std::{
    fmt,
    fs::{self, File},
    io,
    ops::Range,
    os::unix::fs::FileExt,
    path::Path,
    sync::{Mutex, PoisonError},
};
use zeroize::Zeroizing;

/// Bytes read at once.
const CHUNK: usize = 1 << 20;

/// The shortest needle: shorter ones are found by chance.
pub const MIN_NEEDLE_LEN: usize = 8;

/// Scans of one process wait for each other.
static ALONE: Mutex<()> = Mutex::new(());

/// Bytes to look for, kept masked.
#[derive(Clone)]
pub struct Needle {
    label: String,
    masked: Vec<u8>,
}

impl Needle {
    /// Masks a copy of `bytes`. The original stays where it is, and will be found if it is not
    /// wiped before the scan.
    #[must_use]
    pub fn new(label: impl Into<String>, bytes: &[u8]) -> Self {
        let masked = bytes.iter().enumerate();
        Self::from_masked(label, masked.map(|(i, byte)| byte ^ mask(i)).collect())
    }

    /// Makes a needle of `len` bytes one at a time, so that they are never together in the plain.
    #[must_use]
    pub fn from_fn(label: impl Into<String>, len: usize, byte: impl Fn(usize) -> u8) -> Self {
        Self::from_masked(label, (0..len).map(|i| byte(i) ^ mask(i)).collect())
    }

    /// A needle from what [`masked`](Needle::masked) gave, perhaps in another process.
    #[must_use]
    pub fn from_masked(label: impl Into<String>, masked: Vec<u8>) -> Self {
        Self { label: label.into(), masked }
    }

    /// The masked bytes.
    #[must_use]
    pub fn masked(&self) -> &[u8] {
        &self.masked
    }

    /// The name that hits carry.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    fn is_at_start_of(&self, bytes: &[u8]) -> bool {
        bytes.len() >= self.masked.len()
            && (self.masked.iter().zip(bytes).enumerate()).all(|(i, (masked, byte))| *masked == byte ^ mask(i))
    }
}

impl fmt::Debug for Needle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Needle({:?}, {} bytes)", self.label, self.masked.len())
    }
}

/// Never zero for neighbouring places at once, and not constant, so that runs do not survive.
fn mask(i: usize) -> u8 {
    (i as u8).wrapping_mul(0x3d) ^ 0xa5
}

/// One place where a needle was found.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Hit {
    /// The needle's label.
    pub needle: String,
    /// The address in memory, or the offset in the file.
    pub address: u64,
    /// What the address belongs to: `[heap]`, `[stack]`, a file's path, or empty for anonymous
    /// memory (thread stacks too); in a file, its path.
    pub place: String,
    /// Whether it is inside one of the arenas that were named.
    pub in_arena: bool,
}

impl fmt::Display for Hit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { needle, address, place, in_arena } = self;
        write!(f, "{needle} at {address:#x} in `{place}`")?;
        f.write_str(if *in_arena { " (arena)" } else { "" })
    }
}

/// What a scan saw.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Report {
    /// All hits, in order of address.
    pub hits: Vec<Hit>,
    /// Bytes looked at.
    pub bytes: u64,
    /// Bytes of readable mappings that could not be read (device memory, mappings that went away).
    pub unreadable: u64,
}

impl Report {
    /// Hits inside the named arenas.
    pub fn inside(&self) -> impl Iterator<Item = &Hit> {
        self.hits.iter().filter(|hit| hit.in_arena)
    }

    /// Hits anywhere else.
    pub fn outside(&self) -> impl Iterator<Item = &Hit> {
        self.hits.iter().filter(|hit| !hit.in_arena)
    }
}

/// Looks through all readable mappings of this process.
///
/// Other threads go on while it reads; for a firm answer let them rest (scans wait for each other,
/// so tests of one process may scan side by side). The stack of the caller is scanned too.
///
/// # Errors
/// If `/proc/self` cannot be read (an undumpable process that is not root), or a needle is shorter
/// than [`MIN_NEEDLE_LEN`].
pub fn memory(needles: &[Needle], arenas: &[&SecretArena]) -> io::Result<Report> {
    let in_arena = |address: u64| usize::try_from(address).is_ok_and(|at| arenas.iter().any(|arena| arena.covers(at)));
    process("self", needles, &in_arena)
}

/// Looks through all readable mappings of another process, which the caller has stopped or knows
/// to rest. No hit counts as inside an arena.
///
/// # Errors
/// As [`memory`].
pub fn process_memory(pid: u32, needles: &[Needle]) -> io::Result<Report> {
    process(&pid.to_string(), needles, &|_| false)
}

/// Looks through a file, such as a core dump.
///
/// # Errors
/// If the file cannot be read, or a needle is shorter than [`MIN_NEEDLE_LEN`].
pub fn file(path: &Path, needles: &[Needle]) -> io::Result<Report> {
    let mut scanner = Scanner::new(needles)?;
    let file = File::open(path)?;
    let all = 0..file.metadata()?.len();
    scanner.search(&file, all, &path.display().to_string(), &|_| false);
    Ok(scanner.report)
}

fn process(who: &str, needles: &[Needle], in_arena: &dyn Fn(u64) -> bool) -> io::Result<Report> {
    // Another scanner's buffer holds copies of what it just read.
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut scanner = Scanner::new(needles)?;
    let memory = File::open(format!("/proc/{who}/mem"))?;
    let maps = fs::read_to_string(format!("/proc/{who}/maps"))?;
    // What the scanner reads is in its own buffer too.
    let own = (who == "self").then(|| scanner.buffer_range());
    for (range, place) in maps.lines().filter_map(readable_mapping) {
        for part in without(range, own.clone()) {
            scanner.search(&memory, part, place, in_arena);
        }
    }
    Ok(scanner.report)
}

/// One line of `maps` (proc_pid_maps(5)): `start-end perms offset device inode  path`.
fn readable_mapping(line: &str) -> Option<(Range<u64>, &str)> {
    let mut words = line.splitn(6, ' ');
    let (start, end) = words.next()?.split_once('-')?;
    let range = u64::from_str_radix(start, 16).ok()?..u64::from_str_radix(end, 16).ok()?;
    let readable = words.next()?.starts_with('r');
    let place = words.nth(3).unwrap_or_default().trim();
    readable.then_some((range, place))
}

/// `range` less `hole`.
fn without(range: Range<u64>, hole: Option<Range<u64>>) -> impl Iterator<Item = Range<u64>> {
    let hole = hole.unwrap_or(range.end..range.end);
    let before = range.start..range.end.min(hole.start.max(range.start));
    let after = range.start.max(hole.end.min(range.end))..range.end;
    let after = if hole.end <= range.start { range.end..range.end } else { after };
    let before = if hole.end <= range.start { range } else { before };
    [before, after].into_iter().filter(|part| !part.is_empty())
}

struct Scanner<'a> {
    needles: &'a [Needle],
    /// Which pairs of bytes begin a needle: one look-up rules out nearly every place.
    begins: Vec<bool>,
    longest: usize,
    buffer: Zeroizing<Vec<u8>>,
    report: Report,
}

impl<'a> Scanner<'a> {
    fn new(needles: &'a [Needle]) -> io::Result<Self> {
        if needles.iter().any(|needle| needle.masked.len() < MIN_NEEDLE_LEN) {
            let message = format!("a needle is shorter than `{MIN_NEEDLE_LEN}` bytes");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        let mut begins = vec![false; 1 << 16];
        for needle in needles {
            if let [first, second, ..] = needle.masked.as_slice()
                && let Some(entry) = begins.get_mut(pair(first ^ mask(0), second ^ mask(1)))
            {
                *entry = true;
            }
        }
        let longest = needles.iter().map(|needle| needle.masked.len()).max();
        let longest = longest.unwrap_or(MIN_NEEDLE_LEN);
        Ok(Self {
            needles,
            begins,
            longest,
            buffer: Zeroizing::new(vec![0; CHUNK + longest]),
            report: Report::default(),
        })
    }

    fn buffer_range(&self) -> Range<u64> {
        let start = self.buffer.as_ptr().addr() as u64;
        start..start + self.buffer.len() as u64
    }

    /// Reads `range` of `file` in chunks that overlap by the longest needle.
    fn search(&mut self, file: &File, range: Range<u64>, place: &str, in_arena: &dyn Fn(u64) -> bool) {
        let mut at = range.start;
        while at < range.end {
            let left = usize::try_from(range.end - at).unwrap_or(usize::MAX);
            let Some(window) = self.buffer.get_mut(..left.min(CHUNK + self.longest)) else {
                return;
            };
            let got = read_up_to(file, window, at);
            // Places that a following chunk looks at again are left to it.
            let places = if got == left { got } else { got.min(CHUNK) };
            if places == 0 {
                let skipped = 4096.min(range.end - at);
                self.report.unreadable += skipped;
                at += skipped;
                continue;
            }
            self.look(got, places, at, |needle, address| Hit {
                needle: needle.label.clone(),
                address,
                place: place.to_owned(),
                in_arena: in_arena(address),
            });
            self.report.bytes += places as u64;
            at += places as u64;
        }
    }

    /// Looks for needles that begin in the first `places` of `got` bytes read from `base`.
    fn look(&mut self, got: usize, places: usize, base: u64, hit: impl Fn(&Needle, u64) -> Hit) {
        let bytes = self.buffer.get(..got).unwrap_or_default();
        for (i, two) in bytes.windows(2).enumerate().take(places) {
            let [first, second] = two else { continue };
            if !self.begins.get(pair(*first, *second)).is_some_and(|begins| *begins) {
                continue;
            }
            let rest = bytes.get(i..).unwrap_or_default();
            for needle in self.needles.iter().filter(|it| it.is_at_start_of(rest)) {
                self.report.hits.push(hit(needle, base + i as u64));
            }
        }
    }
}

fn pair(first: u8, second: u8) -> usize {
    usize::from(first) << 8 | usize::from(second)
}

/// Reads until the window is full, the end, or an error; returns the bytes read.
fn read_up_to(file: &File, window: &mut [u8], at: u64) -> usize {
    let mut got = 0;
    while let Some(rest) = window.get_mut(got..)
        && !rest.is_empty()
    {
        match file.read_at(rest, at + got as u64) {
            Ok(0) => break,
            Ok(read) => got += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    got
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_cut_out_of_ranges() {
        let cut = |range, hole| {
            let parts = without(range, hole).map(|part| (part.start, part.end));
            parts.collect::<Vec<_>>()
        };
        assert_eq!(cut(10..20, Some(12..15)), [(10, 12), (15, 20)]);
        assert_eq!(cut(10..20, Some(5..15)), [(15, 20)]);
        assert_eq!(cut(10..20, Some(15..25)), [(10, 15)]);
        assert_eq!(cut(10..20, Some(0..5)), [(10, 20)]);
        assert_eq!(cut(10..20, Some(30..40)), [(10, 20)]);
        assert_eq!(cut(10..20, Some(5..25)), []);
        assert_eq!(cut(10..20, None), [(10, 20)]);
    }

    #[test]
    fn lines_of_maps_are_read() {
        let line = "7f00-7fff rw-p 00000000 00:00 0                          [stack]";
        assert_eq!(readable_mapping(line), Some((0x7f00..0x7fff, "[stack]")));
        assert_eq!(readable_mapping("7f00-7fff ---p 00000000 00:00 0 "), None);
        assert_eq!(readable_mapping("7f00-7fff r--p 00000000 00:00 0 "), Some((0x7f00..0x7fff, "")));
    }

    #[test]
    fn short_needles_are_refused() {
        assert!(memory(&[Needle::new("short", b"1234567")], &[]).is_err());
    }
}
