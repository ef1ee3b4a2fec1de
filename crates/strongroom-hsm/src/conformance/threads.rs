//! Tests in many threads.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use super::keys::{self, Key, Pair, Trial, decrypt, mac, seal, sign, unseal};
use super::{Tally, said};
use crate::{Error, KeyHandle, MaterialUsage, SignInput, Verb};

type Outcome = Result<(), String>;

/// Something that every key can do, checked as far as it can be: a round trip, a signature, or a MAC done twice.
pub(super) fn use_key(trial: &Trial<'_>, key: &Key, handle: &dyn KeyHandle, salt: u64) -> Result<(), Error> {
    let message = salt.to_be_bytes();
    let public = key.made.public_key();
    if trial.can(key.usage, Verb::Unseal) {
        let context = keys::context();
        let opened = unseal(handle, &seal(handle, &context, &message)?, &context)?;
        return right(opened == message, "what was opened");
    }
    if let Some(algorithm) = trial.encryption_algorithms(key.usage).next() {
        let ciphertext = trial.encrypt.zip(public).and_then(|(encrypt, public)| encrypt(public, algorithm, &message));
        let opened = decrypt(handle, algorithm, ciphertext.as_deref().unwrap_or(&[1; 256]));
        return match opened {
            Err(Error::InvalidCiphertext(_)) if ciphertext.is_none() => Ok(()),
            opened => right(ciphertext.is_none() || opened? == message, "what was decrypted"),
        };
    }
    if let Some(algorithm) = trial.signing_algorithms(key.usage).next() {
        let signature = sign(handle, algorithm, SignInput::Message(&message))?;
        let verify = trial.verify.zip(public);
        let verified = verify.is_none_or(|(verify, public)| verify(public, algorithm, &message, &signature));
        return right(verified, "the signature");
    }
    let Some(algorithm) = trial.mac_algorithms(key.usage).next() else { return Ok(()) };
    let (first, second) = (mac(handle, algorithm, &message)?, mac(handle, algorithm, &message)?);
    right(first == second, "the MAC")
}

fn right(it_is: bool, what: &'static str) -> Result<(), Error> {
    if it_is { Ok(()) } else { Err(Error::corrupt(what)) }
}

/// Whether making or using such a key may take longer than a few milliseconds.
fn is_slow(trial: &Trial<'_>, usage: MaterialUsage) -> bool {
    Verb::all().any(|verb| trial.can(usage, verb) && trial.about().is_slow(usage.spec, verb))
}

/// Uses up the second key of each kind.
pub(super) fn a_destroyed_key_is_gone_in_every_thread(trial: &Trial<'_>, tally: &mut Tally) -> Outcome {
    let custody = trial.connect();
    for Pair { other: key, .. } in &trial.pairs {
        let handles = [key.open(&*custody)?, key.open(&*custody)?];
        ended_by(trial, tally, key, &handles, &|| custody.destroy(key.made.token()).map(drop))?;
        for _ in 0..2 {
            custody.destroy(key.made.token()).map_err(said)?;
            tally.ensure(true, String::new)?;
        }
    }
    Ok(())
}

pub(super) fn a_closed_handle_is_gone_in_every_thread(trial: &Trial<'_>, tally: &mut Tally) -> Outcome {
    let custody = trial.connect();
    for Pair { key, .. } in &trial.pairs {
        let (handle, other) = (key.open(&*custody)?, key.open(&*custody)?);
        let closing = Arc::clone(&handle);
        ended_by(trial, tally, key, &[handle], &|| {
            closing.close();
            closing.close();
            Ok(())
        })?;
        let alive = use_key(trial, key, &*other, 0);
        tally.same("another handle of the same key, after the first was closed", alive, Ok(()))?;
    }
    Ok(())
}

/// Uses the handles in 8 threads (3 where a use is slow) while `end` runs: each use works or says `Gone`, and after `end`
/// has returned all say `Gone`.
fn ended_by(
    trial: &Trial<'_>,
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
                let result = use_key(trial, key, &*clone, number.rotate_left(32) ^ uses);
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
        let count = if is_slow(trial, key.usage) { 3 } else { 8 };
        let threads: Vec<_> = (0..count).map(|number| scope.spawn(move || users(number))).collect();
        while started.load(Ordering::SeqCst) < count && !threads.iter().any(thread::ScopedJoinHandle::is_finished) {
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

pub(super) fn threads_do_not_disturb_each_other(trial: &Trial<'_>, tally: &mut Tally) -> Outcome {
    let custody = trial.connect();
    let shared = trial.open_each()?;
    let quick: Vec<_> = trial.usages().filter(|usage| !is_slow(trial, *usage)).collect();
    let work = |number: u64| {
        let mut uses = 0_u64;
        // Slow keys in eight of the threads.
        for (key, handle) in shared.iter().filter(|(key, _)| number.is_multiple_of(8) || quick.contains(&key.usage)) {
            use_key(trial, key, &**handle, number).map_err(said)?;
            uses = uses.saturating_add(1);
        }
        // Every thread also makes, opens, uses and destroys a key of its own.
        let at = usize::try_from(number).unwrap_or_default().checked_rem(quick.len()).unwrap_or_default();
        let Some(usage) = quick.get(at) else { return Ok(uses) };
        let own = Key::generate(&*custody, *usage)?;
        let handle = own.open(&*custody)?;
        use_key(trial, &own, &*handle, number).map_err(said)?;
        custody.destroy(own.made.token()).map_err(said)?;
        match use_key(trial, &own, &*handle, number) {
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
