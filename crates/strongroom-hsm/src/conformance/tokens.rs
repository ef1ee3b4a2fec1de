//! Tests of tokens.

use strongroom_types::{KeySpec, KeyUsageType};

use super::keys::{self, Key, Pair, Trial};
use super::threads::use_key;
use super::{Tally, said};
use crate::{Error, Expect, Identity, KeyToken, MaterialUsage, Place};

type Outcome = Result<(), String>;

pub(super) fn a_token_opens_in_its_place_only(trial: &Trial<'_>, tally: &mut Tally) -> Outcome {
    let custody = trial.connect();
    for pair in &trial.pairs {
        pair.key.open(&*custody)?;
        let refused = &mut |what: &str, token: &KeyToken, expect: &Expect<'_>| {
            let name = |result: &str| format!("{what}, a key of {}: {result}", expect.usage.spec);
            match custody.open(token, expect) {
                Err(Error::Corrupt(_) | Error::Gone(_)) => tally.ensure(true, String::new),
                Err(error) => tally.ensure(false, || name(&error.to_string())),
                Ok(_) => tally.ensure(false, || name("opens")),
            }
        };
        every_other_expectation(pair, refused)?;
        for token in damaged(pair.key.made.token().as_bytes()) {
            refused("a damaged token", &KeyToken::new(token).map_err(said)?, &pair.key.expect())?;
        }
    }
    Ok(())
}

/// Everything that may be wrong about whole tokens and what is expected of them.
fn every_other_expectation(pair: &Pair, refused: &mut dyn FnMut(&str, &KeyToken, &Expect<'_>) -> Outcome) -> Outcome {
    let Pair { key, other } = pair;
    let (token, expect, usage) = (key.made.token(), key.expect(), key.usage);
    for (what, place) in moved(key)? {
        refused(what, token, &Expect::new(&place, &usage, expect.identity))?;
    }
    for spec in KeySpec::ALL.iter().filter(|spec| **spec != usage.spec) {
        let wrong = MaterialUsage::new(*spec, usage.usage);
        refused("another spec", token, &Expect::new(&key.place, &wrong, expect.identity))?;
    }
    for wrong in KeyUsageType::ALL.iter().filter(|it| **it != usage.usage) {
        let wrong = MaterialUsage::new(usage.spec, *wrong);
        refused("another usage", token, &Expect::new(&key.place, &wrong, expect.identity))?;
    }
    refused("another key's token", other.made.token(), &expect)?;
    for identity in [other.made.identity(), Identity::MaterialId(&[0; 32]), Identity::Fingerprint(&[0; 32])] {
        refused("another identity", token, &Expect::new(&key.place, &usage, identity))?;
    }
    for identity in in_another_role(expect.identity) {
        refused("an identity of another kind", token, &Expect::new(&key.place, &usage, identity))?;
    }
    Ok(())
}

/// The identity's own bytes, said to be of another kind.
fn in_another_role(identity: Identity<'_>) -> Vec<Identity<'_>> {
    match identity {
        Identity::MaterialId(id) => vec![Identity::PublicKey(id), Identity::Fingerprint(id)],
        Identity::Fingerprint(id) => vec![Identity::PublicKey(id), Identity::MaterialId(id)],
        Identity::PublicKey(key) => {
            let ends = key.first_chunk().into_iter().chain(key.last_chunk());
            let ends = ends.flat_map(|part| [Identity::MaterialId(part), Identity::Fingerprint(part)]);
            ends.chain([Identity::PublicKey(&[]), Identity::PublicKey(&[0; 91])]).collect()
        }
    }
}

/// The key's place with one field changed.
fn moved(key: &Key) -> Result<Vec<(&'static str, Place)>, String> {
    let mut places = vec![("its place", key.place); 5];
    let mut fields = places.iter_mut();
    let mut next = |what: &'static str, change: &dyn Fn(&mut Place)| {
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

pub(super) fn a_renewed_token_is_the_same_key(trial: &Trial<'_>, tally: &mut Tally) -> Outcome {
    let custody = trial.connect();
    for Pair { key, other } in &trial.pairs {
        let expect = key.expect();
        if let Some(token) = custody.renew(key.made.token(), &expect).map_err(said)? {
            tally.ensure(token != *key.made.token(), || "a renewed token is the old one".to_owned())?;
            let handle = custody.open(&token, &expect).map_err(said)?;
            use_key(trial, key, &*handle, 1).map_err(said)?;
            tally.same("a token renewed twice", custody.renew(&token, &expect).map_err(said)?, None)?;
        }
        // A token that is current may be left alone unopened, but no other key comes out.
        let wrong = Expect::new(&key.place, &key.usage, other.made.identity());
        let token = custody.renew(key.made.token(), &wrong).ok().flatten();
        tally.same("a token renewed for another key", token, None)?;
        use_key(trial, key, &*key.open(&*custody)?, 2).map_err(said)?;
    }
    Ok(())
}

pub(super) fn nothing_shows_the_token_or_the_key(trial: &Trial<'_>, tally: &mut Tally) -> Outcome {
    for (key, handle) in trial.open_each()? {
        let shown = format!("{:?} {handle:?} {:?}", trial.connect(), key.made.token());
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
