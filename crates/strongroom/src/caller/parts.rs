//! What is known of a caller beside his name: each part whole, because it is made whole.

use std::fmt::Display;
use std::net::IpAddr;

use strongroom_types::structure::List;
use strongroom_types::{AccountId, Region, Timestamp};

/// Something that can't be true of a caller.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` can't be the {what} of a caller: {why}")]
#[non_exhaustive]
pub struct CallerError {
    what: &'static str,
    text: String,
    why: &'static str,
}

impl CallerError {
    pub(super) fn new(what: &'static str, text: impl Display, why: &'static str) -> Self {
        Self { what, text: text.to_string().chars().take(256).collect(), why }
    }

    /// A name that is no service principal's.
    pub(crate) fn no_service(name: &str) -> Self {
        Self::new("service", name, "write `SERVICE.amazonaws.com`")
    }

    /// What it is about, as a noun phrase: `unique id`, `organization path`.
    #[must_use]
    pub fn what(&self) -> &'static str {
        self.what
    }
}

pub(super) fn must(holds: bool, what: &'static str, text: impl Display, why: &'static str) -> Result<(), CallerError> {
    holds.then_some(()).ok_or_else(|| CallerError::new(what, text, why))
}

/// `text` is `prefix` and then between `least` and `most` small letters and digits.
fn is_id(text: &str, prefix: &str, least: usize, most: usize) -> bool {
    text.strip_prefix(prefix).is_some_and(|rest| {
        (least..=most).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    })
}

/// Temporary credentials: when they were issued, and whether with a second factor. CloudTrail shows both or neither
/// (`sessionContext.attributes`), and policies read both or neither (`aws:TokenIssueTime`, `aws:MultiFactorAuthPresent`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    pub(crate) created: Timestamp,
    pub(crate) mfa: Option<Timestamp>,
}

impl Session {
    /// Issued at `created`, without a second factor.
    #[must_use]
    pub fn new(created: Timestamp) -> Self {
        Self { created, mfa: None }
    }

    /// Issued at `created` to who had shown a second factor at `shown`: `aws:MultiFactorAuthAge` is the time since then.
    #[must_use]
    pub fn with_mfa(created: Timestamp, shown: Timestamp) -> Self {
        Self { created, mfa: Some(shown) }
    }
}

/// A place in an organization: its id and the path to the account, which begins with it (`aws:PrincipalOrgID` and
/// `aws:PrincipalOrgPaths`, `aws:SourceOrgID` and `aws:SourceOrgPaths` …).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    pub(crate) id: String,
    pub(crate) paths: List<String>,
}

impl Organization {
    /// The account that hangs at `path`: `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/`, the organization, its root, and the
    /// organizational units down to the account, if any.
    ///
    /// # Errors
    /// What is no such path (AWS Organizations API Reference: Organization, Root, OrganizationalUnit).
    pub fn at(path: &str) -> Result<Self, CallerError> {
        let path = path.strip_suffix('/').unwrap_or(path);
        let mut parts = path.split('/');
        let id = parts.next().filter(|id| is_id(id, "o-", 10, 32));
        let root = parts.next().is_some_and(|root| is_id(root, "r-", 4, 32));
        let units = parts.all(|unit| {
            let of = unit.strip_prefix("ou-").and_then(|unit| unit.split_once('-'));
            of.is_some_and(|(root, unit)| is_id(root, "", 4, 32) && is_id(unit, "", 8, 32))
        });
        match id.filter(|_| root && units) {
            Some(id) => Ok(Self { id: id.to_owned(), paths: List(vec![format!("{path}/")]) }),
            None => Err(CallerError::new("organization path", path, "write `o-…/r-…/ou-…-…/`")),
        }
    }
}

/// Where a request comes from on the network: an address or a VPC endpoint, never both (IAM User Guide, "aws:SourceIp").
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Origin {
    /// From inside the process: no condition key, and `127.0.0.1` in the record.
    #[default]
    Process,
    /// From this address: `aws:SourceIp`.
    Address(IpAddr),
    /// Through a VPC endpoint: `aws:SourceVpce`, `aws:SourceVpc`, `aws:VpcSourceIp`; `aws:SourceIp` is absent.
    VpcEndpoint(Box<VpcEndpoint>),
}

impl From<IpAddr> for Origin {
    fn from(address: IpAddr) -> Self {
        Self::Address(address)
    }
}

impl From<VpcEndpoint> for Origin {
    fn from(endpoint: VpcEndpoint) -> Self {
        Self::VpcEndpoint(Box::new(endpoint))
    }
}

/// A VPC endpoint that a request came through, and the private address that it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VpcEndpoint {
    pub(crate) id: String,
    pub(crate) vpc: String,
    pub(crate) address: IpAddr,
    pub(crate) owner: Option<VpcOwner>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VpcOwner {
    pub(crate) account: AccountId,
    pub(crate) vpc_arn: String,
    pub(crate) organization: Option<Organization>,
}

impl VpcEndpoint {
    /// The endpoint `id` (`vpce-…`) of the VPC `vpc` (`vpc-…`), used from `address`.
    ///
    /// # Errors
    /// Ids of another form.
    pub fn new(id: &str, vpc: &str, address: IpAddr) -> Result<Self, CallerError> {
        must(is_id(id, "vpce-", 8, 17), "VPC endpoint", id, "write `vpce-` and 8 to 17 digits")?;
        must(is_id(vpc, "vpc-", 8, 17), "VPC", vpc, "write `vpc-` and 8 to 17 digits")?;
        Ok(Self { id: id.to_owned(), vpc: vpc.to_owned(), address, owner: None })
    }

    /// Whose VPC it is, in which Region and which organization: `aws:SourceVpcArn`, `aws:VpceAccount`, `aws:VpceOrgID`
    /// and `aws:VpceOrgPaths`.
    #[must_use]
    pub fn owned_by(self, account: AccountId, region: Region, organization: Option<Organization>) -> Self {
        let vpc_arn = format!("arn:{}:ec2:{region}:{account}:vpc/{}", region.partition(), self.vpc);
        Self { owner: Some(VpcOwner { account, vpc_arn, organization }), ..self }
    }
}

/// A service that calls with the caller's credentials: `kms:ViaService`, `aws:ViaAWSService`, `aws:CalledVia` with
/// `First` and `Last`, and `invokedBy` in the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forwarded {
    /// `s3.eu-west-1.amazonaws.com`
    pub(crate) via: String,
    /// `s3.amazonaws.com`
    pub(crate) service: String,
    pub(crate) chain: List<String>,
}

impl Forwarded {
    /// By the service of this name and Region, as `kms:ViaService` has it: `s3.eu-west-1.amazonaws.com`.
    ///
    /// # Errors
    /// A name that is no service's, or has no Region.
    pub fn by(via: &str) -> Result<Self, CallerError> {
        let cut = via.find(".amazonaws.com").unwrap_or(0);
        let (head, suffix) = via.split_at_checked(cut).unwrap_or_default();
        let named = head.rsplit_once('.').filter(|(_, region)| region.parse::<Region>().is_ok());
        match named.map(|(name, _)| format!("{name}{suffix}")).filter(|service| is_service(service)) {
            Some(service) => Ok(Self { via: via.to_owned(), service, chain: List(Vec::new()) }),
            None => Err(CallerError::new("forwarding service", via, "write `SERVICE.REGION.amazonaws.com`")),
        }
    }

    /// With the services of the chain of calls that `aws:CalledVia` lists, the first one first. AWS fills it for Athena,
    /// CloudFormation, DynamoDB and KMS alone; without it the three keys are absent.
    ///
    /// # Errors
    /// A name that is no service principal's; none at all.
    pub fn called_via<'a>(self, services: impl IntoIterator<Item = &'a str>) -> Result<Self, CallerError> {
        let chain: Vec<String> = services.into_iter().map(str::to_owned).collect();
        must(!chain.is_empty(), "chain of services", "", "name the services, or leave it out")?;
        for name in &chain {
            must(is_service(name), "service in the chain", name, "write `SERVICE.amazonaws.com`")?;
        }
        Ok(Self { chain: List(chain), ..self })
    }
}

/// A service principal's name, `s3.amazonaws.com` for one.
pub(crate) fn is_service(text: &str) -> bool {
    let label = |l: &str| !l.is_empty() && l.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    let head = text.strip_suffix(".amazonaws.com").or_else(|| text.strip_suffix(".amazonaws.com.cn"));
    text.len() <= 128 && head.is_some_and(|head| head.split('.').all(label))
}

/// The resource for whose owner a service calls on its own behalf, and the owner: `aws:SourceArn` and
/// `aws:SourceAccount`, which keep it from being a confused deputy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub(crate) arn: String,
    pub(crate) account: AccountId,
    pub(crate) organization: Option<Organization>,
}

impl Source {
    /// The resource `arn` of `account`. Some ARNs name no account (a bucket's), so it is asked for.
    ///
    /// # Errors
    /// What is no ARN, or one of another account.
    pub fn new(arn: &str, account: AccountId) -> Result<Self, CallerError> {
        let mut parts = arn.splitn(6, ':');
        let mut next = || parts.next().unwrap_or_default();
        let (head, partition, service, _region, owner, resource) = (next(), next(), next(), next(), next(), next());
        let form = head == "arn" && partition.starts_with("aws") && !service.is_empty() && !resource.is_empty();
        let plain = arn.len() <= 2_048 && !arn.contains(char::is_whitespace) && !arn.contains(['*', '?']);
        must(form && plain, "source", arn, "write the ARN of one resource")?;
        must(owner.is_empty() || owner == account.as_str(), "source", arn, "the ARN is of another account")?;
        Ok(Self { arn: arn.to_owned(), account, organization: None })
    }

    /// In this organization: `aws:SourceOrgID` and `aws:SourceOrgPaths`.
    #[must_use]
    pub fn in_organization(self, organization: Organization) -> Self {
        Self { organization: Some(organization), ..self }
    }
}

/// The identity provider of a web identity, and what its token said: `aws:FederatedProvider`, `webIdFederationData`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebIdentity {
    pub(crate) provider: String,
    pub(crate) attributes: Vec<(String, String)>,
}

impl WebIdentity {
    /// From this provider: `cognito-identity.amazonaws.com`, or the ARN of an OpenID Connect provider in IAM.
    ///
    /// # Errors
    /// An empty or overlong text.
    pub fn from_provider(provider: &str) -> Result<Self, CallerError> {
        let fits = (1..=2_048).contains(&provider.len()) && provider.bytes().all(|b| b.is_ascii_graphic());
        must(fits, "identity provider", provider, "write its host name or its ARN")?;
        Ok(Self { provider: provider.to_owned(), attributes: Vec::new() })
    }

    /// With one of the token's attributes, for the record alone.
    #[must_use]
    pub fn attribute(mut self, name: &str, value: &str) -> Self {
        self.attributes.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// The instance that role credentials were delivered to: `aws:Ec2InstanceSourceVpc`,
/// `aws:Ec2InstanceSourcePrivateIPv4`, and `ec2RoleDelivery` in the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ec2Instance {
    pub(crate) id: String,
    pub(crate) vpc: String,
    pub(crate) address: std::net::Ipv4Addr,
    pub(crate) delivery: MetadataService,
}

/// The version of the instance metadata service that delivered credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "EC2 has these two")]
pub enum MetadataService {
    /// The first: `1.0`.
    V1,
    /// The second, with sessions: `2.0`.
    V2,
}

impl MetadataService {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "1.0",
            Self::V2 => "2.0",
        }
    }
}

impl Ec2Instance {
    /// The instance `id` (`i-…`), in `vpc` (`vpc-…`) at `address`.
    ///
    /// # Errors
    /// Ids of another form.
    pub fn new(
        id: &str,
        vpc: &str,
        address: std::net::Ipv4Addr,
        delivery: MetadataService,
    ) -> Result<Self, CallerError> {
        must(is_id(id, "i-", 8, 17), "instance", id, "write `i-` and 8 to 17 digits")?;
        must(is_id(vpc, "vpc-", 8, 17), "VPC", vpc, "write `vpc-` and 8 to 17 digits")?;
        Ok(Self { id: id.to_owned(), vpc: vpc.to_owned(), address, delivery })
    }
}
