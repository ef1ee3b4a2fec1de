//! An endpoint for AWS's tools: `cargo run --release --example aws_endpoint -- --listen 127.0.0.1:8080`.

use strongroom::{Caller, Kms, Secret};
use strongroom_aws::{Credential, CredentialTable, KmsService, server};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listen = std::env::args().nth(2).unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let kms = Kms::in_memory()?;
    let root = Credential::new("test", Secret::from("test"), kms.bind(Caller::root())?);
    let service = KmsService::new(kms, CredentialTable::from_iter([root]));
    let listener = TcpListener::bind(listen).await?;
    println!("listening on http://{}", listener.local_addr()?);
    let stop = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    server::serve(listener, service, stop).await?;
    Ok(())
}
