//! What is no request: each gets an AWS-shaped 4xx, none a 5xx, a hang or a crash, and the record has every one that was
//! signed.
//!
//! What decides between an answer and a refusal stands in [`model`], in five rules that share nothing with the code under
//! test. Requests are mutations of ones that succeed; a mutation that the rules call the same request must get the same
//! answer.

mod heads;
mod json;
mod members;
mod model;
mod texts;
mod wire;
mod world;

use json::Json;
use model::Verdict;
use world::World;

use crate::support::request;

#[test]
fn a_member_that_is_wrong_in_any_way_is_refused_in_awss_words() {
    let world = World::new();
    let mut same = 0;
    for operation in World::operations() {
        let input = world.model.input(operation);
        for (number, member) in world.model.members(&input).into_iter().enumerate() {
            let hidden = world.model.is_hidden(&input, &member);
            for (what, value) in members::ways(&world.model, &member) {
                let (base, succeeds) = world.base(operation);
                let sent = value.as_ref().map(|v| if hidden { v.clone() } else { members::open(v) });
                let request = base.with(&member.name, sent);
                let what = format!("{} {what}", member.name);
                let answer = world.judged(operation, &what, &request);
                if value == Some(Json::Null) {
                    // The second rule.
                    let (base, _) = world.base(operation);
                    let absent = world.judged(operation, &what, &base.with(&member.name, None));
                    assert_eq!((answer.status, &answer.kind), (absent.status, &absent.kind), "{operation}, {what}");
                    same += 1;
                }
                let unknown = base.with("Surprise", value);
                // A member that nobody knows takes the same values in every operation.
                if succeeds && number == 0 && world.model.judge(operation, &unknown) == Verdict::Request {
                    let (base, _) = world.base(operation);
                    let unknown = base.with("Surprise", unknown.get("Surprise").cloned());
                    let answer = world.judged(operation, &what, &unknown);
                    assert_eq!(answer.status, 200, "{operation}, {what} of a member unknown: {answer:?}");
                    same += 1;
                }
            }
        }
    }
    println!("{same} mutations that change nothing changed nothing");
    world.settle("members", 5_000);
}

#[test]
fn all_that_is_violated_stands_in_one_refusal() {
    let world = World::new();
    let mut most = 0;
    for operation in World::operations() {
        let (base, _) = world.base(operation);
        let members = world.model.members(&world.model.input(operation));
        // Of each member, whatever violates something by itself.
        let violating: Vec<(&str, Vec<Option<Json>>)> = members
            .iter()
            .map(|member| {
                let values =
                    members::ways(&world.model, member).into_iter().map(|(_, value)| value.as_ref().map(members::open));
                let violates = |value: &Option<Json>| {
                    let request = base.with(&member.name, value.clone());
                    // All together have to be short enough to be read.
                    request.written().len() < 150_000
                        && matches!(world.model.judge(operation, &request), Verdict::Violations(_))
                };
                (&*member.name, values.filter(violates).collect())
            })
            .collect();
        let longest = violating.iter().map(|(_, values)| values.len()).max().unwrap_or(0);
        for turn in 0..longest.min(25) {
            let request = violating
                .iter()
                .filter(|(_, values)| !values.is_empty())
                .fold(base.clone(), |all, (name, values)| all.with(name, values[turn % values.len()].clone()));
            let answer = world.judged(operation, "all at once", &request);
            let count = answer.message.split_once(' ').map_or(0, |(count, _)| count.parse().unwrap());
            most = most.max(count);
        }
    }
    println!("up to {most} violations in one refusal");
    assert!(most > 5);
    world.settle("all at once", 300);
}

#[test]
fn a_text_that_is_no_json_is_no_request() {
    let world = World::new();
    for operation in World::operations() {
        let (base, succeeds) = world.base(operation);
        let written = base.written();
        // Texts that succeed would use up what they work on; they come last, each with something of its own.
        let (same, broken): (Vec<_>, Vec<_>) = texts::of(&written).into_iter().partition(|text| text.is_same);
        for text in broken {
            let answer = world.send(operation, &text.bytes);
            assert_eq!(answer.kind, "SerializationException", "{operation}, {}: {answer:?}", text.what);
        }
        for number in 0..same.len() {
            let (base, _) = world.base(operation);
            let Some(text) = texts::of(&base.written()).into_iter().filter(|text| text.is_same).nth(number) else {
                continue;
            };
            let answer = world.send(operation, &text.bytes);
            assert!(!succeeds || answer.status == 200, "{operation}, {}: {answer:?}", text.what);
            assert_ne!(answer.kind, "SerializationException", "{operation}, {}: {answer:?}", text.what);
        }
        for (name, value) in base.members() {
            let answer = world.judged(operation, "twice", &base.and(name, value.clone()));
            assert_eq!(answer.kind, "SerializationException", "{operation}, {name} twice");
        }
    }
    for text in texts::whole() {
        let answer = world.send("ListKeys", &text.bytes);
        assert_eq!(answer.status == 200, text.is_same, "{}: {answer:?}", text.what);
        assert_eq!(answer.kind == "SerializationException", !text.is_same, "{}: {answer:?}", text.what);
    }
    world.settle("texts", 8_000);
}

/// What JSON is made of.
const MARKS: &[u8] = b"\"{}[]:,\\0 \x00e-tn.u1";

#[test]
fn a_text_that_is_changed_anywhere_is_judged_as_any_reader_of_json_would() {
    let world = World::new();
    let mut random = 0x5eed_u64;
    let mut draw = move |below: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(random >> 33).unwrap() % below
    };
    let (mut broken, mut whole) = (0, 0);
    for operation in World::operations() {
        let base = world.base(operation).0.written().into_bytes();
        for _ in 0..60 {
            let mut text = base.clone();
            for _ in 0..=draw(3) {
                let at = draw(text.len());
                match draw(4) {
                    0 => drop(text.remove(at)),
                    1 => text.insert(at, MARKS[draw(MARKS.len())]),
                    2 => text[at] ^= 1 << draw(8),
                    _ => text.swap(at, draw(base.len()).min(at)),
                }
            }
            let answer = world.send(operation, &text);
            match serde_json::from_slice::<serde_json::Value>(&text) {
                // A number that is too large for it is none to `serde_json`, and one to others.
                Err(error) if !error.to_string().starts_with("number out of range") => {
                    assert_eq!(answer.kind, "SerializationException", "{operation} {}", text.escape_ascii());
                    broken += 1;
                }
                _ => whole += 1,
            }
        }
    }
    println!("{broken} were JSON no longer, {whole} were");
    world.settle("changed texts", 1_500);
}

#[test]
fn a_head_that_names_no_operation_and_a_signature_that_is_nobodys_are_no_calls() {
    let world = World::new();
    let served: Vec<&str> = World::operations().collect();
    let not_served: Vec<&str> =
        strongroom::Operation::ALL.iter().map(|op| op.as_str()).filter(|op| !served.contains(op)).collect();
    for (what, request) in heads::good() {
        let answer = world.send_as_it_is(request);
        assert_eq!(answer.status, 200, "{what}: {answer:?}");
    }
    for (what, request, kind) in heads::heads(&not_served).into_iter().chain(heads::signatures()) {
        let answer = world.send_refused(request);
        assert!(kind.is_empty() || answer.kind == kind, "{what}: {answer:?}");
    }
    let mut large = request("ListKeys", &vec![b' '; (1 << 20) + 1], "us-east-1");
    assert_eq!(world.send_refused(large.clone()).status, 413);
    // Who names no access key is refused before his body is looked at.
    large.headers_mut().remove("authorization");
    assert_eq!(world.send_refused(large).kind, "MissingAuthenticationTokenException");
    world.settle("heads and signatures", 250);
}
