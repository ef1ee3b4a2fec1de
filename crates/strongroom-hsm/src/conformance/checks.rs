//! Tests in one thread: what a backend can do, and what comes out.

use strongroom_types::{EncryptionContext, KeyUsageType, MacAlgorithmSpec, SigningAlgorithmSpec};

use super::keys::{self, Key, Trial, decrypt, mac, seal, sign, unseal};
use super::{Tally, said};
use crate::{Custody, Destroyed, Error, GenerateRequest, KeyHandle, MaterialUsage, Op, OutBuf, SignInput, Verb};

type Outcome = Result<(), String>;

const NO_CONTEXT: &EncryptionContext = &EncryptionContext::EMPTY;

pub(super) fn the_capability_table_is_true(trial: &Trial<'_>, tally: &mut Tally) -> Outcome {
    let custody = trial.connect();
    tally.same("the description of a second connection", custody.describe(), trial.about())?;
    for (spec, verb) in Verb::all_cells() {
        let before = trial.count();
        match verb {
            Verb::Generate(usage) => cannot_generate(trial, tally, &*custody, MaterialUsage::new(spec, usage))?,
            Verb::Import => {
                let place = keys::place()?;
                let usage = MaterialUsage::new(spec, KeyUsageType::EncryptDecrypt);
                let listed = trial.about().support(spec, verb).is_some();
                let job = custody.begin_import(&GenerateRequest::new(&place, &usage));
                as_listed(tally, listed, usage, verb, job.map(drop))?;
            }
            _ => continue,
        }
        tally.same("objects after a cell of the table", trial.count(), before)?;
    }
    for (key, handle) in trial.open_each()? {
        for verb in Verb::all() {
            try_verb(trial, tally, key, &*handle, verb)?;
        }
    }
    Ok(())
}

/// Keys that are listed were made already, when the tests began.
fn cannot_generate(trial: &Trial<'_>, tally: &mut Tally, custody: &dyn Custody, usage: MaterialUsage) -> Outcome {
    let verb = Verb::Generate(usage.usage);
    if trial.about().support(usage.spec, verb).is_some() {
        return Ok(());
    }
    let place = keys::place()?;
    let made = custody.generate(&GenerateRequest::new(&place, &usage));
    as_listed(tally, false, usage, verb, made.map(drop))
}

/// What is listed works, and all else is unsupported.
fn as_listed(tally: &mut Tally, listed: bool, usage: MaterialUsage, verb: Verb, result: Result<(), Error>) -> Outcome {
    let fits = match &result {
        Ok(()) => listed,
        Err(error) => !listed && matches!(error, Error::Unsupported(_)),
    };
    let so = if listed { "" } else { "not " };
    tally.ensure(fits, || format!("{} for {}: {verb:?} is {so}listed, and gives {result:?}", usage.spec, usage.usage))
}

/// One operation with one key: it works if it is listed, and is unsupported if not.
fn try_verb(trial: &Trial<'_>, tally: &mut Tally, key: &Key, handle: &dyn KeyHandle, verb: Verb) -> Outcome {
    let listed = trial.can(key.usage, verb);
    let message = b"a message of the conformance suite";
    let context = keys::context();
    let result = match verb {
        Verb::Seal => seal(handle, &context, message),
        Verb::Unseal if listed => {
            let blob = seal(handle, &context, message).map_err(said)?;
            let opened = unseal(handle, &blob, &context).map_err(said)?;
            tally.same("the opened message", opened.as_slice(), message)?;
            let header = key.header(handle)?;
            tally.same("the header in front", blob.get(..header.len()), Some(header.as_slice()))?;
            Ok(opened)
        }
        Verb::Unseal => unseal(handle, &[0; 256], &context),
        Verb::Mac(algorithm) => mac(handle, algorithm, message),
        Verb::Sign(algorithm) => {
            let signature = sign(handle, algorithm, SignInput::Message(message));
            if let Ok(signature) = &signature {
                verifies(trial, tally, key, algorithm, message, signature)?;
            }
            signature
        }
        Verb::Decrypt(algorithm) => {
            let public_key = key.made.public_key().filter(|_| listed);
            match trial.encrypt.zip(public_key).and_then(|(encrypt, key)| encrypt(key, algorithm, message)) {
                Some(ciphertext) => {
                    let opened = decrypt(handle, algorithm, &ciphertext).map_err(said)?;
                    tally.same("the decrypted message", opened.as_slice(), message)?;
                    Ok(opened)
                }
                // It can't be known here what would open; that it tried is enough.
                None => match decrypt(handle, algorithm, &[1; 256]) {
                    Err(Error::InvalidCiphertext(_)) if listed => Ok(Vec::new()),
                    other => other,
                },
            }
        }
        Verb::Agree(algorithm) => {
            let peer = key.made.public_key().unwrap_or(&[0; 91]);
            let mut out = OutBuf::with_limit(8_192);
            handle.run(&Op::Agree { algorithm, peer }, &mut out).map(|()| out.into_vec())
        }
        _ => return Ok(()),
    };
    as_listed(tally, listed, key.usage, verb, result.map(drop))
}

/// Whether a signature is right, as far as the subject has a way of telling.
fn verifies(
    trial: &Trial<'_>,
    tally: &mut Tally,
    key: &Key,
    algorithm: SigningAlgorithmSpec,
    message: &[u8],
    signature: &[u8],
) -> Outcome {
    let Some((verify, public)) = trial.verify.zip(key.made.public_key()) else { return Ok(()) };
    tally.ensure(verify(public, algorithm, message, signature), || {
        format!("a signature of {} with {algorithm} does not verify", key.usage.spec)
    })
}

pub(super) fn generating_again_never_leaves_two(trial: &Trial<'_>, tally: &mut Tally) -> Outcome {
    for usage in trial.usages() {
        let before = trial.count();
        let place = keys::place()?;
        let request = GenerateRequest::new(&place, &usage);
        let first = trial.connect().generate(&request).map_err(said)?;
        let custody = trial.connect();
        let second = custody.generate(&request).map_err(said)?;
        let found = custody.find(&request).map_err(said)?;
        if trial.about().leaves_objects_outside_store {
            tally.ensure(first == second, || "generating again gave another key".to_owned())?;
            tally.same("what is found", found.as_ref(), Some(first.token()))?;
            let one_more = before.map(|count| count.saturating_add(1));
            tally.same("objects after generating twice", trial.count(), one_more)?;
        } else {
            tally.same("what is found", found, None)?;
            tally.same("objects outside the store", trial.count(), before)?;
        }
        custody.destroy(second.token()).map_err(said)?;
        tally.same("what is found after destroying", custody.find(&request).map_err(said)?, None)?;
        tally.same("objects after destroying", trial.count(), before)?;
        let again = custody.destroy(second.token()).map_err(said)?;
        tally.ensure(again != Destroyed::Erased, || "destroying twice erased twice".to_owned())?;
    }
    Ok(())
}

/// The digest of `abc` (FIPS 180-4, its examples) that an algorithm signs; `None` for one that signs messages.
fn digest_of_abc(algorithm: SigningAlgorithmSpec) -> Option<&'static [u8]> {
    use SigningAlgorithmSpec as It;
    Some(match algorithm {
        It::EcdsaSha256 | It::RsassaPssSha256 | It::RsassaPkcs1V15Sha256 => {
            b"\xba\x78\x16\xbf\x8f\x01\xcf\xea\x41\x41\x40\xde\x5d\xae\x22\x23\
            \xb0\x03\x61\xa3\x96\x17\x7a\x9c\xb4\x10\xff\x61\xf2\x00\x15\xad"
        }
        It::EcdsaSha384 | It::RsassaPssSha384 | It::RsassaPkcs1V15Sha384 => {
            b"\xcb\x00\x75\x3f\x45\xa3\x5e\x8b\xb5\xa0\x3d\x69\x9a\xc6\x50\x07\
            \x27\x2c\x32\xab\x0e\xde\xd1\x63\x1a\x8b\x60\x5a\x43\xff\x5b\xed\
            \x80\x86\x07\x2b\xa1\xe7\xcc\x23\x58\xba\xec\xa1\x34\xc8\x25\xa7"
        }
        It::EcdsaSha512 | It::RsassaPssSha512 | It::RsassaPkcs1V15Sha512 => {
            b"\xdd\xaf\x35\xa1\x93\x61\x7a\xba\xcc\x41\x73\x49\xae\x20\x41\x31\
            \x12\xe6\xfa\x4e\x89\xa9\x7e\xa2\x0a\x9e\xee\xe6\x4b\x55\xd3\x9a\
            \x21\x92\x99\x2a\x27\x4f\xc1\xa8\x36\xba\x3c\x23\xa3\xfe\xeb\xbd\
            \x45\x4d\x44\x23\x64\x3c\xe8\x0e\x2a\x9a\xc9\x4f\xa5\x4c\xa4\x9f"
        }
        _ => return None,
    })
}

pub(super) fn a_signature_is_of_the_message_or_its_digest(trial: &Trial<'_>, tally: &mut Tally) -> Outcome {
    for (key, handle) in trial.open_each()? {
        tally.same("the handle's public key", handle.public_key(), key.made.public_key())?;
        for algorithm in trial.signing_algorithms(key.usage) {
            let Some(digest) = digest_of_abc(algorithm) else { continue };
            for input in [SignInput::Message(b"abc"), SignInput::Digest(digest)] {
                let signature = sign(&*handle, algorithm, input).map_err(said)?;
                verifies(trial, tally, key, algorithm, b"abc", &signature)?;
                if let Some((verify, public)) = trial.verify.zip(key.made.public_key()) {
                    let other = verify(public, algorithm, b"abd", &signature);
                    tally.ensure(!other, || format!("a signature with {algorithm} is one of another message"))?;
                }
            }
            for len in (0..=66).filter(|len| *len != digest.len()) {
                let result = sign(&*handle, algorithm, SignInput::Digest(&vec![7; len]));
                tally.ensure(matches!(result, Err(Error::InvalidInput(_))), || {
                    format!("{algorithm} with a digest of {len} bytes: {result:?}")
                })?;
            }
        }
    }
    Ok(())
}

pub(super) fn a_mac_is_the_keys_own(trial: &Trial<'_>, tally: &mut Tally) -> Outcome {
    let custody = trial.connect();
    for pair in &trial.pairs {
        for algorithm in trial.mac_algorithms(pair.key.usage) {
            let (handle, again) = (pair.key.open(&*custody)?, pair.key.open(&*trial.connect())?);
            let other = pair.other.open(&*custody)?;
            let of = |handle: &dyn KeyHandle, message: &[u8]| mac(handle, algorithm, message).map_err(said);
            let right = of(&*handle, b"message")?;
            tally.same("the length of a MAC", right.len(), mac_len(algorithm).unwrap_or(right.len()))?;
            tally.same("a MAC by the same handle", of(&*handle, b"message")?, right.clone())?;
            tally.same("a MAC by another handle", of(&*again, b"message")?, right.clone())?;
            let others: [&[u8]; 5] = [b"messagf", b"message\0", b"messag", b"\0message", &[0x6d; 4_096]];
            for message in others {
                let differs = of(&*handle, message)? != right;
                tally.ensure(differs, || format!("{algorithm}: two messages have one MAC"))?;
            }
            let differs = of(&*other, b"message")? != right;
            tally.ensure(differs, || format!("{algorithm}: two keys give one MAC"))?;
        }
    }
    Ok(())
}

/// FIPS 180-4 §1, for HMAC is as long as its hash.
fn mac_len(algorithm: MacAlgorithmSpec) -> Option<usize> {
    match algorithm {
        MacAlgorithmSpec::HmacSha224 => Some(28),
        MacAlgorithmSpec::HmacSha256 => Some(32),
        MacAlgorithmSpec::HmacSha384 => Some(48),
        MacAlgorithmSpec::HmacSha512 => Some(64),
        _ => None,
    }
}

pub(super) fn an_error_leaves_no_output(trial: &Trial<'_>, tally: &mut Tally) -> Outcome {
    for (key, handle) in trial.open_each()? {
        let entropy = keys::entropy();
        let mut ops = vec![
            Op::Unseal { blob: &[0x81; 200], context: NO_CONTEXT },
            // Too long for the buffer below, as are the MACs and the signatures of messages.
            Op::Seal { context: NO_CONTEXT, message: &[0; 64], entropy: &entropy },
        ];
        for algorithm in SigningAlgorithmSpec::ALL {
            ops.push(Op::Sign { algorithm: *algorithm, input: SignInput::Digest(&[0; 31]) });
            ops.push(Op::Sign { algorithm: *algorithm, input: SignInput::Digest(&[]) });
            ops.push(Op::Sign { algorithm: *algorithm, input: SignInput::Message(b"m") });
        }
        ops.extend(MacAlgorithmSpec::ALL.iter().map(|it| Op::Mac { algorithm: *it, message: b"m" }));
        let mut long = Vec::new();
        for algorithm in trial.encryption_algorithms(key.usage) {
            ops.push(Op::Decrypt { algorithm, ciphertext: &[1; 256] });
            let encrypted = trial.encrypt.zip(key.made.public_key()).map(|(it, key)| it(key, algorithm, &[7; 17]));
            long.extend(encrypted.flatten().map(|ciphertext| (algorithm, ciphertext)));
        }
        ops.extend(long.iter().map(|(algorithm, ciphertext)| Op::Decrypt { algorithm: *algorithm, ciphertext }));
        for op in ops {
            let mut out = OutBuf::with_limit(16);
            let result = handle.run(&op, &mut out);
            tally.ensure(result.is_err(), || format!("{op:?} with a bad input works"))?;
            tally.ensure(out.is_empty(), || format!("{op:?} failed and left output"))?;
        }
    }
    Ok(())
}
