//! What the client of the SDK adds to an Encrypt through the facade, piece by piece.

use std::hint::black_box;

use strongroom::Operation;
use strongroom_benches::{Case, print_beside_floor};

use crate::Call;
use crate::http::{Signed, body};
use crate::load::time;
use crate::place::Place;
use crate::sdk::{self, Canned, Signs};

/// Medians in microseconds.
pub(crate) struct Parts {
    facade: f64,
    json: f64,
    service: f64,
    canned: f64,
    calling: f64,
    canned_signed: f64,
    bound: f64,
    verified: f64,
    signs: f64,
}

pub(crate) fn take() -> Parts {
    let place = Place::new();
    let input = place.input();
    let text = body(Call::Encrypt, &input.key, "");
    let signed = Signed::new(place.address(), Call::Encrypt, &text).0;
    let (parts, _) = signed.into_parts();
    let answer = place.root().call_json(Operation::Encrypt, text.as_bytes()).result.unwrap().unwrap();
    let canned = Canned { answer: answer.expose_secret().to_vec(), calling: None };
    let calling = Canned { calling: Some(place.root().clone()), ..canned.clone() };
    let of = |client: &aws_sdk_kms::Client| sdk::call(client, Call::Encrypt, &input);
    let medians = print_beside_floor(
        "Encrypt 32 B, encryption context of two pairs, record in memory, root of the account",
        &mut [
            Case::new("facade", place.facade(Call::Encrypt)),
            Case::new("facade, on JSON", || {
                black_box(place.root().call_json(Operation::Encrypt, text.as_bytes()).result.unwrap());
            }),
            Case::new("service, signed and verified", || {
                assert_eq!(black_box(place.service.answer(&parts, text.as_bytes())).status(), 200);
            }),
            Case::new("SDK, answer from a can, unsigned", of(&sdk::client(canned.clone(), Signs::Nothing))),
            Case::new("SDK, answer from a can, beside the facade on JSON", of(&sdk::client(calling, Signs::Nothing))),
            Case::new("SDK, answer from a can, signed", of(&sdk::client(canned, Signs::Each))),
            Case::new("SDK in process, bound caller", of(&place.sdk(Signs::Nothing))),
            Case::new("SDK in process, signed and verified", of(&place.sdk(Signs::Each))),
            Case::new("signing alone (aws-sigv4), as our HTTP client does", || {
                black_box(Signed::new(place.address(), Call::Encrypt, &text));
            }),
        ],
    );
    let at = |index: usize| medians[index] / 1e3;
    Parts {
        facade: at(0),
        json: at(1),
        service: at(2),
        canned: at(3),
        calling: at(4),
        canned_signed: at(5),
        bound: at(6),
        verified: at(7),
        signs: at(8),
    }
}

/// A table in Markdown.
pub(crate) fn table(parts: &Parts) -> String {
    let Parts { facade, json, service, canned, calling, canned_signed, bound, verified, signs } = parts;
    let (verification, signing) = (service - json, canned_signed - canned);
    let rows = [
        ("facade", *facade, ""),
        ("JSON read and written", json - facade, ""),
        ("SDK by itself: orchestration and its JSON, the answer from a can", *canned, ""),
        ("both by turns instead of each in a loop of its own: caches", calling - canned - json, ""),
        ("the caller found, the request and the answer handed over", bound - calling, ""),
        ("**SDK in process, bound caller**", *bound, ""),
        ("added to the facade", bound - facade, "60 µs"),
        ("SDK by itself: signing", signing, ""),
        ("SigV4 verified; the head, and that of the answer", verification, "15 µs"),
        ("the same by turns, and the request handed over", verified - bound - signing - verification, ""),
        ("**SDK in process, signed and verified**", *verified, ""),
        ("added to the facade", verified - facade, "60 µs"),
        ("beside: what signing costs our HTTP client, once for all its requests", *signs, ""),
    ];
    let rows = rows.map(|(name, us, aim)| format!("| {name} | {} | {aim} |\n", time(us)));
    format!("| Encrypt 32 B, one client | time | aim: less than |\n|---|---|---|\n{}", rows.concat())
}
