//! A backend that breaks its promises, for tests of what stands above it.
//!
//! [`Faulty`] passes every call to another backend, counts it, and does as its script says at the
//! n-th call of a kind.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::{
    Custody, Description, Destroyed, Error, Expect, GenerateRequest, Health, ImportJob, KeyHandle, KeyToken, Made, Op,
    OutBuf, Probe, Suite,
};

/// The calls that can go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Call {
    /// [`Custody::generate`].
    Generate,
    /// [`Custody::find`].
    Find,
    /// [`Custody::begin_import`].
    Import,
    /// [`Custody::open`].
    Open,
    /// [`Custody::renew`].
    Renew,
    /// [`Custody::destroy`].
    Destroy,
    /// [`Custody::probe`].
    Probe,
    /// [`Custody::random`].
    Random,
    /// [`KeyHandle::run`].
    Run,
}

impl Call {
    /// Every call.
    pub const ALL: [Self; 9] = [
        Self::Generate,
        Self::Find,
        Self::Import,
        Self::Open,
        Self::Renew,
        Self::Destroy,
        Self::Probe,
        Self::Random,
        Self::Run,
    ];
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The call fails, and nothing was done.
    FailBefore(Error),
    /// The call was done, and its answer is lost.
    FailAfter(Error),
    /// It panics before it does anything.
    Panic,
    /// It takes its time, then does as asked.
    Delay(Duration),
    /// `Run`: one bit of the output is wrong.
    FlipBit,
    /// `Run`: the output of the previous successful run (of any key), if there was one; else none.
    PreviousOutput,
    /// `Run`: success, and no output.
    NoOutput,
    /// `Destroy`: says `Erased` and does nothing.
    Lie,
}

/// How many calls there were, and what happens at which.
type Counter = (u64, BTreeMap<u64, Fault>);

#[derive(Debug, Default)]
struct Script {
    calls: Mutex<BTreeMap<Call, Counter>>,
    previous: Mutex<Vec<u8>>,
    handles: AtomicU64,
}

impl Script {
    /// Counts a call; sleeps, panics, or says what is to go wrong.
    fn enter(&self, call: Call) -> Result<Option<Fault>, Error> {
        let fault = {
            let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
            let (count, faults) = calls.entry(call).or_default();
            *count = count.saturating_add(1);
            faults.remove(count)
        };
        match fault {
            Some(Fault::FailBefore(error)) => Err(error),
            Some(Fault::Panic) => blow(),
            Some(Fault::Delay(time)) => {
                std::thread::sleep(time);
                Ok(None)
            }
            other => Ok(other),
        }
    }
}

#[expect(clippy::panic, reason = "a backend that panics is what is asked for")]
fn blow() -> ! {
    panic!("the hostile backend panics, as it was told to")
}

/// Loses the answer if the script says so.
fn leave<T>(fault: Option<&Fault>, result: Result<T, Error>) -> Result<T, Error> {
    match fault {
        Some(Fault::FailAfter(error)) => result.and(Err(error.clone())),
        _ => result,
    }
}

/// A backend around another, with a script of faults. Clones share script and counters.
#[derive(Clone)]
pub struct Faulty {
    inner: Arc<dyn Custody>,
    script: Arc<Script>,
}

impl Faulty {
    /// Passes everything on until told otherwise.
    #[must_use]
    pub fn new(inner: Arc<dyn Custody>) -> Self {
        Self { inner, script: Arc::default() }
    }

    /// The `n`-th such call from now on (the next one is 1) goes wrong in this way.
    pub fn on_nth(&self, call: Call, n: u64, fault: Fault) -> &Self {
        let mut calls = self.script.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, faults) = calls.entry(call).or_default();
        faults.insert(count.saturating_add(n), fault);
        drop(calls);
        self
    }

    /// The next such call goes wrong in this way.
    pub fn next(&self, call: Call, fault: Fault) -> &Self {
        self.on_nth(call, 1, fault)
    }

    /// How many such calls there were, those that failed included.
    #[must_use]
    pub fn calls(&self, call: Call) -> u64 {
        let calls = self.script.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.get(&call).map_or(0, |(count, _)| *count)
    }

    /// How many calls of any kind there were.
    #[must_use]
    pub fn all_calls(&self) -> u64 {
        Call::ALL.iter().map(|call| self.calls(*call)).sum()
    }

    /// How many handles were opened and not dropped.
    #[must_use]
    pub fn open_handles(&self) -> u64 {
        self.script.handles.load(Ordering::Acquire)
    }
}

impl fmt::Debug for Faulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Faulty({:?})", self.inner)
    }
}

impl Custody for Faulty {
    fn describe(&self) -> &Description {
        self.inner.describe()
    }

    fn generate(&self, request: &GenerateRequest<'_>) -> Result<Made, Error> {
        let fault = self.script.enter(Call::Generate)?;
        leave(fault.as_ref(), self.inner.generate(request))
    }

    fn find(&self, request: &GenerateRequest<'_>) -> Result<Option<KeyToken>, Error> {
        let fault = self.script.enter(Call::Find)?;
        leave(fault.as_ref(), self.inner.find(request))
    }

    fn begin_import(&self, request: &GenerateRequest<'_>) -> Result<Box<dyn ImportJob>, Error> {
        let fault = self.script.enter(Call::Import)?;
        leave(fault.as_ref(), self.inner.begin_import(request))
    }

    fn open(&self, token: &KeyToken, expect: &Expect<'_>) -> Result<Arc<dyn KeyHandle>, Error> {
        let fault = self.script.enter(Call::Open)?;
        let inner = leave(fault.as_ref(), self.inner.open(token, expect))?;
        self.script.handles.fetch_add(1, Ordering::AcqRel);
        Ok(Arc::new(FaultyHandle { inner, script: Arc::clone(&self.script) }))
    }

    fn renew(&self, token: &KeyToken, expect: &Expect<'_>) -> Result<Option<KeyToken>, Error> {
        let fault = self.script.enter(Call::Renew)?;
        leave(fault.as_ref(), self.inner.renew(token, expect))
    }

    fn destroy(&self, token: &KeyToken) -> Result<Destroyed, Error> {
        let fault = self.script.enter(Call::Destroy)?;
        if fault == Some(Fault::Lie) {
            return Ok(Destroyed::Erased);
        }
        leave(fault.as_ref(), self.inner.destroy(token))
    }

    fn probe(&self, depth: Probe) -> Result<Health, Error> {
        let fault = self.script.enter(Call::Probe)?;
        leave(fault.as_ref(), self.inner.probe(depth))
    }

    fn random(&self, out: &mut [u8]) -> Result<(), Error> {
        let fault = self.script.enter(Call::Random)?;
        leave(fault.as_ref(), self.inner.random(out))
    }
}

#[derive(Debug)]
struct FaultyHandle {
    inner: Arc<dyn KeyHandle>,
    script: Arc<Script>,
}

impl KeyHandle for FaultyHandle {
    fn suite(&self) -> Option<Suite> {
        self.inner.suite()
    }

    fn public_key(&self) -> Option<&[u8]> {
        self.inner.public_key()
    }

    fn run(&self, op: &Op<'_>, out: &mut OutBuf) -> Result<(), Error> {
        let fault = self.script.enter(Call::Run)?;
        let result = leave(fault.as_ref(), self.inner.run(op, out)).inspect_err(|_| out.clear());
        result?;
        let mut previous = self.script.previous.lock().unwrap_or_else(PoisonError::into_inner);
        let this = out.as_bytes().to_vec();
        match fault {
            Some(Fault::NoOutput) => out.clear(),
            Some(Fault::FlipBit) => {
                let middle = this.len() / 2;
                out.as_bytes_mut().iter_mut().skip(middle).take(1).for_each(|byte| *byte ^= 0x10);
            }
            Some(Fault::PreviousOutput) => {
                out.clear();
                // If it does not fit, there is no output at all: also a fault.
                let stale = out.produce(previous.len(), |bytes| {
                    bytes.copy_from_slice(&previous);
                    Ok(())
                });
                stale.unwrap_or_default();
            }
            _ => (),
        }
        *previous = this;
        Ok(())
    }

    fn close(&self) {
        self.inner.close();
    }
}

impl Drop for FaultyHandle {
    fn drop(&mut self) {
        self.script.handles.fetch_sub(1, Ordering::AcqRel);
    }
}
