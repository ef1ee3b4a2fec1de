//! What a program sets on its client: Regions, retries, timeouts, the caller.

use std::time::Duration;

use aws_sdk_kms::Client;
use aws_sdk_kms::config::retry::RetryConfig;
use aws_sdk_kms::config::timeout::TimeoutConfig;
use aws_sdk_kms::config::{Builder, Region};
use aws_sdk_kms::error::{ProvideErrorMetadata as _, SdkError};
use aws_sdk_kms::operation::RequestId as _;
use aws_sdk_kms::types::{KeySpec, KeyUsageType};
use strongroom::testing::CommitTrouble;
use strongroom::{Caller, Kms};
use strongroom_aws::InProcess;

use super::room::Room;
use super::way::Way;

type Setting = fn(Builder) -> Builder;

async fn region_of_a_key(client: &Client) -> String {
    let arn = client.create_key().send().await.unwrap().key_metadata.unwrap().arn.unwrap();
    arn.split(':').nth(3).unwrap().to_owned()
}

#[tokio::test]
async fn the_region_is_the_sdks_on_every_way() {
    let kms = Kms::in_memory().unwrap();
    for way in Way::ALL {
        for region in ["eu-central-1", "ap-southeast-7", "us-gov-west-1", "cn-north-1"] {
            let client = way.configured(&kms, |config| config.region(Region::new(region))).await;
            assert_eq!(region_of_a_key(&client).await, region, "{way:?}");
        }
    }
}

#[tokio::test]
async fn an_unsigned_call_is_to_the_region_of_its_endpoint_or_the_strongrooms_own() {
    let kms = Kms::in_memory().unwrap();
    let cases: [(&str, Setting); 4] = [
        ("eu-west-3", |config| config.region(Region::new("eu-west-3")).use_dual_stack(true)),
        ("us-gov-east-1", |config| config.region(Region::new("us-gov-east-1")).use_fips(true)),
        ("eu-west-1", |config| config.endpoint_url("https://kms.eu-west-1.amazonaws.com")),
        ("us-east-1", |config| config.region(Region::new("eu-west-3")).endpoint_url("http://localhost:4566")),
    ];
    for (region, with) in cases {
        let client = Way::Bound.configured(&kms, with).await;
        assert_eq!(region_of_a_key(&client).await, region);
    }
}

#[tokio::test]
async fn a_signature_that_nobody_needs_still_names_the_region() {
    let kms = Kms::in_memory().unwrap();
    let nobody = aws_sdk_kms::config::Credentials::new("nobody", "wrong", None, None, "tests");
    let with = |config: Builder| {
        config.credentials_provider(nobody).region(Region::new("eu-west-3")).endpoint_url("http://localhost:4566")
    };
    let client = Way::Bound.configured(&kms, with).await;
    assert_eq!(region_of_a_key(&client).await, "eu-west-3");
}

#[tokio::test]
async fn a_fault_is_tried_again_and_each_attempt_is_a_call() {
    for way in Way::ALL {
        let room = Room::new();
        let client = room.root(way).await;
        room.0.script.commit(0, CommitTrouble::Full);
        let made = client.create_key().send().await.unwrap();
        assert_eq!(made.request_id(), room.last()["requestID"].as_str());
        let before = room.size();
        room.0.script.every_commit(CommitTrouble::Full);
        let error = client.create_key().send().await.unwrap_err();
        assert_eq!(error.raw_response().unwrap().status().as_u16(), 500, "{way:?}");
        assert!(error.into_service_error().is_dependency_timeout_exception(), "{way:?}");
        assert_eq!(room.size() - before, 3, "{way:?}");
        let once = room.configured(way, |config| config.retry_config(RetryConfig::disabled())).await;
        assert_eq!(once.create_key().send().await.unwrap_err().code(), Some("DependencyTimeoutException"));
        assert_eq!(room.size() - before, 4, "{way:?}");
    }
}

#[tokio::test]
async fn a_call_of_the_sdk_is_recorded_as_from_inside_the_process_with_its_user_agent() {
    for way in [Way::Bound, Way::Verified] {
        let room = Room::new();
        let client = room.root(way).await;
        client.list_keys().send().await.unwrap();
        let event = room.last();
        let agent = event["userAgent"].as_str().unwrap();
        assert!(agent.starts_with("aws-sdk-rust/") && agent.contains(" md/http#strongroom-aws-"), "{agent}");
        assert_eq!(event["sourceIPAddress"], "127.0.0.1", "{way:?}");
    }
}

#[tokio::test]
async fn slow_work_does_not_hold_up_a_runtime_of_one_thread() {
    let kms = Kms::in_memory().unwrap();
    for way in Way::ALL {
        let client = way.root(&kms).await;
        let id = client.create_key().send().await.unwrap().key_metadata.unwrap().key_id;
        let slow = client.create_key().key_spec(KeySpec::Rsa4096).key_usage(KeyUsageType::SignVerify).send();
        let slow = tokio::spawn(slow);
        tokio::task::yield_now().await;
        client.generate_data_key().key_id(&id).number_of_bytes(16).send().await.unwrap();
        assert!(!slow.is_finished(), "{way:?}");
        slow.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_call_beyond_the_read_timeout_fails_for_the_sdk_and_is_done_all_the_same() {
    for way in [Way::Bound, Way::Verified] {
        let kms = Kms::in_memory().unwrap();
        let limit = TimeoutConfig::builder().read_timeout(Duration::from_millis(1)).build();
        let hasty =
            way.configured(&kms, |config| config.retry_config(RetryConfig::disabled()).timeout_config(limit)).await;
        let slow = hasty.create_key().key_spec(KeySpec::Rsa4096).key_usage(KeyUsageType::SignVerify);
        let error = slow.send().await.unwrap_err();
        let SdkError::DispatchFailure(failure) = &error else { panic!("{error:?}") };
        assert!(failure.is_timeout(), "{error:?}");
        let client = way.root(&kms).await;
        while client.list_keys().send().await.unwrap().keys().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

#[test]
fn it_works_without_a_runtime_of_its_own_for_many_callers_at_once() {
    let kms = Kms::in_memory().unwrap();
    let config = aws_sdk_kms::Config::builder().behavior_version_latest().region(Region::new("us-east-1"));
    let http = InProcess::caller(kms.bind(Caller::root()).unwrap());
    let client = Client::from_conf(config.http_client(http).allow_no_auth().build());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_time().build().unwrap();
    runtime.block_on(async {
        let id = client.create_key().send().await.unwrap().key_metadata.unwrap().key_id;
        let calls: Vec<_> = (0..64)
            .map(|n| {
                let call = client.generate_data_key().key_id(&id).number_of_bytes(1 + n);
                tokio::spawn(async move { call.send().await.unwrap().plaintext.unwrap().as_ref().len() })
            })
            .collect();
        for (n, call) in calls.into_iter().enumerate() {
            assert_eq!(call.await.unwrap(), n + 1);
        }
    });
}
