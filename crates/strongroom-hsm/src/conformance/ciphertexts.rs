//! Tests of ciphertexts that do not open.

use strongroom_types::{EncryptionAlgorithmSpec, EncryptionContext};

use super::keys::{self, Pair, Trial, decrypt, seal, unseal};
use super::{Tally, said};
use crate::{Custody, Error, KeyHandle, Verb};

type Outcome = Result<(), String>;

pub(super) fn every_bad_ciphertext_fails_alike(trial: &Trial<'_>, tally: &mut Tally) -> Outcome {
    let custody = trial.connect();
    for pair in &trial.pairs {
        if trial.can(pair.key.usage, Verb::Unseal) {
            symmetric(tally, &*custody, pair)?;
        }
        for algorithm in trial.encryption_algorithms(pair.key.usage) {
            asymmetric(trial, tally, &*custody, pair, algorithm)?;
        }
    }
    Ok(())
}

fn symmetric(tally: &mut Tally, custody: &dyn Custody, pair: &Pair) -> Outcome {
    let (handle, stranger) = (pair.key.open(custody)?, pair.other.open(custody)?);
    let header = pair.key.header(&*handle)?;
    let right = &keys::context();
    let other_context = &EncryptionContext::from_pairs([("k", "w")]).map_err(|error| error.to_string())?;
    let blob = seal(&*handle, right, b"attack at dawn").map_err(said)?;
    let mut refused = |what: &str, handle: &dyn KeyHandle, blob: &[u8], context: &EncryptionContext| {
        let result = unseal(handle, blob, context);
        tally.same(what, result, Err(Error::invalid_ciphertext()))
    };
    for at in 0..blob.len() {
        for bit in 0..8 {
            refused("a flipped bit", &*handle, &flipped(&blob, at, bit), right)?;
        }
        refused("a cut ciphertext", &*handle, blob.get(..at).unwrap_or_default(), right)?;
    }
    refused("a byte more", &*handle, &[blob.as_slice(), &[0]].concat(), right)?;
    refused("another context", &*handle, &blob, other_context)?;
    refused("no context", &*handle, &blob, &EncryptionContext::EMPTY)?;
    refused("another key", &*stranger, &blob, right)?;
    let lying = seal(&*stranger, right, b"attack at dawn").map_err(said)?;
    refused("another key's ciphertext", &*handle, &lying, right)?;
    let moved = [header.as_slice(), lying.get(header.len()..).unwrap_or_default()].concat();
    refused("another key's body under this header", &*handle, &moved, right)?;
    let opened = unseal(&*handle, &blob, right);
    tally.same("the ciphertext itself", opened, Ok(b"attack at dawn".to_vec()))
}

/// Bytes of an RSA ciphertext whose bits are flipped; a private operation takes milliseconds.
const FLIPS: usize = 8;

fn asymmetric(
    trial: &Trial<'_>,
    tally: &mut Tally,
    custody: &dyn Custody,
    pair: &Pair,
    algorithm: EncryptionAlgorithmSpec,
) -> Outcome {
    let (handle, stranger) = (pair.key.open(custody)?, pair.other.open(custody)?);
    let mut refused = |what: &str, handle: &dyn KeyHandle, algorithm, ciphertext: &[u8]| {
        tally.same(what, decrypt(handle, algorithm, ciphertext), Err(Error::invalid_ciphertext()))
    };
    for len in [0, 1, 20, 32, 255, 256, 257, 383, 384, 385, 511, 512, 513, 1_024] {
        for byte in [0, 1, 0xff] {
            refused("bytes of one value", &*handle, algorithm, &vec![byte; len])?;
        }
    }
    let encrypt = |key: &keys::Key, message: &[u8]| {
        trial.encrypt.zip(key.made.public_key()).and_then(|(encrypt, public)| encrypt(public, algorithm, message))
    };
    let Some(good) = encrypt(&pair.key, b"attack at dawn") else { return Ok(()) };
    for at in (0..good.len()).step_by(good.len().div_ceil(FLIPS).max(1)).chain([good.len().saturating_sub(1)]) {
        refused("a flipped bit", &*handle, algorithm, &flipped(&good, at, at % 8))?;
    }
    let (head, tail) = (good.get(1..).unwrap_or_default(), good.split_last().map_or(&[][..], |(_, rest)| rest));
    for cut in [head, tail, &[good.as_slice(), &[0]].concat(), &[&[0], good.as_slice()].concat()] {
        refused("another length", &*handle, algorithm, cut)?;
    }
    for other in trial.encryption_algorithms(pair.key.usage).filter(|other| *other != algorithm) {
        refused("another algorithm", &*handle, other, &good)?;
    }
    refused("another key", &*stranger, algorithm, &good)?;
    for message in [&b""[..], b"attack at dawn"] {
        let ciphertext = encrypt(&pair.key, message).ok_or("encrypting worked once")?;
        let opened = decrypt(&*handle, algorithm, &ciphertext);
        tally.same("the ciphertext itself", opened, Ok(message.to_vec()))?;
    }
    Ok(())
}

fn flipped(bytes: &[u8], at: usize, bit: usize) -> Vec<u8> {
    let mut bad = bytes.to_vec();
    bad.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << bit);
    bad
}
