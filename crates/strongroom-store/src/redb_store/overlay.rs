//! Opening is rehearsed: until the engine has opened the file and the format mark is found in it, writes stay
//! in memory, so that a file that is refused is not changed. Then they are done in the order they were made.

use std::collections::BTreeMap;
use std::io;

use redb::StorageBackend;

const BLOCK: u64 = 4_096;

#[derive(Debug)]
enum Step {
    Write(u64, Vec<u8>),
    SetLen(u64),
    Sync,
}

/// A file's contents with writes on top that were not made.
#[derive(Debug)]
pub(super) struct Overlay {
    steps: Vec<Step>,
    blocks: BTreeMap<u64, Vec<u8>>,
    len: u64,
    /// How much of the file below can still be seen: shorter after a cut.
    visible: u64,
}

impl Overlay {
    pub(super) fn over(file: &dyn StorageBackend) -> io::Result<Self> {
        let len = file.len()?;
        Ok(Self { steps: Vec::new(), blocks: BTreeMap::new(), len, visible: len })
    }

    pub(super) const fn len(&self) -> u64 {
        self.len
    }

    pub(super) fn read(&self, file: &dyn StorageBackend, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let end = offset.checked_add(out.len() as u64).ok_or(io::ErrorKind::UnexpectedEof)?;
        if end > self.len {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        out.fill(0);
        let below = self.visible.min(end).saturating_sub(offset);
        if below > 0
            && let Some(below) = usize::try_from(below).ok().and_then(|below| out.get_mut(..below))
        {
            file.read(offset, below)?;
        }
        for (start, block) in self.blocks.range(offset / BLOCK * BLOCK..end) {
            copy_overlap(block, *start, out, offset);
        }
        Ok(())
    }

    pub(super) fn write(&mut self, file: &dyn StorageBackend, offset: u64, data: &[u8]) -> io::Result<()> {
        let end = offset.checked_add(data.len() as u64).ok_or(io::ErrorKind::InvalidInput)?;
        if end > self.len {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let mut start = offset / BLOCK * BLOCK;
        while start < end {
            if !self.blocks.contains_key(&start) {
                let size = usize::try_from((self.len - start).min(BLOCK)).unwrap_or(0);
                let mut block = vec![0; size];
                self.read(file, start, &mut block)?;
                block.resize(usize::try_from(BLOCK).unwrap_or(0), 0);
                self.blocks.insert(start, block);
            }
            if let Some(block) = self.blocks.get_mut(&start) {
                copy_overlap(data, offset, block, start);
            }
            start += BLOCK;
        }
        self.steps.push(Step::Write(offset, data.to_vec()));
        Ok(())
    }

    pub(super) fn set_len(&mut self, len: u64) {
        self.visible = self.visible.min(len);
        self.blocks.split_off(&len);
        if let Some((start, block)) = self.blocks.range_mut(..len).next_back() {
            let kept = usize::try_from(len - start).unwrap_or(usize::MAX);
            block.iter_mut().skip(kept).for_each(|byte| *byte = 0);
        }
        self.len = len;
        self.steps.push(Step::SetLen(len));
    }

    pub(super) fn sync(&mut self) {
        self.steps.push(Step::Sync);
    }

    /// Does everything that was rehearsed, each step in its place.
    pub(super) fn perform(self, file: &dyn StorageBackend) -> io::Result<()> {
        for step in self.steps {
            match step {
                Step::Write(offset, data) => file.write(offset, &data)?,
                Step::SetLen(len) => file.set_len(len)?,
                Step::Sync => file.sync_data()?,
            }
        }
        Ok(())
    }
}

/// Copies the part of `from`, which lies at `from_at`, that overlaps `to`, which lies at `to_at`.
fn copy_overlap(from: &[u8], from_at: u64, to: &mut [u8], to_at: u64) {
    let start = from_at.max(to_at);
    let end = (from_at + from.len() as u64).min(to_at + to.len() as u64);
    let index = |position: u64, base: u64| usize::try_from(position.saturating_sub(base)).unwrap_or(usize::MAX);
    if start < end
        && let Some(from) = from.get(index(start, from_at)..index(end, from_at))
        && let Some(to) = to.get_mut(index(start, to_at)..index(end, to_at))
    {
        to.copy_from_slice(from);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use redb::backends::InMemoryBackend;

    fn number(state: &mut u64, below: u64) -> u64 {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*state >> 33) % below
    }

    #[test]
    fn an_overlay_reads_as_the_file_will_after_it_is_performed() {
        for seed in 0..200 {
            let (real, below) = (InMemoryBackend::new(), InMemoryBackend::new());
            for file in [&real, &below] {
                file.set_len(20_000).unwrap();
                file.write(0, &[9; 20_000]).unwrap();
            }
            let mut overlay = Overlay::over(&below).unwrap();
            let mut state = seed;
            for _ in 0..30 {
                if number(&mut state, 4) == 0 {
                    let len = number(&mut state, 30_000);
                    real.set_len(len).unwrap();
                    overlay.set_len(len);
                    continue;
                }
                let offset = number(&mut state, overlay.len().max(1));
                let size = number(&mut state, 9_000).min(overlay.len().saturating_sub(offset));
                let data = vec![u8::try_from(number(&mut state, 250)).unwrap(); usize::try_from(size).unwrap()];
                real.write(offset, &data).unwrap();
                overlay.write(&below, offset, &data).unwrap();
            }
            let whole = |len: u64| vec![0; usize::try_from(len).unwrap()];
            let (mut expected, mut seen) = (whole(overlay.len()), whole(overlay.len()));
            real.read(0, &mut expected).unwrap();
            overlay.read(&below, 0, &mut seen).unwrap();
            assert_eq!(expected, seen, "seed {seed}");
            overlay.perform(&below).unwrap();
            below.read(0, &mut seen).unwrap();
            assert_eq!(expected, seen, "seed {seed}");
        }
    }
}
