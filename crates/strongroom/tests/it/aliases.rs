//! Aliases: names that move.

use strongroom::{ErrorCode, Timestamp};

use crate::support::*;

#[test]
fn a_name_is_checked_before_anything_else() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    let long = format!("alias/{}", "a".repeat(250));
    for (name, expected) in [
        ("orders", ErrorCode::Validation),
        ("ALIAS/orders", ErrorCode::Validation),
        ("", ErrorCode::Validation),
        ("alias/with space", ErrorCode::Validation),
        ("alias/ä", ErrorCode::Validation),
        (&*format!("{long}a"), ErrorCode::Validation),
        ("alias/aws/s3", ErrorCode::NotAuthorized),
        ("alias/aws/", ErrorCode::NotAuthorized),
        ("alias/a:b", ErrorCode::Validation),
        ("alias/", ErrorCode::InvalidAliasName),
    ] {
        assert_eq!(code(root.create_alias(name, &*key.id).send()), expected, "create {name:?}");
        let update = code(root.update_alias(name, &*key.id).send());
        let delete = code(root.delete_alias(name).send());
        // What could not be made is not there.
        let fits = |got: ErrorCode| got == expected || got == ErrorCode::NotFound;
        assert!(fits(update) && fits(delete), "update and delete {name:?}: {update}, {delete}");
    }
    let (_, text) = refusal(root.create_alias("orders", &*key.id).send());
    assert!(text.starts_with("Alias must start with the prefix \"alias/\"."), "{text}");
    for name in [&*long, "alias/a", "alias/A", "alias/a/b_c-9", "alias/awsome"] {
        root.create_alias(name, &*key.id).send().unwrap();
    }
    assert_eq!(aliases(&root, None).len(), 5);
}

#[test]
fn a_name_is_given_once() {
    let room = Room::new();
    let root = room.root();
    let (one, two) = (symmetric(&root), symmetric(&root));
    root.create_alias("alias/a", &*one.id).send().unwrap();
    let text = format!("An alias with the name arn:aws:kms:{REGION}:{HERE}:alias/a already exists");
    for key in [&one, &two] {
        let got = refusal(root.create_alias("alias/a", &*key.id).send());
        assert_eq!(got, (ErrorCode::AlreadyExists, text.clone()));
    }
    root.delete_alias("alias/a").send().unwrap();
    root.create_alias("alias/a", &*two.id).send().unwrap();
    assert_eq!(aliases(&root, Some(&one.id)), []);
    assert_eq!(aliases(&root, Some(&two.id)), [("alias/a".to_owned(), two.id)]);
}

#[test]
fn an_alias_moves_to_another_key_and_keeps_its_birthday() {
    let room = Room::new();
    let root = room.root();
    let (one, two) = (symmetric(&root), symmetric(&root));
    root.create_alias("alias/a", &*one.id).send().unwrap();
    let born = Timestamp::from_secs(room.clock.secs());
    let old = encrypt(&root, "alias/a", b"old").unwrap();
    room.clock.advance(60);
    root.update_alias("alias/a", &*two.arn).send().unwrap();
    let entry = aliases_page(&root, None, None, None).unwrap().0.remove(0);
    assert_eq!(got::<Timestamp>(entry.creation_date), born);
    assert_eq!(got::<Timestamp>(entry.last_updated_date), Timestamp::from_secs(room.clock.secs()));
    assert_eq!(got::<String>(entry.target_key_id), two.id);
    // What was sealed under the old key opens by itself, and not through the alias.
    assert_eq!(decrypt(&root, &old).unwrap(), b"old");
    let call = root.decrypt(&*old).key_id("alias/a");
    assert_eq!(code(call.send()), ErrorCode::IncorrectKey);
    // To the key that it points to already.
    root.update_alias("alias/a", &*two.id).send().unwrap();
    assert_eq!(aliases(&root, Some(&two.id)).len(), 1);
    let text = format!("Alias arn:aws:kms:{REGION}:{HERE}:alias/no is not found.");
    assert_eq!(refusal(root.update_alias("alias/no", &*two.id).send()), (ErrorCode::NotFound, text.clone()));
    assert_eq!(refusal(root.delete_alias("alias/no").send()), (ErrorCode::NotFound, text));
    assert_eq!(code(root.update_alias("alias/a", &*signing(&root).id).send()), ErrorCode::Validation);
}

#[test]
fn a_key_has_fifty_aliases_at_most_however_they_come() {
    let room = Room::new();
    let root = room.root();
    let (full, other) = (symmetric(&root), symmetric(&root));
    let name = |n: i32| format!("alias/n{n:02}");
    for n in 0..50 {
        root.create_alias(name(n), &*full.id).send().unwrap();
    }
    assert_eq!(code(root.create_alias("alias/one-more", &*full.id).send()), ErrorCode::LimitExceeded);
    root.create_alias("alias/mover", &*other.id).send().unwrap();
    assert_eq!(code(root.update_alias("alias/mover", &*full.id).send()), ErrorCode::LimitExceeded);
    assert_eq!(aliases(&root, Some(&other.id)).len(), 1, "nothing moved");
    // One goes, by deletion and by moving away; each makes room for one.
    root.delete_alias(name(0)).send().unwrap();
    root.update_alias("alias/mover", &*full.id).send().unwrap();
    assert_eq!(code(root.create_alias("alias/one-more", &*full.id).send()), ErrorCode::LimitExceeded);
    root.update_alias(name(1), &*other.id).send().unwrap();
    root.create_alias("alias/one-more", &*full.id).send().unwrap();
    assert_eq!(aliases(&root, Some(&full.id)).len(), 50);
    // An alias that stays where it is takes no room.
    root.update_alias("alias/mover", &*full.id).send().unwrap();
    root.schedule_key_deletion(&*full.id).pending_window_in_days(7).send().unwrap();
    room.clock.advance(7 * DAY);
    for n in 2..50 {
        root.create_alias(name(n), &*other.id).send().unwrap();
    }
    assert_eq!(aliases(&root, Some(&other.id)).len(), 49);
    room.kms.run_due().unwrap();
    assert_eq!(aliases(&root, None).len(), 49);
}

#[test]
fn an_alias_takes_two_permissions() {
    let room = Room::new();
    let root = room.root();
    let (one, two) = (symmetric(&root), symmetric(&root));
    root.create_alias("alias/a", &*one.id).send().unwrap();
    let alias = |name: &str| format!("arn:aws:kms:{REGION}:{HERE}:alias/{name}");
    let actions = ["kms:CreateAlias", "kms:UpdateAlias", "kms:DeleteAlias"];
    let with = |resources: &[String]| {
        let policies: Vec<String> = resources.iter().map(|resource| allow(&actions, resource)).collect();
        room.user("u", &policies)
    };
    let every = [alias("a"), alias("b"), one.arn.clone(), two.arn.clone()];
    for left_out in 0..every.len() {
        let some: Vec<String> =
            every.iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, r)| r.clone()).collect();
        let user = with(&some);
        let create = user.create_alias("alias/b", &*two.id).send();
        let update = user.update_alias("alias/a", &*two.id).send();
        let denied = |result: &Result<_, strongroom::Error>| {
            result.as_ref().err().is_some_and(|error| error.is(ErrorCode::AccessDenied))
        };
        assert_eq!(denied(&create), left_out == 1 || left_out == 3, "create without {}", every[left_out]);
        assert_eq!(denied(&update), left_out != 1, "update without {}", every[left_out]);
        if create.is_ok() {
            root.delete_alias("alias/b").send().unwrap();
        }
        if update.is_ok() {
            root.update_alias("alias/a", &*one.id).send().unwrap();
        }
    }
    assert_eq!(code(with(&[alias("a")]).delete_alias("alias/a").send()), ErrorCode::AccessDenied);
    assert_eq!(code(with(std::slice::from_ref(&one.arn)).delete_alias("alias/a").send()), ErrorCode::AccessDenied);
    with(&[alias("a"), one.arn]).delete_alias("alias/a").send().unwrap();
}

#[test]
fn aliases_are_listed_by_name_all_or_by_key() {
    let room = Room::new();
    let root = room.root();
    let (one, two) = (symmetric(&root), signing(&root));
    for name in ["c", "a", "B", "a/b", "b"] {
        root.create_alias(format!("alias/{name}"), &*one.id).send().unwrap();
    }
    root.create_alias("alias/aa", &*two.id).send().unwrap();
    let names = |of: Option<&str>| aliases(&root, of).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    let mut sorted = names(None);
    sorted.sort();
    assert_eq!(names(None), sorted);
    assert_eq!(names(None).len(), 6);
    assert_eq!(names(Some(&two.arn)), ["alias/aa"]);
    assert_eq!(names(Some(&one.id)).len(), 5);
    // Page by page, each name once, whatever comes and goes.
    for filter in [None, Some(&*one.id)] {
        let all = names(filter);
        let (first, _, marker) = aliases_page(&root, filter, Some(2), None).unwrap();
        let mut seen: Vec<String> = first.into_iter().map(|entry| got(entry.alias_name)).collect();
        root.delete_alias(&*seen[1]).send().unwrap();
        let mut marker = marker;
        while let Some(at) = marker {
            let page = aliases_page(&root, filter, Some(2), Some(&at)).unwrap();
            seen.extend(page.0.into_iter().map(|entry| got::<String>(entry.alias_name)));
            marker = page.2;
        }
        // Those that AWS has predefined have no key yet.
        seen.retain(|name| !name.starts_with("alias/aws/"));
        assert_eq!(seen, all);
        let back = seen[1].clone();
        root.create_alias(back, if seen[1] == "alias/aa" { &*two.id } else { &*one.id }).send().unwrap();
    }
    let missing = format!("Key 'arn:aws:kms:{REGION}:{HERE}:key/{NO_KEY}' does not exist");
    assert_eq!(refusal(aliases_page(&root, Some(NO_KEY), None, None)), (ErrorCode::NotFound, missing));
    // A key of another account, there or not: one answer.
    let foreign = symmetric(&room.root_there());
    let not_there = format!("arn:aws:kms:{REGION}:{THERE}:key/{NO_KEY}");
    let answer = |arn: &str| refusal(aliases_page(&root, Some(arn), None, None)).1.replace(arn, "");
    assert_eq!(answer(&foreign.arn), answer(&not_there));
    assert_eq!(code(aliases_page(&root, Some(&foreign.arn), None, None)), ErrorCode::NotFound);
}
