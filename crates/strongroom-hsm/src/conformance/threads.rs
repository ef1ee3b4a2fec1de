//! Tests in many threads.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use strongroom_types::SigningAlgorithmSpec;

use super::keys::{self, Key, makable, one_of_each, seal, sign, unseal};
use super::{Subject, Tally, said};
use crate::{Error, KeyHandle, Verb};

type Outcome = Result<(), String>;

/// Something that every key can do, checked as far as it can be: a round trip, or a signature.
fn use_key(subject: &Subject<'_>, key: &Key, handle: &dyn KeyHandle, salt: u64) -> Result<(), Error> {
    let message = salt.to_be_bytes();
    let about = subject.connect();
    let can = |verb| about.describe().support(key.usage.spec, verb).is_some();
    if can(Verb::Unseal) {
        let context = keys::context();
        let opened = unseal(handle, &seal(handle, &context, &message)?, &context)?;
        return if opened == message { Ok(()) } else { Err(Error::corrupt("what was opened")) };
    }
    if let Some(algorithm) = SigningAlgorithmSpec::ALL.iter().find(|it| can(Verb::Sign(**it))) {
        let signature = sign(handle, *algorithm, &message)?;
        let verified = match (subject.verify, key.made.public_key()) {
            (Some(verify), Some(public)) => verify(public, *algorithm, &message, &signature),
            _ => true,
        };
        return if verified { Ok(()) } else { Err(Error::corrupt("the signature")) };
    }
    let algorithm = strongroom_types::MacAlgorithmSpec::ALL.iter().find(|it| can(Verb::Mac(**it)));
    algorithm.map_or(Ok(()), |algorithm| keys::mac(handle, *algorithm, &message).map(drop))
}

pub(super) fn a_destroyed_key_is_gone_in_every_thread(subject: &Subject<'_>, tally: &mut Tally) -> Outcome {
    let custody = subject.connect();
    for usage in makable(&*custody) {
        let key = Key::generate(&*custody, usage)?;
        let handles = [key.open(&*custody)?, key.open(&*custody)?];
        ended_by(subject, tally, &key, &handles, &|| custody.destroy(key.made.token()).map(drop))?;
        for _ in 0..2 {
            custody.destroy(key.made.token()).map_err(said)?;
            tally.ensure(true, String::new)?;
        }
    }
    Ok(())
}

pub(super) fn a_closed_handle_is_gone_in_every_thread(subject: &Subject<'_>, tally: &mut Tally) -> Outcome {
    let custody = subject.connect();
    for usage in makable(&*custody) {
        let key = Key::generate(&*custody, usage)?;
        let (handle, other) = (key.open(&*custody)?, key.open(&*custody)?);
        let closing = Arc::clone(&handle);
        ended_by(subject, tally, &key, &[handle], &|| {
            closing.close();
            closing.close();
            Ok(())
        })?;
        let alive = use_key(subject, &key, &*other, 0);
        tally.same("another handle of the same key, after the first was closed", alive, Ok(()))?;
        custody.destroy(key.made.token()).map_err(said)?;
    }
    Ok(())
}

/// Uses the handles in 8 threads while `end` runs: each use works or says `Gone`, and after `end`
/// has returned all say `Gone`.
fn ended_by(
    subject: &Subject<'_>,
    tally: &mut Tally,
    key: &Key,
    handles: &[Arc<dyn KeyHandle>],
    end: &(dyn Fn() -> Result<(), Error> + Sync),
) -> Outcome {
    let ended = AtomicBool::new(false);
    let started = AtomicU64::new(0);
    let users = |number: u64| {
        let mut uses = 0_u64;
        loop {
            let was_ended = ended.load(Ordering::SeqCst);
            for handle in handles {
                let clone = Arc::clone(handle);
                let result = use_key(subject, key, &*clone, number.rotate_left(32) ^ uses);
                uses = uses.saturating_add(1);
                let fits = match &result {
                    Ok(()) => !was_ended,
                    Err(error) => *error == Error::gone(),
                };
                if !fits {
                    return Err(format!("a use {} the end: {result:?}", if was_ended { "after" } else { "before" }));
                }
            }
            started.fetch_add(1, Ordering::SeqCst);
            if was_ended {
                return Ok(uses);
            }
        }
    };
    let outcome = thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|number| scope.spawn(move || users(number))).collect();
        while started.load(Ordering::SeqCst) < 16 && !threads.iter().any(thread::ScopedJoinHandle::is_finished) {
            thread::sleep(Duration::from_micros(200));
        }
        let result = end();
        ended.store(true, Ordering::SeqCst);
        let joined: Vec<_> = threads.into_iter().map(thread::ScopedJoinHandle::join).collect();
        result.map_err(said).map(|()| joined)
    })?;
    for uses in outcome {
        let uses = uses.map_err(|_| "a thread panicked".to_owned())??;
        tally.0 = tally.0.saturating_add(uses);
    }
    Ok(())
}

pub(super) fn threads_do_not_disturb_each_other(subject: &Subject<'_>, tally: &mut Tally) -> Outcome {
    let custody = subject.connect();
    let shared = one_of_each(subject)?;
    let usages = makable(&*custody);
    let work = |number: u64| {
        let mut uses = 0_u64;
        for (key, handle) in &shared {
            use_key(subject, key, &**handle, number).map_err(said)?;
            uses = uses.saturating_add(1);
        }
        // Every thread also makes, opens, uses and destroys a key of its own.
        let at = usize::try_from(number).unwrap_or_default().checked_rem(usages.len()).unwrap_or_default();
        let Some(usage) = usages.get(at) else { return Ok(uses) };
        let own = Key::generate(&*custody, *usage)?;
        let handle = own.open(&*custody)?;
        use_key(subject, &own, &*handle, number).map_err(said)?;
        custody.destroy(own.made.token()).map_err(said)?;
        match use_key(subject, &own, &*handle, number) {
            Err(error) if error == Error::gone() => Ok(uses.saturating_add(2)),
            other => Err(format!("after destroying its own key: {other:?}")),
        }
    };
    let outcomes = thread::scope(|scope| {
        let threads: Vec<_> = (0..64).map(|number| scope.spawn(move || work(number))).collect();
        threads.into_iter().map(thread::ScopedJoinHandle::join).collect::<Vec<_>>()
    });
    for outcome in outcomes {
        let uses: Result<u64, String> = outcome.map_err(|_| "a thread panicked".to_owned())?;
        tally.0 = tally.0.saturating_add(uses?);
    }
    Ok(())
}
