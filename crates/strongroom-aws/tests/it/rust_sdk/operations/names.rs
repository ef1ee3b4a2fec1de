//! What keys are called, and who may use them.

use aws_sdk_kms::Client;
use aws_sdk_kms::types::Tag;

use super::super::room::{Room, key};

pub(super) async fn aliases(room: &Room, client: &Client) {
    let (first, second) = (key(client).await, key(client).await);
    for name in ["alias/orders", "alias/orders/old", "alias/refunds"] {
        client.create_alias().alias_name(name).target_key_id(&first).send().await.unwrap();
    }
    let made = room.now();
    room.advance_days(1);
    client.update_alias().alias_name("alias/refunds").target_key_id(&second).send().await.unwrap();
    let of_first = client.list_aliases().key_id(&first).send().await.unwrap();
    assert_eq!((of_first.aliases().len(), of_first.truncated, of_first.next_marker()), (2, false, None));
    let pages = client.list_aliases().limit(2).into_paginator().items().send();
    let all = pages.collect::<Result<Vec<_>, _>>().await.unwrap();
    let moved = all.iter().find(|alias| alias.alias_name() == Some("alias/refunds")).unwrap();
    assert_eq!(moved.alias_arn(), Some("arn:aws:kms:us-east-1:111122223333:alias/refunds"));
    assert_eq!(moved.target_key_id(), Some(&*second));
    assert_eq!((moved.creation_date, moved.last_updated_date), (Some(made), Some(room.now())));
    let predefined = all.iter().find(|alias| alias.alias_name() == Some("alias/aws/s3")).unwrap();
    assert_eq!((predefined.target_key_id(), predefined.creation_date()), (None, None));
    let named = client.describe_key().key_id("alias/refunds").send().await.unwrap().key_metadata.unwrap();
    assert_eq!(named.key_id, second);
    client.delete_alias().alias_name("alias/refunds").send().await.unwrap();
    assert!(client.describe_key().key_id("alias/refunds").send().await.is_err());
}

pub(super) async fn tags(client: &Client) {
    let id = key(client).await;
    let tag = |key: &str, value: &str| Tag::builder().tag_key(key).tag_value(value).build().unwrap();
    let wanted = vec![tag("cost-center", "42"), tag("empty", ""), tag("größe", "groß")];
    client.tag_resource().key_id(&id).set_tags(Some(wanted.clone())).send().await.unwrap();
    let pages = client.list_resource_tags().key_id(&id).limit(2).into_paginator().items().send();
    let listed = pages.collect::<Result<Vec<_>, _>>().await.unwrap();
    assert_eq!(listed, wanted);
    client.untag_resource().key_id(&id).tag_keys("empty").tag_keys("größe").send().await.unwrap();
    let left = client.list_resource_tags().key_id(&id).send().await.unwrap();
    assert_eq!((left.tags(), left.truncated, left.next_marker()), (&wanted[..1], false, None));
}

pub(super) async fn policies(client: &Client) {
    let id = key(client).await;
    let made = client.get_key_policy().key_id(&id).send().await.unwrap();
    assert_eq!(made.policy_name(), Some("default"));
    assert!(made.policy().unwrap().contains("arn:aws:iam::111122223333:root"));
    // Comes back as it was sent, to the byte.
    let policy = r#"{ "Version":"2012-10-17",
      "Statement":{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"kms:*","Resource":"*"} }"#;
    client.put_key_policy().key_id(&id).policy(policy).send().await.unwrap();
    let known = client.get_key_policy().key_id(&id).policy_name("default").send().await.unwrap();
    assert_eq!(known.policy(), Some(policy));
    let pages = client.list_key_policies().key_id(&id).into_paginator().items().send();
    assert_eq!(pages.collect::<Result<Vec<_>, _>>().await.unwrap(), ["default"]);
}
