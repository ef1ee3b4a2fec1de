//! The AWS SDK for Rust as a program uses it, with the settings that it has by itself.

use std::hint::black_box;

use aws_sdk_kms::config::{Credentials, HttpClient, Region};
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::DataKeySpec;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;

use crate::Call;
use crate::load::Caller;

/// Whether requests are signed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Signs {
    Nothing,
    Each,
}

/// The key and the ciphertext that calls are about.
#[derive(Debug, Clone)]
pub(crate) struct Input {
    pub(crate) key: String,
    pub(crate) blob: Vec<u8>,
}

pub(crate) fn client(http: impl HttpClient + 'static, signs: Signs) -> aws_sdk_kms::Client {
    let config =
        aws_sdk_kms::Config::builder().behavior_version_latest().region(Region::new("us-east-1")).http_client(http);
    let config = match signs {
        Signs::Nothing => config.allow_no_auth(),
        Signs::Each => config.credentials_provider(Credentials::new("test", "test", None, None, "bench")),
    };
    aws_sdk_kms::Client::from_conf(config.build())
}

/// A client with a runtime of its own.
pub(crate) fn call<'a>(client: &aws_sdk_kms::Client, call: Call, input: &Input) -> Caller<'a> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (client, Input { key, blob }) = (client.clone(), input.clone());
    let context = || [("app", "orders"), ("tenant", "42")].map(|(k, v)| (k.to_owned(), v.to_owned())).into();
    match call {
        Call::Encrypt => Box::new(move || {
            let call = client.encrypt().key_id(&key).plaintext(Blob::new([0x5a; 32]));
            black_box(runtime.block_on(call.set_encryption_context(Some(context())).send()).unwrap());
        }),
        Call::Decrypt => Box::new(move || {
            let call = client.decrypt().ciphertext_blob(Blob::new(blob.clone()));
            black_box(runtime.block_on(call.set_encryption_context(Some(context())).send()).unwrap());
        }),
        Call::GenerateDataKey => Box::new(move || {
            let call = client.generate_data_key().key_id(&key).key_spec(DataKeySpec::Aes256);
            black_box(runtime.block_on(call.set_encryption_context(Some(context())).send()).unwrap());
        }),
        Call::DescribeKey => Box::new(move || {
            black_box(runtime.block_on(client.describe_key().key_id(&key).send()).unwrap());
        }),
        Call::CreateKey => Box::new(move || {
            black_box(runtime.block_on(client.create_key().send()).unwrap());
        }),
    }
}

/// One answer to everything, as [`strongroom_aws::InProcess`] gives it: what the SDK costs by itself.
#[derive(Debug, Clone)]
pub(crate) struct Canned {
    pub(crate) answer: Vec<u8>,
    /// Does each Encrypt, and gives the answer from the can all the same.
    pub(crate) calling: Option<strongroom::Client>,
}

impl HttpClient for Canned {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Canned {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        if let Some(client) = &self.calling {
            black_box(
                client.call_json(strongroom::Operation::Encrypt, request.body().bytes().unwrap()).result.unwrap(),
            );
        }
        black_box(request);
        let body = SdkBody::from_body_1_x(http_body_util::Full::new(bytes::Bytes::from(self.answer.clone())));
        HttpConnectorFuture::ready(Ok(HttpResponse::new(200.try_into().unwrap(), body)))
    }
}
