//! What is secret, or never recorded, shows nowhere: not in `Debug`, not in an error.

use serde_json::{Value, json};

use crate::model::{Extent, Model, base64};
use crate::operations::all;

const CANARY: &str = "CANARYCANARYCANARYCANARY";

/// Members that are never to be seen though the model does not call them sensitive
/// (the list of the CloudTrail reference, "never written for any operation").
const UNSEEN: [&str; 13] = [
    "CiphertextBlob",
    "CiphertextForRecipient",
    "GrantTokens",
    "GrantToken",
    "ImportToken",
    "EncryptedKeyMaterial",
    "SharedSecretCiphertextBlob",
    "PrivateKeyCiphertextBlob",
    "TrustAnchorCertificate",
    "Mac",
    "Signature",
    "AttestationDocument",
    "Message",
];

/// A valid value of the shape, with the canary in everything that may not be seen; counts them.
fn with_canary(model: &Model, shape: &str, name: &str, hidden: bool, count: &mut usize) -> Value {
    let hidden = hidden || UNSEEN.contains(&name) || model.shape(shape)["sensitive"] == true;
    match model.shape(shape)["type"].as_str().unwrap() {
        "string" if hidden => {
            *count += 1;
            // One secret has at least 43 characters.
            json!(if model.shape(shape)["min"].as_u64() > Some(24) { CANARY.repeat(2) } else { CANARY.into() })
        }
        "blob" if hidden => {
            *count += 1;
            json!(base64(CANARY.as_bytes()))
        }
        "list" => {
            let item = model.shape(shape)["member"]["shape"].as_str().unwrap();
            json!([with_canary(model, item, "", hidden, count)])
        }
        "structure" => {
            let members = model.members(shape).into_iter();
            Value::Object(members.map(|(n, of, _)| (n.clone(), with_canary(model, &of, &n, false, count))).collect())
        }
        _ => model.valid(shape, Extent::Complete),
    }
}

fn assert_unseen(text: &str, what: &str) {
    let bytes = format!("{:?}", CANARY.as_bytes());
    let bytes = bytes.trim_matches(['[', ']']);
    for needle in ["CANARY", "Q0FOQVJZ", bytes] {
        assert!(!text.contains(needle), "{what} shows `{needle}`: {text}");
    }
}

#[test]
fn a_secret_never_shows_in_debug() {
    let model = Model::load();
    let (mut planted, mut structures) = (0, 0);
    for entry in all() {
        let sides = [(Some(model.input(entry.name)), &entry.input), (model.output(entry.name), &entry.output)];
        for (shape, side) in sides.into_iter().filter_map(|(shape, side)| shape.map(|s| (s, side))) {
            let value = with_canary(&model, &shape, "", false, &mut planted);
            let json = serde_json::to_vec(&value).unwrap();
            let typed = (side.read)(&json).unwrap_or_else(|e| panic!("{shape} {e}"));
            for text in [format!("{typed:?}"), format!("{typed:#?}")] {
                assert_unseen(&text, &shape);
            }
            let partial = strongroom_api::json::decode(side.shape, &json).unwrap();
            assert_unseen(&format!("{partial:?}"), &shape);
            structures += 1;
        }
    }
    println!("{planted} canaries in {structures} structures");
    // As many as a count of the model by hand gives: none was forgotten.
    assert_eq!(planted, 68);
}

#[test]
fn a_secret_never_shows_in_an_error() {
    let model = Model::load();
    let mut count = 0;
    for entry in all() {
        let input = model.input(entry.name);
        for (name, of, _) in model.members(&input) {
            let hidden = UNSEEN.contains(&name.as_str()) || model.shape(&of)["sensitive"] == true;
            let long = match model.shape(&of)["type"].as_str() {
                Some("blob") => json!(base64(CANARY.repeat(400).as_bytes())),
                Some("list") if hidden => json!([CANARY.repeat(400)]),
                Some("string") => json!(CANARY.repeat(400)),
                _ => continue,
            };
            if !hidden {
                continue;
            }
            let mut value = model.valid(&input, Extent::Complete);
            value[&name] = long;
            let error = (entry.input.read)(&serde_json::to_vec(&value).unwrap()).unwrap_err();
            assert_unseen(&format!("{error} {error:?}"), &format!("{} {name}", entry.name));
            // Bad base64 is not repeated either.
            value[&name] = json!(format!("{CANARY}!"));
            if let Err(error) = (entry.input.read)(&serde_json::to_vec(&value).unwrap()) {
                assert_unseen(&format!("{error} {error:?}"), &format!("{} {name}", entry.name));
            }
            count += 1;
        }
    }
    println!("{count} hidden members");
    assert!(count > 30);
}
