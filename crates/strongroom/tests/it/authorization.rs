//! Who is denied learns nothing: one answer, whatever the key's state, kind, place or existence, and whatever else is wrong.

use std::collections::BTreeSet;

use strongroom::{Caller, Client, Error, ErrorCode, Operation};
use strongroom_types::{EncryptionAlgorithmSpec, MessageType, SigningAlgorithmSpec};

use crate::support::*;

/// Keys of both kinds in every state that can be reached, and their ciphertexts.
struct Zoo {
    room: Room,
    /// What names a key: the identifier, and whether it is an alias.
    names: Vec<(String, bool)>,
    /// Ciphertexts of symmetric keys in every state, of the other account and of the other Region.
    blobs: Vec<Vec<u8>>,
    /// Aliases of keys in every state.
    aliases: Vec<String>,
}

fn four_names(names: &mut Vec<(String, bool)>, aliases: &mut Vec<String>, key: &Key, alias: &str) {
    let alias_arn = format!("arn:aws:kms:{REGION}:{HERE}:{alias}");
    names.extend([(key.id.clone(), false), (key.arn.clone(), false)]);
    names.extend([(alias.to_owned(), true), (alias_arn, true)]);
    aliases.push(alias.to_owned());
}

impl Zoo {
    fn new() -> Self {
        let room = Room::new();
        let root = room.root();
        let (mut names, mut aliases, mut blobs) = (Vec::new(), Vec::new(), Vec::new());
        // In the order in which they are made: what is to be gone longest comes first.
        for state in ["destroyed", "gone", "pending", "disabled", "enabled"] {
            for kind in ["symmetric", "signing"] {
                let key = if kind == "symmetric" { symmetric(&root) } else { signing(&root) };
                let alias = format!("alias/{state}-{kind}");
                root.create_alias(&*alias, &*key.id).send().unwrap();
                if kind == "symmetric" {
                    blobs.push(encrypt(&root, &key.id, b"x").unwrap());
                }
                four_names(&mut names, &mut aliases, &key, &alias);
                let schedule = |days| root.schedule_key_deletion(&*key.id).pending_window_in_days(days).send().unwrap();
                match state {
                    "destroyed" | "gone" => drop(schedule(7)),
                    "pending" => drop(schedule(30)),
                    "disabled" => drop(root.disable_key(&*key.id).send().unwrap()),
                    _ => {}
                }
            }
            if matches!(state, "destroyed" | "gone") {
                room.clock.advance(7 * DAY);
            }
            if state == "destroyed" {
                assert_eq!(room.kms.run_due().unwrap().deleted_keys, 2);
            }
        }
        let mut zoo = Self { room, names, blobs, aliases };
        zoo.add_foreign();
        zoo
    }

    /// What is missing, in another account, in another Region, or no identifier at all.
    fn add_foreign(&mut self) {
        let there = self.room.root_there();
        let elsewhere = self.room.root().region(ELSEWHERE).unwrap();
        for client in [&there, &elsewhere] {
            let (one, two) = (symmetric(client), signing(client));
            client.create_alias("alias/foreign", &*one.id).send().unwrap();
            self.blobs.push(encrypt(client, &one.id, b"x").unwrap());
            client.disable_key(&*two.id).send().unwrap();
            self.names.extend([one.arn, two.arn].map(|arn| (arn, false)));
        }
        for (account, region) in [(HERE, REGION), (THERE, REGION), (HERE, ELSEWHERE)] {
            self.names.push((format!("arn:aws:kms:{region}:{account}:key/{NO_KEY}"), false));
            for alias in ["alias/foreign", "alias/nothing"] {
                self.names.push((format!("arn:aws:kms:{region}:{account}:{alias}"), true));
            }
        }
        let texts =
            [NO_KEY, "not-a-key", "1234ABCD-12AB-34CD-56EF-1234567890AB", "mrk-00000000000000000000000000000000"];
        self.names.extend(texts.map(|text| (text.to_owned(), false)));
        self.names.push(("alias/nothing".to_owned(), true));
        self.aliases.extend(["alias/nothing".to_owned(), "alias/foreign".to_owned()]);
        // A ciphertext of a key that never was.
        let mut unknown = self.blobs.last().unwrap().clone();
        unknown[4..20].fill(0x11);
        self.blobs.push(unknown);
    }
}

fn arn_of(client: &Client) -> String {
    // "Client(<arn> in <region>)"
    let shown = format!("{client:?}");
    shown.trim_start_matches("Client(").split(" in ").next().unwrap().to_owned()
}

/// The same operation with everything wrong that only an authorized caller may be told.
fn wrong_usages(client: &Client, key: &str, needs: &Needs) -> Vec<(Operation, Result<(), Error>)> {
    use Operation as O;
    let bytes = b"0123456789abcdef0123456789abcde".as_slice();
    let oaep = EncryptionAlgorithmSpec::RsaesOaepSha256;
    let p256 = SigningAlgorithmSpec::EcdsaSha256;
    let blob = needs.blob.as_slice();
    let mut out = vec![
        (O::Encrypt, client.encrypt(key, bytes).encryption_algorithm(oaep).send().map(drop)),
        (O::Encrypt, client.encrypt(key, bytes).dry_run(true).send().map(drop)),
        (O::Encrypt, client.encrypt(key, bytes).grant_tokens(["token"]).send().map(drop)),
        (O::Decrypt, client.decrypt(blob).key_id(key).dry_run(true).send().map(drop)),
        (O::Decrypt, client.decrypt(bytes).key_id(key).send().map(drop)),
        (O::Decrypt, client.decrypt(blob).key_id(key).encryption_algorithm(oaep).send().map(drop)),
        (O::GenerateDataKey, client.generate_data_key(key, 8).dry_run(true).send().map(drop)),
        (O::GenerateDataKey, client.generate_data_key(key, 8).grant_tokens(["t"]).send().map(drop)),
        (O::Sign, client.sign(key, bytes, p256).message_type(MessageType::Digest).send().map(drop)),
        (O::Sign, client.sign(key, bytes, SigningAlgorithmSpec::RsassaPssSha256).send().map(drop)),
        (O::Sign, client.sign(key, bytes, p256).dry_run(true).grant_tokens(["t"]).send().map(drop)),
        (O::Verify, client.verify(key, bytes, blob, p256).message_type(MessageType::Digest).send().map(drop)),
        (O::Verify, client.verify(key, bytes, blob, SigningAlgorithmSpec::MlDsaShake256).send().map(drop)),
        (O::Verify, client.verify(key, bytes, blob, p256).dry_run(true).send().map(drop)),
    ];
    out.push((O::DescribeKey, client.describe_key(key).grant_tokens(["t"]).send().map(drop)));
    out.push((O::GetPublicKey, client.get_public_key(key).grant_tokens(["t"]).send().map(drop)));
    if !key.contains("alias/") {
        out.push((O::GetKeyPolicy, client.get_key_policy(key).policy_name("AWS_RAM").send().map(drop)));
        out.push((O::PutKeyPolicy, client.put_key_policy(key, "no policy").send().map(drop)));
        out.push((O::ListKeyRotations, client.list_key_rotations(key).marker("zz").send().map(drop)));
    }
    out
}

/// Every served operation that names a key, for one denied caller: the count of cells.
fn one_answer(zoo: &Zoo, client: &Client, names: &[(String, bool)]) -> usize {
    let principal = arn_of(client);
    let mut cells = 0;
    let mut check = |operation: Operation, result: Result<(), Error>, what: &str| {
        let got = refusal(result);
        assert_eq!(got, denied(&principal, operation.as_str()), "{operation} on {what} by {principal}");
        cells += 1;
    };
    for (name, by_alias) in names {
        for operation in NAMING {
            for needs in variants(zoo, *operation) {
                let result = call(client, *operation, name, &needs);
                if *by_alias && !takes_alias(*operation) {
                    // Refused for its form alone, whether the alias exists or not.
                    let form = (ErrorCode::InvalidArn, "Key Aliases are not supported for this operation.".to_owned());
                    assert_eq!(refusal(result), form, "{operation} on {name}");
                } else {
                    check(*operation, result, name);
                }
            }
        }
        for (operation, result) in wrong_usages(client, name, &Needs { blob: zoo.blobs[4].clone(), ..Needs::default() })
        {
            check(operation, result, name);
        }
    }
    for alias in &zoo.aliases {
        check(Operation::DeleteAlias, client.delete_alias(&**alias).send().map(drop), alias);
    }
    cells
}

fn variants(zoo: &Zoo, operation: Operation) -> Vec<Needs> {
    match operation {
        Operation::Decrypt => zoo.blobs.iter().map(|blob| Needs { blob: blob.clone(), ..Needs::default() }).collect(),
        Operation::UpdateAlias => {
            zoo.aliases.iter().map(|alias| Needs { alias: alias.clone(), ..Needs::default() }).collect()
        }
        Operation::CreateAlias => ["alias/new", "alias/enabled-symmetric", "alias/gone-symmetric"]
            .map(|name| Needs { new_alias: name.to_owned(), ..Needs::default() })
            .into(),
        _ => vec![Needs::default()],
    }
}

#[test]
fn a_denied_caller_gets_one_and_the_same_answer() {
    let zoo = Zoo::new();
    let room = &zoo.room;
    let everything = allow(&["kms:*"], "*");
    let elsewhere = allow(&["kms:*"], &format!("arn:aws:kms:{REGION}:{HERE}:key/{}", "f".repeat(8)));
    let before = room.size();
    // In the keys' own account: nothing allows it, something else is allowed, everything is denied.
    let own = [
        room.user("nobody", &[]),
        room.user("other", &[elsewhere]),
        room.user("banned", &[everything.clone(), deny(&["kms:*"], "*")]),
        room.client(Caller::role("auditor", "session")),
        room.user_there("nobody", &[]),
    ];
    let mut cells = 0;
    for client in &own {
        cells += one_answer(&zoo, client, &zoo.names);
    }
    // From the other account, everything allowed on that side: what he names by ARN of this account.
    let guest = room.user_there("guest", &[everything]);
    let of_here: Vec<_> = zoo.names.iter().filter(|(name, _)| name.contains(&format!(":{HERE}:"))).cloned().collect();
    for (name, by_alias) in &of_here {
        for operation in NAMING.iter().filter(|operation| !by_alias || takes_alias(**operation)) {
            // What he says of aliases is about his own account, where he may know that there is none.
            if *operation == Operation::UpdateAlias {
                continue;
            }
            let got = refusal(call(&guest, *operation, name, &Needs::default()));
            assert_eq!(got, denied(&arn_of(&guest), operation.as_str()), "{operation} on {name}");
            cells += 1;
        }
    }
    let events = room.events_from(before);
    let mut reasons = BTreeSet::new();
    let mut refused = 0;
    for event in &events {
        if event.record.error_code() != Some("AccessDenied") {
            continue;
        }
        refused += 1;
        let view = views(event).remove(0);
        let own = &view["additionalEventData"]["strongroom"];
        let reason = own["decision"]["reason"].as_str().or(own["reason"].as_str());
        reasons.insert(reason.unwrap_or_else(|| panic!("no reason in {view}")).to_owned());
        assert_eq!(views(event).len(), 1, "a denied call is in the caller's account alone");
    }
    assert_eq!(refused, cells, "each has its event");
    assert!(reasons.len() >= 4, "events tell the reasons apart: {reasons:?}");
    println!("table of denied callers: {cells} cells, one answer each; reasons in the record: {reasons:?}");
}

#[test]
fn who_is_denied_one_of_two_keys_gets_the_answer_of_the_first_that_he_is_denied() {
    let zoo = Zoo::new();
    let room = &zoo.room;
    let mine = symmetric(&room.root());
    let blob = encrypt(&room.root(), &mine.id, b"x").unwrap();
    let nobody = [room.user("nobody", &[]), room.user_there("nobody", &[])];
    let from = room.user("from", &[allow(&["kms:ReEncryptFrom"], &mine.arn)]);
    let to = room.user("to", &[allow(&["kms:ReEncryptTo"], "*")]);
    let mut cells = 0;
    for (name, _) in zoo.names.iter() {
        // Nothing is his: the source's answer, whatever the destination is.
        for client in &nobody {
            let of_source = denied(&arn_of(client), "ReEncryptFrom");
            let call = || client.re_encrypt(&**name, &*blob);
            assert_eq!(refusal(call().source_key_id(&*mine.arn).send()), of_source, "to {name}");
            assert_eq!(refusal(call().send()), ciphertext_denied(), "to {name}");
            let call = client.re_encrypt(&*mine.arn, &*blob).source_key_id(&**name);
            assert_eq!(refusal(call.send()), of_source, "from {name}");
            cells += 3;
        }
        // The source is his: the destination's answer, whatever it is.
        let call = from.re_encrypt(&**name, &*blob);
        assert_eq!(refusal(call.send()), denied(&arn_of(&from), "ReEncryptTo"), "to {name}");
        // Every destination is his, and no source: the source's.
        let call = to.re_encrypt(&*mine.arn, &*blob).source_key_id(&**name);
        assert_eq!(refusal(call.send()), denied(&arn_of(&to), "ReEncryptFrom"), "from {name}");
        cells += 2;
    }
    for blob in &zoo.blobs {
        assert_eq!(refusal(to.re_encrypt(&*mine.arn, &**blob).send()), ciphertext_denied());
        cells += 1;
    }
    println!("two keys, one denied: {cells} cells");
}

#[test]
fn who_is_denied_a_ciphertexts_key_gets_one_answer() {
    let zoo = Zoo::new();
    let callers = [
        zoo.room.user("nobody", &[]),
        zoo.room.user("banned", &[allow(&["kms:*"], "*"), deny(&["kms:Decrypt"], "*")]),
        zoo.room.user_there("nobody", &[]),
    ];
    let mut cells = 0;
    for client in &callers {
        for blob in &zoo.blobs {
            let calls = [
                client.decrypt(&**blob),
                client.decrypt(&**blob).dry_run(true),
                client.decrypt(&**blob).grant_tokens(["t"]),
                client.decrypt([&blob[..40], &[0x55; 89]].concat()),
                client.decrypt(&**blob).encryption_algorithm(EncryptionAlgorithmSpec::RsaesOaepSha1),
            ];
            for call in calls {
                assert_eq!(refusal(call.send()), ciphertext_denied());
                cells += 1;
            }
        }
    }
    // Even root is told no more of a key that is not there.
    let root = zoo.room.root();
    for (at, expected) in [(0, None), (1, None), (2, Some(ErrorCode::KmsInvalidState)), (3, Some(ErrorCode::Disabled))]
    {
        let got = refusal(root.decrypt(&*zoo.blobs[at]).send());
        assert!(expected.map_or(got == ciphertext_denied(), |code| got.0 == code), "{got:?}");
    }
    println!("denied by ciphertext: {cells} cells");
}

#[test]
fn an_explicit_deny_of_the_key_policy_says_the_same_in_every_state() {
    let room = Room::new();
    let root = room.root();
    let ban = serde_json::json!({
        "Sid": "Not Mallory",
        "Effect": "Deny",
        "Principal": { "AWS": "*" },
        "Action": "kms:*",
        "Resource": "*",
        "Condition": { "StringEquals": { "aws:PrincipalArn": format!("arn:aws:iam::{HERE}:user/mallory") } }
    });
    let policy = key_policy(&[delegate(HERE), ban]);
    let mallory = room.user("mallory", &[allow(&["kms:*"], "*")]);
    let principal = format!("arn:aws:iam::{HERE}:user/mallory");
    let mut cells = 0;
    for step in 0..3 {
        for key in [symmetric_with(&root, &policy), signing_with(&root, &policy)] {
            match step {
                0 => {}
                1 => drop(root.disable_key(&*key.id).send().unwrap()),
                _ => drop(root.schedule_key_deletion(&*key.id).send().unwrap()),
            }
            for operation in NAMING.iter().filter(|o| !matches!(o, Operation::UpdateAlias)) {
                let got = refusal(call(&mallory, *operation, &key.id, &Needs::default()));
                assert_eq!(got, denied(&principal, operation.as_str()), "{operation}");
                let view = room.last_view();
                let decision = &view["additionalEventData"]["strongroom"]["decision"];
                assert_eq!(decision["statement"], "Not Mallory", "{view}");
                assert_eq!(view["resources"][0]["ARN"], *key.arn);
                cells += 1;
            }
        }
    }
    println!("explicit deny: {cells} cells");
}

#[test]
fn what_is_missing_is_told_only_to_whom_identity_policies_would_allow_it() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    let missing = format!("arn:aws:kms:{REGION}:{HERE}:key/{NO_KEY}");
    let not_found = |name: &str| (ErrorCode::NotFound, format!("Key '{name}' does not exist"));
    let any = room.user("any", &[allow(&["kms:*"], "*")]);
    let precise = room.user("precise", &[allow(&["kms:*"], &missing)]);
    let one = room.user("one", &[allow(&["kms:*"], &key.arn)]);
    let mut cells = 0;
    for operation in NAMING.iter().filter(|o| **o != Operation::UpdateAlias) {
        for client in [&root, &any] {
            for name in [NO_KEY, &*missing] {
                let got = refusal(call(client, *operation, name, &Needs::default()));
                assert_eq!(got, not_found(&missing), "{operation}");
                cells += 1;
            }
        }
        if *operation != Operation::CreateAlias {
            assert_eq!(refusal(call(&precise, *operation, NO_KEY, &Needs::default())), not_found(&missing));
        }
        let got = refusal(call(&one, *operation, NO_KEY, &Needs::default()));
        assert_eq!(got, denied(&arn_of(&one), operation.as_str()), "{operation}");
        cells += 2;
    }
    println!("missing: {cells} cells");
}

#[test]
fn what_is_missing_is_judged_with_the_sessions_facts() {
    // What a session's conditions allow or deny of a key that exists, they allow or deny of one that does not.
    let room = Room::new();
    let key = symmetric(&room.root());
    let when = |effect: &str, key: &str, value: &str| {
        serde_json::json!({ "Version": "2012-10-17", "Statement": { "Effect": effect, "Action": "kms:*", "Resource": "*",
            "Condition": { "StringEquals": { key: value } } } })
        .to_string()
    };
    let through = |policies: &[String], service: &str| {
        let caller = policies.iter().fold(Caller::role("r", "s"), |caller, p| caller.identity_policy(p).unwrap());
        room.client(caller.via_service(service))
    };
    let (s3, ebs) = ("s3.eu-west-1.amazonaws.com", "ebs.eu-west-1.amazonaws.com");
    let only_s3 = [when("Allow", "kms:ViaService", s3)];
    let never_s3 = [allow(&["kms:*"], "*"), when("Deny", "kms:ViaService", s3)];
    let only_here = [when("Allow", "aws:RequestedRegion", REGION)];
    for (policies, service, allowed) in [
        (&only_s3[..], s3, true),
        (&only_s3, ebs, false),
        (&never_s3, s3, false),
        (&never_s3, ebs, true),
        (&only_here, s3, true),
    ] {
        let client = through(policies, service);
        assert_eq!(describe(&client, &key.id).is_ok(), allowed, "{policies:?} through {service}");
        let expected = if allowed { ErrorCode::NotFound } else { ErrorCode::AccessDenied };
        assert_eq!(code(describe(&client, NO_KEY)), expected, "{policies:?} through {service}");
        assert_eq!(code(describe(&client, "alias/nothing")), expected, "{policies:?} through {service}");
    }
}

#[test]
fn the_event_of_a_missing_key_says_what_the_answer_does_not() {
    let room = Room::new();
    let nobody = room.user("nobody", &[]);
    let key = symmetric(&room.root());
    let missing = format!("arn:aws:kms:{REGION}:{HERE}:key/{NO_KEY}");
    let foreign = format!("arn:aws:kms:{REGION}:{THERE}:key/{NO_KEY}");
    let mut answers = BTreeSet::new();
    let mut reasons = BTreeSet::new();
    for name in [&*key.arn, &*missing, &*foreign] {
        answers.insert(refusal(nobody.describe_key(name).send()).1);
        let view = room.last_view();
        assert_eq!(view["errorCode"], "AccessDenied");
        assert_eq!(view["resources"][0]["ARN"], name, "the record may name what the answer hides");
        let own = &view["additionalEventData"]["strongroom"];
        reasons.insert(own["decision"]["reason"].as_str().or(own["reason"].as_str()).expect("a reason").to_owned());
    }
    assert_eq!(answers.len(), 1);
    assert_eq!(reasons.len(), 2, "{reasons:?}");
}

#[test]
fn without_delegation_in_the_key_policy_identity_policies_have_no_effect() {
    let room = Room::new();
    let root = room.root();
    let alone = serde_json::json!({
        "Effect": "Allow",
        "Principal": { "AWS": format!("arn:aws:iam::{HERE}:user/owner") },
        "Action": "kms:*",
        "Resource": "*"
    });
    let call = root.create_key().policy(key_policy(&[alone])).bypass_policy_lockout_safety_check(true);
    let key: String = got(got::<strongroom::types::KeyMetadata>(call.send().unwrap().key_metadata).key_id);
    let admin = room.user("admin", &[allow(&["*"], "*")]);
    assert_eq!(code(encrypt(&admin, &key, b"x")), ErrorCode::AccessDenied);
    assert_eq!(code(encrypt(&root, &key, b"x")), ErrorCode::AccessDenied, "root is no exception");
    let owner = room.user("owner", &[]);
    encrypt(&owner, &key, b"x").unwrap();
    let banned = room.user("owner", &[deny(&["kms:Encrypt"], "*")]);
    assert_eq!(code(encrypt(&banned, &key, b"x")), ErrorCode::AccessDenied, "a deny works without delegation");
}

#[test]
fn decrypt_without_a_key_id_is_decided_on_the_ciphertexts_key() {
    let room = Room::new();
    let root = room.root();
    let (one, two) = (symmetric(&root), symmetric(&root));
    let (sealed, other) = (encrypt(&root, &one.id, b"1").unwrap(), encrypt(&root, &two.id, b"2").unwrap());
    let client = room.user("one", &[allow(&["kms:Decrypt"], &one.arn)]);
    assert_eq!(decrypt(&client, &sealed).unwrap(), b"1");
    assert_eq!(refusal(decrypt(&client, &other)), ciphertext_denied());
}

/// What is denied looks the same whether the other thing that the request names is there or not.
#[test]
fn who_may_not_touch_an_alias_learns_nothing_of_what_else_he_names() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    root.create_alias("alias/there", &*key.id).send().unwrap();
    let actions = ["kms:CreateAlias", "kms:UpdateAlias", "kms:DeleteAlias"];
    let principal = format!("arn:aws:iam::{HERE}:user/u");
    // One who may touch all keys and no alias, and one who may touch all aliases and no key.
    for resource in ["key", "alias"] {
        let user = room.user("u", &[allow(&actions, &format!("arn:aws:kms:{REGION}:{HERE}:{resource}/*"))]);
        for id in [&key.id, NO_KEY] {
            let create = user.create_alias("alias/new", id).send();
            assert_eq!(refusal(create), denied(&principal, "CreateAlias"), "{resource}, {id}");
            for name in ["alias/there", "alias/missing"] {
                let update = user.update_alias(name, id).send();
                assert_eq!(refusal(update), denied(&principal, "UpdateAlias"), "{resource}, {name}, {id}");
            }
        }
    }
    // Who may touch both is told.
    let every = ["key", "alias"].map(|of| allow(&actions, &format!("arn:aws:kms:{REGION}:{HERE}:{of}/*")));
    let user = room.user("u", &every);
    assert_eq!(code(user.create_alias("alias/new", NO_KEY).send()), ErrorCode::NotFound);
    assert_eq!(code(user.update_alias("alias/missing", &*key.id).send()), ErrorCode::NotFound);
}

// ---- narrowed clients -----------------------------------------------------------------------------------------------

#[test]
fn a_narrowed_client_goes_nowhere_else() {
    let room = Room::new();
    let root = room.root();
    let (one, two) = (symmetric(&root), symmetric(&root));
    let guest_policy = key_policy(&[delegate(HERE), delegate(THERE)]);
    let foreign = symmetric_with(&room.root_there(), &key_policy(&[delegate(HERE), delegate(THERE)]));
    let shared = symmetric_with(&root, &guest_policy);
    let principal = format!("arn:aws:iam::{HERE}:root");

    let only = root.only_keys([one.arn.parse().unwrap(), shared.arn.parse().unwrap()]);
    encrypt(&only, &one.id, b"x").unwrap();
    let missing = format!("arn:aws:kms:{REGION}:{HERE}:key/{NO_KEY}");
    for name in [&two.id, &two.arn, &foreign.arn, &missing] {
        assert_eq!(refusal(encrypt(&only, name, b"x")), denied(&principal, "Encrypt"), "{name}");
        assert!(room.last_view()["additionalEventData"]["strongroom"]["reason"].is_string());
    }
    let sealed = encrypt(&root, &two.id, b"x").unwrap();
    assert_eq!(refusal(decrypt(&only, &sealed)), ciphertext_denied());
    // Narrowing again only takes away.
    let none = only.only_keys([two.arn.parse().unwrap()]);
    assert_eq!(code(encrypt(&none, &two.id, b"x")), ErrorCode::AccessDenied);
    assert_eq!(code(encrypt(&none, &one.id, b"x")), ErrorCode::AccessDenied);

    let home = root.only_own_account();
    encrypt(&root, &foreign.arn, b"x").unwrap();
    assert_eq!(refusal(encrypt(&home, &foreign.arn, b"x")), denied(&principal, "Encrypt"));
    encrypt(&home, &two.arn, b"x").unwrap();
    let theirs = encrypt(&root, &foreign.arn, b"x").unwrap();
    assert_eq!(refusal(decrypt(&home, &theirs)), ciphertext_denied());

    let reader = root.only_operations([Operation::DescribeKey, Operation::ListKeys]);
    describe(&reader, &one.id).unwrap();
    assert_eq!(refusal(encrypt(&reader, &one.id, b"x")), denied(&principal, "Encrypt"));
    assert!(room.last_view()["additionalEventData"]["strongroom"]["reason"].is_string());
    let narrower = reader.only_operations([Operation::DescribeKey, Operation::Encrypt]);
    assert_eq!(code(encrypt(&narrower, &one.id, b"x")), ErrorCode::AccessDenied);
    assert_eq!(code(narrower.list_keys().send()), ErrorCode::AccessDenied);
    describe(&narrower, &one.id).unwrap();
    root.create_alias("alias/two", &*two.id).send().unwrap();
    // Nor does it list what else there is to a key that it may not touch.
    root.create_alias("alias/one", &*one.id).send().unwrap();
    assert_eq!(aliases(&only, Some(&one.id)).len(), 1);
    for name in [&*two.id, NO_KEY] {
        let (kind, text) = refusal(aliases_page(&only, Some(name), None, None));
        assert_eq!((kind, text.contains(name)), (ErrorCode::NotFound, true), "as if it were not there");
    }
    // Aliases lead to keys, and a client that is confined to keys stays confined.
    assert_eq!(code(encrypt(&only, "alias/two", b"x")), ErrorCode::AccessDenied);
    assert_eq!(code(only.delete_alias("alias/two").send()), ErrorCode::AccessDenied);
    assert_eq!(code(only.update_alias("alias/two", &*one.id).send()), ErrorCode::AccessDenied);
}
