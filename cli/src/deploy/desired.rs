//! The desired state of a function on AWS: flags first, then Cargo.toml. Pure, except that it reads
//! the files that flags name.

use super::options::Options;
use crate::Error;
use crate::architecture::Architecture;
use crate::environment::check_not_reserved;
use crate::project::settings::Settings;
use crate::project::settings::cloud::{Cloud, Vpc};
use crate::project::settings::url::{Cors, Url};
use crate::project::settings::value::Setting;
use std::collections::BTreeMap;

/// The code of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Code {
    /// An archive, by its checksum as Lambda has it.
    Archive { sha256: String },
    /// A container image, by its address in a registry.
    Image { uri: String },
}

/// Environment variables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    pub variables: BTreeMap<String, String>,
    /// Variables that are not named are removed.
    pub replaces: bool,
}

/// The desired state. Settings that are absent stay unchanged on AWS.
#[derive(Clone, Debug)]
pub struct Desired {
    pub name: String,
    pub handler: String,
    pub architecture: Architecture,
    pub code: Code,
    pub memory_mb: Option<u32>,
    pub timeout_seconds: Option<u32>,
    pub environment: Environment,
    pub cloud: Cloud,
}

impl Desired {
    /// Merges `options` into `settings`.
    ///
    /// # Errors
    /// [`Error::Refused`] where both together are what Lambda would refuse; those of reading
    /// environment files.
    pub fn new(
        name: String,
        handler: &str,
        architecture: Architecture,
        code: Code,
        options: &Options,
        settings: &Settings,
    ) -> Result<Self, Error> {
        let environment = environment(options, settings)?;
        let cloud = cloud(options, &settings.cloud).map_err(Error::Refused)?;
        cloud.check().map_err(|message| Error::Refused(format!("{name}: {message}")))?;
        if cloud.snap_start == Some(true) {
            if matches!(code, Code::Archive { .. }) {
                return Err(Error::Refused(format!(
                    "{name}: SnapStart works with container images of this runtime, and not with archives. Deploy an image with --image-uri, or set snap-start to false."
                )));
            }
            if !cloud.publish && cloud.alias.is_none() {
                return Err(Error::Refused(format!("{name}: SnapStart works on published versions. Add --publish or --alias NAME.")));
            }
        }
        let (memory_mb, timeout_seconds) = (options.memory.or(settings.memory_mb), options.timeout.or(settings.timeout_seconds));
        Ok(Self { name, handler: handler.to_owned(), architecture, code, memory_mb, timeout_seconds, environment, cloud })
    }

    /// Returns true if deploying publishes a version.
    #[must_use]
    pub fn publishes(&self) -> bool {
        self.cloud.publish || self.cloud.alias.is_some()
    }
}

/// Variables of Cargo.toml, then of files, then of single flags.
fn environment(options: &Options, settings: &Settings) -> Result<Environment, Error> {
    let mut variables = settings.environment.clone();
    for path in &options.configuration.env_file {
        variables.extend(crate::env_file::read(path)?);
    }
    variables.extend(options.configuration.env.iter().cloned());
    for name in variables.keys() {
        check_not_reserved(name).map_err(|message| Error::Refused(format!("environment variable {message}")))?;
    }
    Ok(Environment { variables, replaces: options.configuration.replace_env })
}

fn cloud(options: &Options, settings: &Cloud) -> Result<Cloud, String> {
    let flags = &options.configuration;
    let mut cloud = settings.clone();
    cloud.description = flags.description.clone().or(cloud.description);
    cloud.role = options.role.clone().or(cloud.role);
    cloud.ephemeral_storage_mb = flags.ephemeral_storage.or(cloud.ephemeral_storage_mb);
    cloud.tracing = flags.tracing.or(cloud.tracing);
    cloud.log_format = flags.log_format.or(cloud.log_format);
    cloud.log_level = flags.log_level.or(cloud.log_level);
    cloud.system_log_level = flags.system_log_level.or(cloud.system_log_level);
    cloud.log_retention_days = flags.log_retention.clone().or(&cloud.log_retention_days);
    cloud.dead_letter = flags.dead_letter.clone().or(&cloud.dead_letter);
    cloud.tags.extend(flags.tag.iter().cloned());
    if !flags.layer.is_empty() {
        cloud.layers = Some(flags.layer.iter().filter(|arn| *arn != super::options::NONE).cloned().collect());
    }
    cloud.vpc = vpc(&flags.vpc_subnet, &flags.security_group)?.or(&cloud.vpc);
    cloud.alias = options.release.alias.clone().or(cloud.alias);
    cloud.publish |= options.release.publish;
    cloud.tenant_isolation |= options.release.tenant_isolation;
    cloud.snap_start = options.release.snap_start.or(cloud.snap_start);
    cloud.url = url(options, &cloud.url)?;
    Ok(cloud)
}

fn vpc(subnets: &[String], groups: &[String]) -> Result<Setting<Vpc>, String> {
    match (subnets, groups) {
        ([], []) => Ok(Setting::Keep),
        ([none], []) if none == super::options::NONE => Ok(Setting::Off),
        ([_, ..], [_, ..]) => Ok(Setting::Set(Vpc { subnets: subnets.to_vec(), security_groups: groups.to_vec() })),
        _ => Err("--vpc-subnet and --security-group: expected both, each at least once, or `--vpc-subnet none`".to_owned()),
    }
}

fn url(options: &Options, settings: &Setting<Url>) -> Result<Setting<Url>, String> {
    let flags = &options.url;
    let mut setting = match flags.url.clone() {
        Setting::Keep => settings.clone(),
        // CORS and streaming of Cargo.toml hold for another access, too.
        Setting::Set(access) => Setting::Set(settings.value().map_or_else(|| Url::new(access), |url| Url { access, ..url.clone() })),
        Setting::Off => Setting::Off,
    };
    let asks = flags.url_stream.is_some() || flags.has_cors();
    match &mut setting {
        Setting::Set(url) => {
            url.stream = flags.url_stream.or(url.stream);
            if flags.cors_origin == [super::options::NONE] {
                url.cors = Setting::Off;
            } else if flags.has_cors() {
                url.cors = Setting::Set(Cors {
                    origins: flags.cors_origin.clone(),
                    methods: flags.cors_method.clone(),
                    headers: flags.cors_header.clone(),
                    exposed_headers: flags.cors_expose.clone(),
                    max_age_seconds: flags.cors_max_age,
                    credentials: flags.cors_credentials,
                });
            }
        }
        _ if asks => return Err("--cors-… and --url-stream: expected --url iam or --url public, too".to_owned()),
        _ => {}
    }
    Ok(setting)
}
