//! Capacity providers: functions that run on EC2 instances which Lambda manages. Only templates use
//! them. Pure.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances.html>.

use super::value::{architecture, is_arn, matching, number, shown, strings, table, unknown};
use crate::architecture::Architecture;
use std::collections::BTreeMap;
use toml_edit::Item;

/// The place where a function runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// The name of a capacity provider of the project, or the ARN of another one.
    pub provider: String,
    /// The most invocations at once in one execution environment.
    pub concurrency: Option<u32>,
    /// GiB of memory for each processor.
    pub memory_gib_per_cpu: Option<u32>,
}

impl Placement {
    /// Returns true if the provider is an ARN, and so is not one of the project's.
    #[must_use]
    pub fn is_arn(&self) -> bool {
        self.provider.starts_with("arn:")
    }
}

/// A capacity provider of the project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provider {
    pub subnets: Vec<String>,
    pub security_groups: Vec<String>,
    pub architecture: Option<Architecture>,
    pub instance_types: Vec<String>,
    pub cpus_max: Option<u32>,
    /// The ARN of the role by which Lambda manages instances; without one the template makes it.
    pub operator_role: Option<String>,
}

const PLACEMENT_KEYS: [&str; 3] = ["provider", "concurrency", "memory-per-cpu"];
const PROVIDER_KEYS: [&str; 6] = ["subnets", "security-groups", "arch", "instance-types", "cpus-max", "operator-role"];
const EXAMPLE: &str = "batch-machines";

fn is_provider(text: &str) -> bool {
    is_arn(text, "lambda") || is_name(text)
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// Reads `capacity-provider`: a name, an ARN, or a table with one.
pub(super) fn placement(item: &Item, at: &str) -> Result<Placement, String> {
    let Some(table) = item.as_table_like() else {
        let provider = matching(item, at, is_provider, EXAMPLE)?;
        return Ok(Placement { provider, concurrency: None, memory_gib_per_cpu: None });
    };
    let mut placement = Placement { provider: String::new(), concurrency: None, memory_gib_per_cpu: None };
    for (key, item) in table.iter() {
        let at = format!("{at}.{key}");
        match key {
            "provider" => placement.provider = matching(item, &at, is_provider, EXAMPLE)?,
            "concurrency" => placement.concurrency = Some(number(item, &at, 1, 1_600, "invocations at once")?),
            "memory-per-cpu" => placement.memory_gib_per_cpu = Some(number(item, &at, 2, 8, "GiB")?),
            _ => return Err(unknown(&at, key, PLACEMENT_KEYS.into_iter())),
        }
    }
    if placement.provider.is_empty() {
        return Err(format!("{at} = {}: expected provider = \"{EXAMPLE}\"", shown(item)));
    }
    Ok(placement)
}

/// Reads the table `capacity-providers`.
pub(super) fn providers(item: &Item, at: &str) -> Result<BTreeMap<String, Provider>, String> {
    let example = "{ batch-machines = { subnets = [\"subnet-1\"], security-groups = [\"sg-1\"] } }";
    let entries = table(item, at, example)?.iter().map(|(name, item)| {
        let at = format!("{at}.{name}");
        if !is_name(name) {
            return Err(format!("{at}: expected a name of letters, digits, `-` and `_`"));
        }
        Ok((name.to_owned(), provider(item, &at)?))
    });
    entries.collect()
}

fn provider(item: &Item, at: &str) -> Result<Provider, String> {
    let mut provider = Provider::default();
    for (key, item) in table(item, at, "{ subnets = [\"subnet-1\"], security-groups = [\"sg-1\"] }")?.iter() {
        let at = format!("{at}.{key}");
        match key {
            "subnets" => provider.subnets = strings(item, &at, 16, |id| id.starts_with("subnet-"), "ids such as \"subnet-1\"")?,
            "security-groups" => provider.security_groups = strings(item, &at, 5, |id| id.starts_with("sg-"), "ids such as \"sg-1\"")?,
            "arch" => provider.architecture = Some(architecture(item, &at)?),
            "instance-types" => {
                provider.instance_types = strings(item, &at, 400, |name| name.contains('.'), "instance types such as \"c7g.large\"")?;
            }
            "cpus-max" => provider.cpus_max = Some(number(item, &at, 2, 15_000, "processors")?),
            "operator-role" => {
                provider.operator_role = Some(matching(item, &at, |arn| is_arn(arn, "iam"), "arn:aws:iam::123456789012:role/operator")?);
            }
            _ => return Err(unknown(&at, key, PROVIDER_KEYS.into_iter())),
        }
    }
    if provider.subnets.is_empty() || provider.security_groups.is_empty() {
        return Err(format!("{at}: expected subnets and security-groups"));
    }
    Ok(provider)
}
