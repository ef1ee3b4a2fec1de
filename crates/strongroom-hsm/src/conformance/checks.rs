//! Tests in one thread.

use strongroom_types::{EncryptionContext, KeySpec, KeyUsageType};

use super::keys::{self, Key, makable, one_of_each, seal, sign, unseal};
use super::{Subject, Tally, said};
use crate::{
    Destroyed, Error, Expect, GenerateRequest, Identity, KeyHandle, KeyToken, MaterialUsage, Op, OutBuf, SignInput,
    Verb,
};

type Outcome = Result<(), String>;

const NO_CONTEXT: &EncryptionContext = &EncryptionContext::EMPTY;

pub(super) fn the_capability_table_is_true(subject: &Subject<'_>, tally: &mut Tally) -> Outcome {
    let custody = subject.connect();
    for (spec, verb) in Verb::all_cells() {
        let listed = custody.describe().support(spec, verb).is_some();
        let place = keys::place()?;
        let before = subject.count();
        match verb {
            Verb::Generate(usage) => {
                let usage = MaterialUsage::new(spec, usage);
                match custody.generate(&GenerateRequest::new(&place, &usage)) {
                    Ok(made) => {
                        tally.ensure(listed, || format!("{spec} {verb:?} is not listed and works"))?;
                        custody.destroy(made.token()).map_err(said)?;
                    }
                    Err(error) => unsupported(tally, listed, spec, verb, &error)?,
                }
            }
            Verb::Import => {
                let usage = MaterialUsage::new(spec, KeyUsageType::EncryptDecrypt);
                match custody.begin_import(&GenerateRequest::new(&place, &usage)) {
                    Ok(_) => tally.ensure(listed, || format!("{spec} {verb:?} is not listed and works"))?,
                    Err(error) => unsupported(tally, listed, spec, verb, &error)?,
                }
            }
            _ => continue,
        }
        tally.same("objects after a cell of the table", subject.count(), before)?;
    }
    for (key, handle) in one_of_each(subject)? {
        for verb in Verb::all() {
            let listed = custody.describe().support(key.usage.spec, verb).is_some();
            try_verb(subject, tally, &key, &*handle, verb, listed)?;
        }
    }
    Ok(())
}

fn unsupported(tally: &mut Tally, listed: bool, spec: KeySpec, verb: Verb, error: &Error) -> Outcome {
    tally.ensure(!listed && matches!(error, Error::Unsupported(_)), || {
        format!("{spec} {verb:?} is {}listed and says: {error}", if listed { "" } else { "not " })
    })
}

/// One operation with one key: it works if it is listed, and is unsupported if not.
fn try_verb(
    subject: &Subject<'_>,
    tally: &mut Tally,
    key: &Key,
    handle: &dyn KeyHandle,
    verb: Verb,
    listed: bool,
) -> Outcome {
    let spec = key.usage.spec;
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
        Verb::Mac(algorithm) => keys::mac(handle, algorithm, message),
        Verb::Sign(algorithm) => {
            let signature = sign(handle, algorithm, message);
            if let (Ok(signature), Some(verify), Some(public)) = (&signature, subject.verify, key.made.public_key()) {
                tally.ensure(verify(public, algorithm, message, signature), || {
                    format!("a signature of {spec} with {algorithm} does not verify")
                })?;
            }
            signature
        }
        Verb::Decrypt(algorithm) => {
            run_into(handle, &Op::Decrypt { algorithm, ciphertext: &[1; 256] }).or_else(|error| match error {
                // It can't be known here what would open; that it tried is enough.
                Error::InvalidCiphertext(_) if listed => Ok(Vec::new()),
                other => Err(other),
            })
        }
        Verb::Agree(algorithm) => {
            let peer = key.made.public_key().unwrap_or(&[0; 91]);
            run_into(handle, &Op::Agree { algorithm, peer })
        }
        _ => return Ok(()),
    };
    match result {
        Ok(_) => tally.ensure(listed, || format!("{spec} {verb:?} is not listed and works")),
        Err(error) => unsupported(tally, listed, spec, verb, &error),
    }
}

fn run_into(handle: &dyn KeyHandle, op: &Op<'_>) -> Result<Vec<u8>, Error> {
    let mut out = OutBuf::with_limit(8_192);
    handle.run(op, &mut out)?;
    Ok(out.into_vec())
}

pub(super) fn generating_again_never_leaves_two(subject: &Subject<'_>, tally: &mut Tally) -> Outcome {
    for usage in makable(&*subject.connect()) {
        let before = subject.count();
        let place = keys::place()?;
        let request = GenerateRequest::new(&place, &usage);
        let first = subject.connect().generate(&request).map_err(said)?;
        let custody = subject.connect();
        let second = custody.generate(&request).map_err(said)?;
        let found = custody.find(&request).map_err(said)?;
        if custody.describe().leaves_objects_outside_store {
            tally.ensure(first == second, || "generating again gave another key".to_owned())?;
            tally.same("what is found", found.as_ref(), Some(first.token()))?;
            tally.same(
                "objects after generating twice",
                subject.count(),
                before.map(|count| count.saturating_add(1)),
            )?;
        } else {
            tally.same("what is found", found, None)?;
            tally.same("objects outside the store", subject.count(), before)?;
        }
        custody.destroy(second.token()).map_err(said)?;
        tally.same("what is found after destroying", custody.find(&request).map_err(said)?, None)?;
        tally.same("objects after destroying", subject.count(), before)?;
        let again = custody.destroy(second.token()).map_err(said)?;
        tally.ensure(again != Destroyed::Erased, || "destroying twice erased twice".to_owned())?;
    }
    Ok(())
}

pub(super) fn a_token_opens_in_its_place_only(subject: &Subject<'_>, tally: &mut Tally) -> Outcome {
    let custody = subject.connect();
    for usage in makable(&*custody) {
        let key = Key::generate(&*custody, usage)?;
        let other = Key::generate(&*custody, usage)?;
        key.open(&*custody)?;
        let mut refused = |what: &str, token: &KeyToken, expect: &Expect<'_>| match custody.open(token, expect) {
            Err(Error::Corrupt(_) | Error::Gone(_)) => tally.ensure(true, String::new),
            Err(error) => tally.ensure(false, || format!("{what}: {error}")),
            Ok(_) => tally.ensure(false, || format!("{what} opens")),
        };
        let expect = key.expect()?;
        for (what, place) in moved(&key)? {
            refused(what, key.made.token(), &Expect::new(&place, &usage, expect.identity))?;
        }
        for spec in KeySpec::ALL.iter().filter(|spec| **spec != usage.spec) {
            let wrong = MaterialUsage::new(*spec, usage.usage);
            refused("another spec", key.made.token(), &Expect::new(&key.place, &wrong, expect.identity))?;
        }
        for wrong in KeyUsageType::ALL.iter().filter(|it| **it != usage.usage) {
            let wrong = MaterialUsage::new(usage.spec, *wrong);
            refused("another usage", key.made.token(), &Expect::new(&key.place, &wrong, expect.identity))?;
        }
        refused("another key's token", other.made.token(), &expect)?;
        refused("another identity", key.made.token(), &Expect::new(&key.place, &usage, other.identity()?))?;
        let kind = match expect.identity {
            Identity::MaterialId(_) => Identity::PublicKey(&[0; 91]),
            Identity::PublicKey(_) | Identity::Fingerprint(_) => Identity::MaterialId(&[0; 32]),
        };
        refused("an identity of another kind", key.made.token(), &Expect::new(&key.place, &usage, kind))?;
        for token in damaged(key.made.token().as_bytes()) {
            let token = KeyToken::new(token).map_err(said)?;
            refused("a damaged token", &token, &expect)?;
        }
    }
    Ok(())
}

/// The key's place with one field changed.
fn moved(key: &Key) -> Result<Vec<(&'static str, crate::Place)>, String> {
    let mut places = vec![("its place", key.place); 5];
    let mut fields = places.iter_mut();
    let mut next = |what: &'static str, change: &dyn Fn(&mut crate::Place)| {
        if let Some((name, place)) = fields.next() {
            *name = what;
            change(place);
        }
    };
    let account = "444455556666".parse().map_err(|error| format!("{error}"))?;
    let region = "eu-west-1".parse().map_err(|error| format!("{error}"))?;
    let (key_id, creation_id) = (strongroom_types::KeyId::from_random(keys::fresh()), keys::fresh());
    next("another account", &|place| place.account = account);
    next("another Region", &|place| place.region = region);
    next("another key", &|place| place.key_id = key_id);
    next("another version", &|place| place.version = 2);
    next("another creation", &|place| place.creation_id = creation_id);
    Ok(places)
}

/// Every byte changed, every length cut to, and one byte more.
fn damaged(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let changed = (0..bytes.len()).map(|at| {
        let mut copy = bytes.to_vec();
        copy.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1_u8.rotate_left(at as u32));
        copy
    });
    let cut = (1..bytes.len()).filter_map(|len| bytes.get(..len).map(<[u8]>::to_vec));
    changed.chain(cut).chain([[bytes, &[0]].concat()])
}

pub(super) fn every_bad_ciphertext_fails_alike(subject: &Subject<'_>, tally: &mut Tally) -> Outcome {
    let custody = subject.connect();
    for usage in makable(&*custody) {
        if custody.describe().support(usage.spec, Verb::Unseal).is_none() {
            continue;
        }
        let (key, other) = (Key::generate(&*custody, usage)?, Key::generate(&*custody, usage)?);
        let (handle, stranger) = (key.open(&*custody)?, other.open(&*custody)?);
        let header = key.header(&*handle)?;
        let right = &keys::context();
        let other_context = &EncryptionContext::from_pairs([("k", "w")]).map_err(|error| error.to_string())?;
        let blob = seal(&*handle, right, b"attack at dawn").map_err(said)?;
        let mut refused = |what: &str, handle: &dyn KeyHandle, blob: &[u8], context: &EncryptionContext| {
            let result = unseal(handle, blob, context);
            tally.same(what, result, Err(Error::invalid_ciphertext()))
        };
        for at in 0..blob.len() {
            for bit in 0..8 {
                let mut bad = blob.clone();
                bad.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << bit);
                refused("a flipped bit", &*handle, &bad, right)?;
            }
            refused("a cut ciphertext", &*handle, blob.get(..at).unwrap_or_default(), right)?;
        }
        refused("a byte more", &*handle, &[blob.as_slice(), &[0]].concat(), right)?;
        refused("another context", &*handle, &blob, other_context)?;
        refused("no context", &*handle, &blob, NO_CONTEXT)?;
        refused("another key", &*stranger, &blob, right)?;
        let lying = seal(&*stranger, right, b"attack at dawn").map_err(said)?;
        refused("another key's ciphertext", &*handle, &lying, right)?;
        let moved = [header.as_slice(), lying.get(header.len()..).unwrap_or_default()].concat();
        refused("another key's body under this header", &*handle, &moved, right)?;
        let opened = unseal(&*handle, &blob, right);
        tally.same("the ciphertext itself", opened, Ok(b"attack at dawn".to_vec()))?;
    }
    Ok(())
}

pub(super) fn an_error_leaves_no_output(subject: &Subject<'_>, tally: &mut Tally) -> Outcome {
    for (_, handle) in one_of_each(subject)? {
        let entropy = keys::entropy();
        let mut ops = vec![
            Op::Unseal { blob: &[0x81; 200], context: NO_CONTEXT },
            // Too long for the buffer below.
            Op::Seal { context: NO_CONTEXT, message: &[0; 64], entropy: &entropy },
        ];
        for algorithm in strongroom_types::SigningAlgorithmSpec::ALL {
            ops.push(Op::Sign { algorithm: *algorithm, input: SignInput::Digest(&[0; 31]) });
            ops.push(Op::Sign { algorithm: *algorithm, input: SignInput::Digest(&[]) });
        }
        for op in ops {
            let mut out = OutBuf::with_limit(16);
            let result = handle.run(&op, &mut out);
            tally.ensure(result.is_err(), || format!("{op:?} with a bad input works"))?;
            tally.ensure(out.is_empty(), || format!("{op:?} failed and left output"))?;
        }
    }
    Ok(())
}

pub(super) fn nothing_shows_the_token_or_the_key(subject: &Subject<'_>, tally: &mut Tally) -> Outcome {
    for (key, handle) in one_of_each(subject)? {
        let shown = format!("{:?} {handle:?} {:?}", subject.connect(), key.made.token());
        let token = key.made.token().as_bytes();
        for window in token.windows(8).step_by(4) {
            let hex: String = window.iter().map(|byte| format!("{byte:02x}")).collect();
            let decimal = format!("{window:?}");
            let decimal = decimal.trim_matches(['[', ']']);
            let hidden = !shown.to_lowercase().contains(&hex) && !shown.contains(decimal);
            tally.ensure(hidden, || "`Debug` shows a part of the token".to_owned())?;
        }
    }
    Ok(())
}
