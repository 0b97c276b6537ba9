//! AWS services: their protocols, names and endpoints. Pure, except for reading the variables that
//! override endpoints.

use crate::error::Error;
use alloc::string::{String, ToString};
use ruchy_std::env;

/// The protocol of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// AWS JSON: the version, and the prefix of the operation in `X-Amz-Target`.
    Json(&'static str, &'static str),
    /// AWS query, with the version of the API. Parameters are sent as a form, and the reply is XML.
    Query(&'static str),
    /// JSON with REST methods and paths.
    RestJson,
    /// XML with REST methods and paths.
    RestXml,
}

/// An AWS service.
///
/// ```
/// use aws::service::{Protocol, Service};
/// use events::Json;
///
/// static ECR_PUBLIC: Service = Service {
///     name: "ecr-public",
///     endpoint: "api.ecr-public",
///     signing: "ecr-public",
///     variable: "ECR_PUBLIC",
///     protocol: Protocol::Json("1.1", "SpencerFrontendService"),
/// };
///
/// pub fn lambda_handler(_event: &str) -> Result<String, aws::Error> {
///     Ok(aws::call_service(&ECR_PUBLIC, "DescribeRegistries", &Json::object())?.to_string())
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Service {
    /// The name in the AWS CLI.
    pub name: &'static str,
    /// The first part of its host name.
    pub endpoint: &'static str,
    /// The name in signatures.
    pub signing: &'static str,
    /// The suffix in `AWS_ENDPOINT_URL_…`.
    pub variable: &'static str,
    /// The protocol.
    pub protocol: Protocol,
}

/// Creates a service whose endpoint and signing name are its name.
const fn row(name: &'static str, variable: &'static str, protocol: Protocol) -> Service {
    Service { name, endpoint: name, signing: name, variable, protocol }
}

const fn json(name: &'static str, variable: &'static str, version: &'static str, target: &'static str) -> Service {
    row(name, variable, Protocol::Json(version, target))
}

/// DynamoDB.
pub static DYNAMODB: Service = json("dynamodb", "DYNAMODB", "1.0", "DynamoDB_20120810");
/// SQS.
pub static SQS: Service = json("sqs", "SQS", "1.0", "AmazonSQS");
/// EventBridge.
pub static EVENTS: Service = json("events", "EVENTBRIDGE", "1.1", "AWSEvents");
/// Step Functions.
pub static STATES: Service = json("states", "SFN", "1.0", "AWSStepFunctions");
/// Secrets Manager.
pub static SECRETS: Service = json("secretsmanager", "SECRETS_MANAGER", "1.1", "secretsmanager");
/// Systems Manager.
pub static SSM: Service = json("ssm", "SSM", "1.1", "AmazonSSM");
/// SNS.
pub static SNS: Service = row("sns", "SNS", Protocol::Query("2010-03-31"));
/// Lambda.
pub static LAMBDA: Service = row("lambda", "LAMBDA", Protocol::RestJson);
/// S3.
pub static S3: Service = row("s3", "S3", Protocol::RestXml);

/// Further services for [`crate::call`].
static OTHERS: [Service; 31] = [
    json("kms", "KMS", "1.1", "TrentService"),
    json("kinesis", "KINESIS", "1.1", "Kinesis_20131202"),
    json("firehose", "FIREHOSE", "1.1", "Firehose_20150804"),
    json("logs", "CLOUDWATCH_LOGS", "1.1", "Logs_20140328"),
    json("cognito-idp", "COGNITO_IDENTITY_PROVIDER", "1.1", "AWSCognitoIdentityProviderService"),
    json("cognito-identity", "COGNITO_IDENTITY", "1.1", "AWSCognitoIdentityService"),
    json("comprehend", "COMPREHEND", "1.1", "Comprehend_20171127"),
    json("rekognition", "REKOGNITION", "1.1", "RekognitionService"),
    json("translate", "TRANSLATE", "1.1", "AWSShineFrontendService_20170701"),
    json("textract", "TEXTRACT", "1.1", "Textract"),
    json("transcribe", "TRANSCRIBE", "1.1", "Transcribe"),
    json("ecs", "ECS", "1.1", "AmazonEC2ContainerServiceV20141113"),
    json("athena", "ATHENA", "1.1", "AmazonAthena"),
    json("glue", "GLUE", "1.1", "AWSGlue"),
    json("acm", "ACM", "1.1", "CertificateManager"),
    json("codebuild", "CODEBUILD", "1.1", "CodeBuild_20161006"),
    json("codepipeline", "CODEPIPELINE", "1.1", "CodePipeline_20150709"),
    json("cloudtrail", "CLOUDTRAIL", "1.1", "CloudTrail_20131101"),
    json("application-autoscaling", "APPLICATION_AUTO_SCALING", "1.1", "AnyScaleFrontendService"),
    Service {
        endpoint: "streams.dynamodb",
        signing: "dynamodb",
        ..json("dynamodbstreams", "DYNAMODB_STREAMS", "1.0", "DynamoDBStreams_20120810")
    },
    Service { endpoint: "api.ecr", ..json("ecr", "ECR", "1.1", "AmazonEC2ContainerRegistry_V20150921") },
    row("sts", "STS", Protocol::Query("2011-06-15")),
    row("cloudformation", "CLOUDFORMATION", Protocol::Query("2010-05-15")),
    Service { endpoint: "monitoring", signing: "monitoring", ..row("cloudwatch", "CLOUDWATCH", Protocol::Query("2010-08-01")) },
    row("autoscaling", "AUTO_SCALING", Protocol::Query("2011-01-01")),
    row("rds", "RDS", Protocol::Query("2014-10-31")),
    row("iam", "IAM", Protocol::Query("2010-05-08")),
    Service { endpoint: "email", signing: "ses", ..row("ses", "SES", Protocol::Query("2010-12-01")) },
    row("scheduler", "SCHEDULER", Protocol::RestJson),
    Service { endpoint: "bedrock-runtime", signing: "bedrock", ..row("bedrock-runtime", "BEDROCK_RUNTIME", Protocol::RestJson) },
    Service { endpoint: "email", signing: "ses", ..row("sesv2", "SESV2", Protocol::RestJson) },
];

/// Returns the service `name`, by its name in the AWS CLI.
///
/// # Errors
/// `Function.UnknownService` if it is not in the table.
pub fn named(name: &str) -> Result<&'static Service, Error> {
    let known = [&DYNAMODB, &SQS, &EVENTS, &STATES, &SECRETS, &SSM, &SNS, &LAMBDA, &S3];
    let found = known.into_iter().chain(&OTHERS).find(|service| service.name == name);
    found.ok_or_else(|| {
        let message =
            ["service ", name, ": expected a name of the AWS CLI such as dynamodb, kms or sts; for other services use aws::call_service"];
        Error::new("Function.UnknownService", message.concat())
    })
}

/// Returns the function's region: `AWS_REGION`, or `AWS_DEFAULT_REGION`.
///
/// # Errors
/// `Function.NoRegion` if neither is set, or if the value is not a region.
pub fn region() -> Result<&'static str, Error> {
    let region = env::variable("AWS_REGION").or(env::variable("AWS_DEFAULT_REGION")).filter(|region| !region.is_empty());
    let Some(region) = region else {
        return Err(Error::new("Function.NoRegion", "no AWS region; set AWS_REGION, which Lambda sets itself"));
    };
    let is_valid = region.len() <= 32 && region.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if is_valid {
        Ok(region)
    } else {
        Err(Error::new("Function.NoRegion", ["AWS_REGION=", region, ": expected a region such as eu-west-1"].concat()))
    }
}

/// Returns the domain of the partition that contains `region`.
#[must_use]
pub fn domain(region: &str) -> &'static str {
    // The prefixes of regions in AWS's partitions.json. All other regions are in the partition
    // `aws`.
    for (prefix, domain) in [
        ("cn-", "amazonaws.com.cn"),
        ("us-isof-", "csp.hci.ic.gov"),
        ("us-isob-", "sc2s.sgov.gov"),
        ("us-iso-", "c2s.ic.gov"),
        ("eu-isoe-", "cloud.adc-e.uk"),
        ("eusc-", "amazonaws.eu"),
    ] {
        if region.starts_with(prefix) {
            return domain;
        }
    }
    "amazonaws.com"
}

fn is_on(name: &str) -> bool {
    env::variable(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

/// The endpoint of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The URL, without a trailing slash.
    pub url: String,
    /// The region that requests are signed for.
    pub region: String,
    /// `true` if a variable sets the endpoint. S3's buckets are then part of the path.
    pub is_custom: bool,
}

/// Returns the endpoint of `service`: `AWS_ENDPOINT_URL_SERVICE`, `AWS_ENDPOINT_URL`, or that of
/// AWS. Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>.
///
/// # Errors
/// As [`region`].
#[inline(never)]
pub fn endpoint(service: &Service) -> Result<Endpoint, Error> {
    let region = region()?;
    if !is_on("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") {
        let own = env::variable(&["AWS_ENDPOINT_URL_", service.variable].concat());
        if let Some(url) = own.or(env::variable("AWS_ENDPOINT_URL")).filter(|url| !url.is_empty()) {
            let url = url.strip_suffix('/').unwrap_or(url).to_string();
            return Ok(Endpoint { url, region: region.to_string(), is_custom: true });
        }
    }
    Ok(of_region(service, region, is_on("AWS_USE_FIPS_ENDPOINT"), is_on("AWS_USE_DUALSTACK_ENDPOINT")))
}

/// Returns AWS's endpoint of `service` in `region`.
fn of_region(service: &Service, region: &str, fips: bool, dual_stack: bool) -> Endpoint {
    let domain = domain(region);
    // Global services have one endpoint and one region per partition.
    if service.name == "iam" && domain == "amazonaws.com" && !region.starts_with("us-gov-") {
        return Endpoint { url: "https://iam.amazonaws.com".to_string(), region: "us-east-1".to_string(), is_custom: false };
    }
    let domain = match (dual_stack, domain) {
        (true, "amazonaws.com") => "api.aws",
        (true, "amazonaws.com.cn") => "api.amazonwebservices.com.cn",
        _ => domain,
    };
    let (fips, s3) = (if fips { "-fips" } else { "" }, service.name == "s3" && dual_stack);
    let url = if s3 {
        ["https://s3", fips, ".dualstack.", region, ".", self::domain(region)].concat()
    } else {
        ["https://", service.endpoint, fips, ".", region, ".", domain].concat()
    };
    Endpoint { url, region: region.to_string(), is_custom: false }
}

#[cfg(test)]
mod tests {
    use super::{DYNAMODB, S3, named, of_region};

    #[test]
    fn endpoint_matches_the_partition() {
        let url = |name: &str, region: &str| of_region(named(name).unwrap(), region, false, false).url;
        assert_eq!(url("dynamodb", "eu-west-1"), "https://dynamodb.eu-west-1.amazonaws.com");
        assert_eq!(url("sqs", "cn-north-1"), "https://sqs.cn-north-1.amazonaws.com.cn");
        assert_eq!(url("ssm", "us-gov-west-1"), "https://ssm.us-gov-west-1.amazonaws.com");
        assert_eq!(url("kms", "us-iso-east-1"), "https://kms.us-iso-east-1.c2s.ic.gov");
        assert_eq!(url("kms", "us-isob-east-1"), "https://kms.us-isob-east-1.sc2s.sgov.gov");
        assert_eq!(url("s3", "eusc-de-east-1"), "https://s3.eusc-de-east-1.amazonaws.eu");
        assert_eq!(url("ecr", "us-east-1"), "https://api.ecr.us-east-1.amazonaws.com");
        assert_eq!(url("cloudwatch", "us-east-1"), "https://monitoring.us-east-1.amazonaws.com");
        assert_eq!(url("iam", "eu-west-1"), "https://iam.amazonaws.com");
    }

    #[test]
    fn endpoint_has_fips_and_dual_stack_variants() {
        assert_eq!(of_region(&DYNAMODB, "us-east-1", true, false).url, "https://dynamodb-fips.us-east-1.amazonaws.com");
        assert_eq!(of_region(&DYNAMODB, "us-east-1", false, true).url, "https://dynamodb.us-east-1.api.aws");
        assert_eq!(of_region(&S3, "us-east-1", false, true).url, "https://s3.dualstack.us-east-1.amazonaws.com");
        assert_eq!(of_region(&S3, "us-east-1", true, true).url, "https://s3-fips.dualstack.us-east-1.amazonaws.com");
    }

    #[test]
    fn named_finds_services() {
        assert_eq!(named("ses").unwrap().signing, "ses");
        let error = named("nothing").unwrap_err();
        assert_eq!(error.error_type(), "Function.UnknownService");
    }
}
