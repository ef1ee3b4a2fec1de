//! A strongroom in memory, whose caller is the root of the account, and an endpoint in front of it.

use std::hint::black_box;
use std::net::SocketAddr;

use strongroom::types::DataKeySpec;
use strongroom::{Client, EncryptionContext, Kms, Secret};
use strongroom_aws::{Credential, CredentialTable, InProcess, KmsService, server};
use tokio::runtime::Runtime;

use crate::Call;
use crate::load::Caller;
use crate::sdk::{self, Input, Signs};

pub(crate) struct Place {
    pub(crate) kms: Kms,
    pub(crate) service: KmsService,
    root: Client,
    input: Input,
    address: SocketAddr,
    _runtime: Runtime,
}

pub(crate) fn context() -> EncryptionContext {
    EncryptionContext::from_pairs([("app", "orders"), ("tenant", "42")]).unwrap()
}

impl Place {
    pub(crate) fn new() -> Self {
        let kms = Kms::in_memory().unwrap();
        let root = kms.client(strongroom::Caller::root()).unwrap();
        let credential = Credential::new("test", Secret::from("test"), kms.bind(strongroom::Caller::root()).unwrap());
        let service = KmsService::new(kms.clone(), CredentialTable::from_iter([credential]));
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(server::serve(listener, service.clone(), std::future::pending()));
        let key = root.create_key().send().unwrap().key_metadata.key_id;
        let sealed = root.encrypt(&*key, [0x5a; 32].as_slice()).encryption_context_map(context()).send().unwrap();
        Self { kms, service, root, input: Input { key, blob: sealed.ciphertext_blob }, address, _runtime: runtime }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn root(&self) -> &Client {
        &self.root
    }

    pub(crate) fn input(&self) -> Input {
        self.input.clone()
    }

    pub(crate) fn facade(&self, call: Call) -> Caller<'_> {
        let (root, Input { key, blob }) = (self.root.clone(), self.input.clone());
        match call {
            Call::Encrypt => Box::new(move || {
                let call = root.encrypt(&*key, [0x5a; 32].as_slice()).encryption_context_map(context());
                black_box(call.send().unwrap());
            }),
            Call::Decrypt => Box::new(move || {
                black_box(root.decrypt(&*blob).encryption_context_map(context()).send().unwrap());
            }),
            Call::GenerateDataKey => Box::new(move || {
                let call = root.generate_data_key(&*key, DataKeySpec::Aes256).encryption_context_map(context());
                black_box(call.send().unwrap());
            }),
            Call::DescribeKey => Box::new(move || {
                black_box(root.describe_key(&*key).send().unwrap());
            }),
            Call::CreateKey => Box::new(move || {
                black_box(root.create_key().send().unwrap());
            }),
        }
    }

    /// A client of the SDK, with no socket between.
    pub(crate) fn sdk(&self, signs: Signs) -> aws_sdk_kms::Client {
        match signs {
            Signs::Nothing => sdk::client(InProcess::caller(self.kms.bind(strongroom::Caller::root()).unwrap()), signs),
            Signs::Each => sdk::client(InProcess::new(self.service.clone()), signs),
        }
    }
}
