//! Rotation on demand: new material for what comes, old material for what was.

use std::collections::HashSet;

use strongroom::types::{KeyMetadata, RotationsListEntry};
use strongroom::{ErrorCode, Timestamp};
use strongroom_types::{IncludeKeyMaterial, KeyMaterialState, RotationType};

use crate::support::*;

fn current_material(client: &strongroom::Client, key: &str) -> String {
    let metadata: KeyMetadata = describe(client, key).unwrap();
    got(metadata.current_key_material_id)
}

#[test]
fn old_ciphertexts_open_for_ever() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    let mut sealed = Vec::new();
    for version in 0..=25_u8 {
        if version > 0 {
            room.clock.advance(60);
            let output = root.rotate_key_on_demand(&*key.id).send().unwrap();
            assert_eq!(got::<String>(output.key_id), key.id);
        }
        let material = current_material(&root, &key.id);
        let blob = encrypt(&root, &key.id, &[version]).unwrap();
        let data = root.generate_data_key(&*key.id, 9).send().unwrap();
        assert_eq!(got::<String>(data.key_material_id), material);
        let hidden = root.generate_data_key_without_plaintext(&*key.id, 9).send().unwrap();
        assert_eq!(got::<String>(hidden.key_material_id), material);
        sealed.push((material, blob, got::<Vec<u8>>(data.ciphertext_blob), opened(got(data.plaintext))));
    }
    let ids: HashSet<&String> = sealed.iter().map(|(id, ..)| id).collect();
    assert_eq!(ids.len(), 26, "each material has an id of its own");
    for (version, (material, blob, wrapped, data_key)) in sealed.iter().enumerate() {
        let output = root.decrypt(&**blob).send().unwrap();
        assert_eq!(&got::<String>(output.key_material_id), material, "the material that opened it");
        assert_eq!(opened(got(output.plaintext)), [u8::try_from(version).unwrap()]);
        assert_eq!(&decrypt(&root, wrapped).unwrap(), data_key);
        assert_eq!(room.last_view()["additionalEventData"]["keyMaterialId"], **material);
    }
    // The 26th is one too many, and changes nothing.
    let before = current_material(&root, &key.id);
    assert_eq!(code(root.rotate_key_on_demand(&*key.id).send()), ErrorCode::LimitExceeded);
    assert_eq!(current_material(&root, &key.id), before);
    encrypt(&root, &key.id, b"x").unwrap();
    // Nor does it come back after the key was off, or pending deletion.
    root.schedule_key_deletion(&*key.id).send().unwrap();
    root.cancel_key_deletion(&*key.id).send().unwrap();
    root.enable_key(&*key.id).send().unwrap();
    assert_eq!(decrypt(&root, &sealed[0].1).unwrap(), [0]);
    assert_eq!(code(root.rotate_key_on_demand(&*key.id).send()), ErrorCode::LimitExceeded);
    println!("versions that open: {}", sealed.len());
}

#[test]
fn the_history_comes_newest_first_and_page_by_page() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    let mut made = vec![(current_material(&root, &key.id), None)];
    assert_eq!(rotations_page(&root, &key.id, None, None, None).unwrap().0.len(), 0, "not rotated yet");
    for _ in 0..5 {
        room.clock.advance(3_600);
        root.rotate_key_on_demand(&*key.id).send().unwrap();
        made.push((current_material(&root, &key.id), Some(Timestamp::from_secs(room.clock.secs()))));
    }
    made.reverse();
    let check = |entries: Vec<RotationsListEntry>, expected: &[(String, Option<Timestamp>)], all: bool| {
        assert_eq!(entries.len(), expected.len());
        for (at, (entry, (material, date))) in entries.into_iter().zip(expected).enumerate() {
            assert_eq!(got::<String>(entry.key_id), key.id);
            assert_eq!(got::<String>(entry.key_material_id), *material);
            assert_eq!(entry.rotation_date, *date, "the first material was not rotated to");
            assert_eq!(entry.rotation_type, date.map(|_| RotationType::OnDemand));
            let state = if at == 0 { KeyMaterialState::Current } else { KeyMaterialState::NonCurrent };
            assert!(!all || got::<KeyMaterialState>(entry.key_material_state) == state);
        }
    };
    let only = Some(IncludeKeyMaterial::RotationsOnly);
    for mode in [None, only] {
        check(rotations_page(&root, &key.id, mode, None, None).unwrap().0, &made[..5], false);
    }
    let all = Some(IncludeKeyMaterial::AllKeyMaterial);
    check(rotations_page(&root, &key.id, all, None, None).unwrap().0, &made, true);
    for (mode, count) in [(None, 5), (all, 6)] {
        for limit in 1..=6 {
            let (mut entries, mut marker, mut pages) = (Vec::new(), None::<String>, 0);
            loop {
                let page = rotations_page(&root, &key.id, mode, Some(limit), marker.as_deref()).unwrap();
                entries.extend(page.0);
                pages += 1;
                marker = page.2;
                if marker.is_none() {
                    break;
                }
            }
            assert_eq!(pages, (count + limit - 1) / limit, "no empty last page");
            check(entries, &made[..usize::try_from(count).unwrap()], mode.is_some());
        }
    }
    // A marker survives a rotation: what is newer than the page is not shown again.
    let (first, _, marker) = rotations_page(&root, &key.id, None, Some(2), None).unwrap();
    check(first, &made[..2], false);
    root.rotate_key_on_demand(&*key.id).send().unwrap();
    let (rest, ..) = rotations_page(&root, &key.id, None, None, marker.as_deref()).unwrap();
    assert_eq!(rest.into_iter().map(|entry| got::<String>(entry.key_material_id)).collect::<Vec<_>>(), {
        made[2..5].iter().map(|(id, _)| id.clone()).collect::<Vec<_>>()
    });
}

#[test]
fn a_rotation_is_recorded_and_the_material_id_shows_where_aws_shows_it() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    let first = current_material(&root, &key.id);
    let (_, event) = room.recorded("RotateKeyOnDemand", || root.rotate_key_on_demand(&*key.arn).send().unwrap());
    let view = views(&event).remove(0);
    assert_eq!(view["requestParameters"]["keyId"], *key.arn);
    assert_eq!(view["readOnly"], false);
    let material = current_material(&root, &key.id);
    // CloudTrail's service event for the rotation itself (Developer Guide, "RotateKey").
    let rotated = room.events_from(event.index + 1).into_iter().find(|event| event.record.name() == "RotateKey");
    let rotated = views(&rotated.expect("RotateKey")).remove(0);
    assert_eq!(rotated["eventType"], "AwsServiceEvent");
    assert_eq!(rotated["resources"][0]["ARN"], *key.arn);
    let details = &rotated["serviceEventDetails"];
    assert_eq!((&details["rotationType"], &details["keyOrigin"]), (&"ON_DEMAND".into(), &"AWS_KMS".into()));
    assert_eq!(details["keyId"], *key.id, "{details}");
    assert_eq!(details["currentKeyMaterialId"], *material);
    assert_eq!(details["previousKeyMaterialId"], *first);
    assert!(material.len() == 64 && material.bytes().all(|b| b.is_ascii_hexdigit() && !b.is_ascii_uppercase()));
    // Encrypt's answer has no such member; its event has it.
    encrypt(&root, &key.id, b"x").unwrap();
    assert_eq!(room.last_view()["additionalEventData"]["keyMaterialId"], *material);
    let shown = format!("{:?}", root.encrypt(&*key.id, b"x".as_slice()).send().unwrap());
    assert!(!shown.contains(&material), "{shown}");
    // The id is the header's too: its first 16 bytes name the version.
    let blob = encrypt(&root, &key.id, b"x").unwrap();
    let version: String = blob[20..36].iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(version, material[..32]);
}
