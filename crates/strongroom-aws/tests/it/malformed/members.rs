//! Every way in which a member can be wrong, made from the model.

use super::json::Json;
use super::model::{DEPTH, Member, Model};
use super::world::{CANARY, CANARY_BASE64, CANARY_NUMBER};

/// One way: what it is, and the value; `None` for its absence.
pub(super) type Way = (String, Option<Json>);

/// A text that shows if anybody shows it.
fn text(len: usize) -> String {
    CANARY.chars().cycle().take(len).collect()
}

/// So many bytes in base64.
pub(super) fn blob(len: usize) -> String {
    let tail = ["", "Uw==", "U2U="][len % 3];
    CANARY_BASE64.chars().cycle().take(len / 3 * 4).collect::<String>() + tail
}

fn size(bound: i64) -> usize {
    usize::try_from(bound).unwrap()
}

/// The smallest value of the right type and size; patterns are not looked at.
pub(super) fn smallest(model: &Model, shape: &str) -> Json {
    let least = model.bound(shape, "min").unwrap_or(0);
    match model.kind(shape) {
        "string" => match model.enumeration(shape).first() {
            Some(value) => Json::text(*value),
            None => Json::text("1".repeat(size(least))),
        },
        "blob" => Json::text(blob(size(least))),
        "integer" | "timestamp" => Json::number(least),
        "boolean" => Json::Bool(false),
        "list" => Json::List(vec![smallest(model, &model.inner(shape, "member")); size(least)]),
        "map" => Json::Object(Vec::new()),
        _ => {
            let required = model.members(shape).into_iter().filter(|member| member.required);
            Json::Object(required.map(|member| (member.name, smallest(model, &member.shape))).collect())
        }
    }
}

/// The ways of a member.
pub(super) fn ways(model: &Model, member: &Member) -> Vec<Way> {
    let mut all: Vec<Way> = vec![("absent".into(), None)];
    all.extend(values(model, &member.shape).into_iter().map(|(what, value)| (what, Some(value))));
    all
}

/// The same value without anything that would be a secret: what a member that may be seen is sent with.
pub(super) fn open(value: &Json) -> Json {
    match value {
        Json::Text(text) => Json::Text(text.replace(CANARY, "OpenOpenOpen").replace(CANARY_BASE64, "T3Blbk9wZW5P")),
        Json::Number(text) if text == CANARY_NUMBER => Json::number("7654321234567"),
        Json::List(items) => Json::List(items.iter().map(open).collect()),
        Json::Object(members) => Json::Object(members.iter().map(|(n, v)| (n.clone(), open(v))).collect()),
        other => other.clone(),
    }
}

/// Values of a shape, most of them wrong.
fn values(model: &Model, shape: &str) -> Vec<(String, Json)> {
    let mut all = of_every_type();
    match model.kind(shape) {
        "string" => all.extend(texts(model, shape)),
        "blob" => all.extend(blobs(model, shape)),
        "integer" => all.extend(integers(model, shape)),
        "timestamp" => {
            let moments = ["1e400", "-1e400", "9223372037", "1e10", "-1", "0.0005", "1521097200.123", "1.5210972E9"];
            all.extend(moments.map(|text| (format!("time {text}"), Json::number(text))));
            all.push(("time as text".into(), Json::text("2026-01-01T00:00:00Z")));
        }
        "list" => all.extend(lists(model, shape)),
        "map" => all.extend(maps()),
        "structure" => all.extend(structures(model, shape)),
        _ => {}
    }
    all
}

/// Every JSON type, numbers at the ends of theirs, and nesting.
fn of_every_type() -> Vec<(String, Json)> {
    let mut all = vec![
        ("null".into(), Json::Null),
        ("true".into(), Json::Bool(true)),
        ("false".into(), Json::Bool(false)),
        ("empty text".into(), Json::text("")),
        ("text".into(), Json::text(format!("x {CANARY}"))),
        ("empty list".into(), Json::List(Vec::new())),
        ("list of null".into(), Json::List(vec![Json::Null])),
        ("list of text".into(), Json::List(vec![Json::text(CANARY)])),
        ("list of lists".into(), Json::nested(3)),
        ("empty object".into(), Json::Object(Vec::new())),
        ("object".into(), Json::Object(vec![("a".into(), Json::text(CANARY))])),
        ("object of null".into(), Json::Object(vec![("".into(), Json::Null)])),
        ("object of objects".into(), Json::Object(vec![("a".into(), Json::Object(Vec::new()))])),
    ];
    let numbers = [
        "0",
        "-0",
        "1",
        "-1",
        "1.5",
        "1.0",
        "1e2",
        "1E-2",
        "1e400",
        "-1e400",
        "2147483647",
        "2147483648",
        "-2147483648",
        "-2147483649",
        "4294967296",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551616",
        "0.1e1",
        "-0.0",
        CANARY_NUMBER,
    ];
    all.extend(numbers.map(|text| (format!("number {text}"), Json::number(text))));
    all.extend(
        [DEPTH - 2, DEPTH - 1, DEPTH, DEPTH + 1, 100].map(|levels| (format!("{levels} lists"), Json::nested(levels))),
    );
    all
}

fn texts(model: &Model, shape: &str) -> Vec<(String, Json)> {
    let mut all: Vec<(String, String)> = vec![
        ("NUL".into(), "\0".into()),
        ("space".into(), " ".into()),
        ("snowman".into(), "\u{2603}".into()),
        ("outside the plane".into(), "\u{1f511}".into()),
        ("right to left".into(), "\u{202e}a".into()),
        ("quotes".into(), "'\"\\ at 'keyId' failed".into()),
        ("lines".into(), "a\r\nb\u{2028}c".into()),
        ("enormous".into(), text(200_000)),
    ];
    for value in model.enumeration(shape) {
        all.push((format!("value {value}"), value.into()));
        all.push((format!("{value} in small letters"), value.to_lowercase()));
        all.push((format!("{value} with a space"), format!("{value} ")));
    }
    if let Some(max) = model.bound(shape, "max").map(size) {
        all.push(("longest".into(), text(max)));
        all.push(("longest of four bytes each".into(), "\u{1f511}".repeat(max)));
        all.push(("one too long".into(), text(max + 1)));
        all.push(("one too long of four bytes each".into(), "\u{1f511}".repeat(max + 1)));
    }
    if let Some(min) = model.bound(shape, "min").map(size).filter(|min| *min > 0) {
        all.push(("shortest".into(), text(min)));
        all.push(("one too short".into(), text(min - 1)));
    }
    if model.has_pattern(shape) {
        let max = model.bound(shape, "max").map_or(1, size);
        all.extend(
            ["a\n", "\na", "é", "a b", "-", "/", "a-", "aA0", "\u{7f}", "\u{ff}", "\u{100}", "\u{0661}"]
                .map(|text| (format!("pattern {text:?}"), text.to_owned())),
        );
        all.push(("nearly the pattern, as long as can be".into(), "a".repeat(max - 1) + "\u{2603}"));
    }
    all.into_iter().map(|(what, text)| (what, Json::Text(text))).collect()
}

fn blobs(model: &Model, shape: &str) -> Vec<(String, Json)> {
    let max = model.bound(shape, "max").map_or(64, size);
    let texts = [
        ("longest", blob(max)),
        ("one too long", blob(max + 1)),
        ("enormous", blob(600_000)),
        ("no padding", "U2VDckV0Q2FOYVI".into()),
        ("half a padding", "UQ=".into()),
        ("too much padding", "U2VD====".into()),
        ("padding alone", "====".into()),
        ("padding in the middle", "UQ==UQ==".into()),
        ("unused bits", "UR==".into()),
        ("the URL alphabet", "-_-_".into()),
        ("a line break", "U2VD\nckV0".into()),
        ("white space around", " U2VD".into()),
        ("hexadecimal with a prefix", "0x5365".into()),
        ("one character", "U".into()),
        ("not ASCII", "U2V\u{e9}".into()),
        ("a NUL", "U2V\0".into()),
    ];
    texts.into_iter().map(|(what, text)| (what.to_owned(), Json::Text(text))).collect()
}

fn integers(model: &Model, shape: &str) -> Vec<(String, Json)> {
    let (min, max) = (model.bound(shape, "min"), model.bound(shape, "max"));
    let ends = min.into_iter().chain(max).flat_map(|bound| [bound - 1, bound, bound + 1]);
    let mut all: Vec<(String, Json)> = ends.map(|number| (format!("number {number}"), Json::number(number))).collect();
    all.extend(max.map(|max| ("number as text".into(), Json::text(max.to_string()))));
    all.extend(max.map(|max| ("with a fraction".into(), Json::number(format!("{max}.0")))));
    all
}

fn lists(model: &Model, shape: &str) -> Vec<(String, Json)> {
    let item = model.inner(shape, "member");
    let good = smallest(model, &item);
    let mut all: Vec<(String, Json)> = Vec::new();
    for count in [1, 2, 50, 1_000, 1_001]
        .into_iter()
        .chain(model.bound(shape, "max").into_iter().flat_map(|m| [size(m), size(m) + 1]))
    {
        all.push((format!("{count} items"), Json::List(vec![good.clone(); count])));
    }
    let mut with_null = vec![good.clone(); 2];
    with_null.push(Json::Null);
    all.push(("null among them".into(), Json::List(with_null)));
    for (what, value) in values(model, &item) {
        all.push((format!("item {what}"), Json::List(vec![good.clone(), value])));
    }
    all
}

fn maps() -> Vec<(String, Json)> {
    let pair = |name: &str, value: Json| (name.to_owned(), value);
    let text = |len: usize| Json::text("x".repeat(len));
    let of = |what: &str, pairs: Vec<(String, Json)>| (what.to_owned(), Json::Object(pairs));
    let many = |count: usize| (0..count).map(|at| (format!("k{at}"), Json::text(""))).collect();
    vec![
        of("twice the same key", vec![pair("k", text(1)), pair("k", text(1))]),
        of("twice, with another between", vec![pair("k", text(1)), pair("l", text(1)), pair("k", text(2))]),
        of("the empty key twice", vec![pair("", text(1)), pair("", text(1))]),
        of("an enormous key twice", vec![pair(&"k".repeat(300_000), text(1)), pair(&"k".repeat(300_000), text(1))]),
        of("a list for a value", vec![pair("k", Json::List(Vec::new()))]),
        of("null among them", vec![pair("k", text(1)), pair("l", Json::Null)]),
        of("scalars", vec![pair("n", Json::number("1e400")), pair("b", Json::Bool(true))]),
        of("longest", vec![pair("k", text(8_192 - 2 - 4 - 1))]),
        of("one too long", vec![pair("k", text(8_192 - 2 - 4))]),
        of("enormous", vec![pair("k", text(500_000))]),
        of("most pairs", many(100)),
        of("too many pairs", many(5_000)),
        of("NUL", vec![pair("\0", Json::text("\0"))]),
        of("outside the plane", vec![pair("\u{1f511}", Json::text("\u{1f511}"))]),
    ]
}

fn structures(model: &Model, shape: &str) -> Vec<(String, Json)> {
    let members = model.members(shape);
    let whole = Json::Object(members.iter().map(|m| (m.name.clone(), smallest(model, &m.shape))).collect());
    let mut all = vec![
        ("whole".to_owned(), whole.clone()),
        ("with a member unknown".to_owned(), whole.and("Surprise", Json::nested(3))),
    ];
    for member in &members {
        for (what, value) in ways(model, member) {
            all.push((format!("{} {what}", member.name), whole.with(&member.name, value)));
        }
        let twice = whole.and(&member.name, smallest(model, &member.shape));
        all.push((format!("{} twice", member.name), twice));
    }
    all
}
