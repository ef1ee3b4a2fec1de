//! The wire: five operations through the facade, through the AWS SDK for Rust in this process and on loopback, beside a
//! socket that sends the same answers unread, and beside `moto_server` if `STRONGROOM_MOTO` names its program.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a bench that can't be set up has nothing to say"
)]

#[path = "wire/http.rs"]
mod http;
#[path = "wire/load.rs"]
mod load;
#[path = "wire/moto.rs"]
mod moto;
#[path = "wire/parts.rs"]
mod parts;
#[path = "wire/place.rs"]
mod place;
#[path = "wire/sdk.rs"]
mod sdk;

use strongroom_benches::is_smoke;

use crate::http::{Floor, Target};
use crate::load::{Load, Way};
use crate::moto::Moto;
use crate::place::Place;
use crate::sdk::Signs;

/// An operation that is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    Encrypt,
    Decrypt,
    GenerateDataKey,
    DescribeKey,
    CreateKey,
}

impl Call {
    const ALL: [Self; 5] = [Self::Encrypt, Self::Decrypt, Self::GenerateDataKey, Self::DescribeKey, Self::CreateKey];
}

/// The columns, in the order of [`ways`].
const COLUMNS: [&str; 6] = [
    "facade",
    "SDK in process, bound caller",
    "SDK in process, signed and verified",
    "loopback HTTP, signed",
    "floor: a socket that answers unread",
    "moto_server",
];

fn main() {
    let moto = if is_smoke() { Err("not run".into()) } else { Moto::start() };
    let mut rows = Vec::new();
    for (call, clients) in Call::ALL.into_iter().flat_map(|call| [(call, 1), (call, 8)]) {
        // One for each way: there is a bound on keys, and CreateKey is fast.
        let places: [Place; 4] = std::array::from_fn(|_| Place::new());
        let ours = Target::new(places[3].address(), call);
        let floor = Floor::start(ours.answer());
        let theirs = moto.as_ref().ok().map(|moto| Target::new(moto.address(), call));
        let mut ways = ways(&places, call, &ours, &floor);
        ways.extend(theirs.as_ref().map(|theirs| Way::new(|| theirs.client())));
        rows.push((call, clients, load::take(&ways, clients)));
    }
    let parts = parts::take();
    println!("\n{}", table(&rows, moto.as_ref().err()));
    println!("{}", parts::table(&parts));
}

/// The same call on every way that is ours.
fn ways<'a>(places: &'a [Place; 4], call: Call, ours: &'a Target, floor: &'a Floor) -> Vec<Way<'a>> {
    let [facade, bound, signed, _] = places;
    let (bound, bound_input) = (bound.sdk(Signs::Nothing), bound.input());
    let (signed, signed_input) = (signed.sdk(Signs::Each), signed.input());
    vec![
        Way::new(move || facade.facade(call)),
        Way::new(move || sdk::call(&bound, call, &bound_input)),
        Way::new(move || sdk::call(&signed, call, &signed_input)),
        Way::new(|| ours.client()),
        Way::new(|| ours.client_of(floor.address())),
    ]
}

/// A table in Markdown: calls a second, and the 50th and 99th of a hundred calls.
fn table(rows: &[(Call, usize, Vec<Load>)], no_moto: Option<&String>) -> String {
    let mut out =
        format!("| | clients | {} | loopback / moto |\n|---|---|{}---|\n", COLUMNS.join(" | "), "---|".repeat(6));
    for (call, clients, loads) in rows {
        out += &format!("| {call:?} | {clients} |");
        for load in loads {
            out += &format!(" {load} |");
        }
        match (loads.get(5), no_moto) {
            (Some(moto), _) => out += &format!(" {:.0}× |\n", loads[3].rate() / moto.rate()),
            (None, why) => out += &format!(" {} | |\n", why.map_or("", |why| why)),
        }
    }
    out
}
