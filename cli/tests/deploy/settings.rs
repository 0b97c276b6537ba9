//! Every setting that `deploy` knows: made, found right, changed, turned off, and refused.

use crate::stand_in::{MINIMAL, Outcome, StandIn};
use serde_json::{Value, json};
use std::path::Path;

const DEAD_LETTER: &str = "arn:aws:sqs:eu-central-1:123456789012:failed";
const OTHER_DEAD_LETTER: &str = "arn:aws:sqs:eu-central-1:123456789012:failed-twice";

/// A layer in the stand-in, and its ARN.
fn layer(aws: &StandIn) -> String {
    let zip = format!("fileb://{}", MINIMAL.display());
    let made = aws.aws(&["lambda", "publish-layer-version", "--layer-name", "tools", "--zip-file", &zip]).unwrap();
    made["LayerVersionArn"].as_str().unwrap().to_owned()
}

fn configuration(aws: &StandIn, name: &str) -> Value {
    aws.function(name).unwrap()["Configuration"].clone()
}

/// The changes that were printed: lines of two blanks, a setting, and its values.
fn changes(outcome: &Outcome) -> Vec<String> {
    assert_eq!(outcome.code, 0, "{}", outcome.err);
    let lines = outcome.err.lines().filter_map(|line| line.strip_prefix("  "));
    lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

fn retention(aws: &StandIn) -> Value {
    aws.aws(&["logs", "describe-log-groups", "--log-group-name-prefix", "/aws/lambda/minimal"]).unwrap()["logGroups"][0]["retentionInDays"]
        .clone()
}

fn url(aws: &StandIn) -> Option<Value> {
    aws.aws(&["lambda", "get-function-url-config", "--function-name", "minimal"])
}

#[test]
fn settings_are_created_kept_changed_and_removed() {
    let aws = StandIn::start();
    let (layer, folder) = (layer(&aws), tempfile::tempdir().unwrap());
    let file = folder.path().join("production.env");
    std::fs::write(&file, "STAGE=production\nGREETING=\"hello, world\"\n").unwrap();
    let file = file.display().to_string();
    let all = [
        ["--env", "TABLE=orders"],
        ["--env-file", &file],
        ["--url", "public"],
        ["--cors-origin", "https://example.com"],
        ["--tracing", "active"],
        ["--log-format", "json"],
        ["--log-level", "debug"],
        ["--system-log-level", "warn"],
        ["--log-retention", "14"],
        ["--layer", &layer],
        ["--vpc-subnet", "subnet-1"],
        ["--security-group", "sg-1"],
        ["--ephemeral-storage", "1024"],
        ["--tag", "team=shop"],
        ["--dead-letter", DEAD_LETTER],
        ["--description", "Orders of the shop"],
        ["--timeout", "30"],
    ];
    let all = [&["--create-role"], all.as_flattened()].concat();
    let made = aws.deploy("minimal", &MINIMAL, &all);
    assert!(made.err.starts_with("minimal: it does not exist yet, and gets these settings:\n"), "{}", made.err);
    assert!(!made.err.contains("hello, world") && !made.err.contains("orders"), "values of variables may be secrets: {}", made.err);
    made.well();
    let found = aws.function("minimal").unwrap();
    let configuration_of = |field: &str| found["Configuration"][field].clone();
    assert_eq!(configuration_of("Environment")["Variables"], json!({"TABLE": "orders", "STAGE": "production", "GREETING": "hello, world"}));
    assert_eq!(configuration_of("TracingConfig")["Mode"], "Active");
    assert_eq!(configuration_of("LoggingConfig"), json!({"LogFormat": "JSON", "ApplicationLogLevel": "DEBUG", "SystemLogLevel": "WARN"}));
    assert_eq!(configuration_of("Layers")[0]["Arn"], layer.as_str());
    assert_eq!(configuration_of("VpcConfig")["SubnetIds"], json!(["subnet-1"]));
    assert_eq!((configuration_of("EphemeralStorage")["Size"].as_u64(), configuration_of("Timeout").as_u64()), (Some(1024), Some(30)));
    assert_eq!((&configuration_of("DeadLetterConfig")["TargetArn"], &found["Tags"]["team"]), (&json!(DEAD_LETTER), &json!("shop")));
    assert_eq!((configuration_of("Description"), retention(&aws)), (json!("Orders of the shop"), json!(14)));
    let found = url(&aws).unwrap();
    assert_eq!((&found["AuthType"], &found["Cors"]), (&json!("NONE"), &json!({"AllowOrigins": ["https://example.com"]})));
    assert_eq!(aws.call_url("minimal"), 200);

    // The second time nothing changes, with the flags and without them.
    for again in [&all[..], &[]] {
        assert!(aws.deploy("minimal", &MINIMAL, again).err.starts_with("minimal: up to date\n"));
    }
    // The permission that URLs of before October 2025 lack.
    aws.aws(&["lambda", "remove-permission", "--function-name", "minimal", "--statement-id", "ruchy-lambda-url-invoke"]);
    assert_eq!(aws.call_url("minimal"), 403);
    let added = changes(&aws.deploy("minimal", &MINIMAL, &["--url", "public"]));
    assert_eq!(added, ["permission lambda:InvokeFunction for all callers, by the URL"]);
    assert_eq!(aws.call_url("minimal"), 200);

    each_changes(&aws, &layer);
    turned_off(&aws);
    let destroyed = aws.run(&["destroy", "minimal"]).well();
    assert_eq!(destroyed.matches(": deleted\n").count(), 3, "{destroyed}");
    assert!(aws.function("minimal").is_none() && aws.aws(&["iam", "get-role", "--role-name", "ruchy-lambda-minimal"]).is_none());
}

/// Each option by itself: what is printed is what changes.
fn each_changes(aws: &StandIn, layer: &str) {
    let second = format!("{}2", layer.strip_suffix('1').unwrap());
    let zip = format!("fileb://{}", MINIMAL.display());
    aws.aws(&["lambda", "publish-layer-version", "--layer-name", "tools", "--zip-file", &zip]).unwrap();
    let layers = format!("layers {layer} -> {second}");
    let dead_letter = format!("dead letter {DEAD_LETTER} -> {OTHER_DEAD_LETTER}");
    let cases: [(&[&str], &str); 15] = [
        (&["--env", "TABLE=carts", "--env", "NEW=1"], "environment +NEW ~TABLE"),
        (&["--replace-env", "--env", "ONLY=1"], "environment -GREETING -NEW +ONLY -STAGE -TABLE"),
        (&["--tracing", "pass-through"], "tracing Active -> PassThrough"),
        (&["--log-level", "error"], "log JSON, application DEBUG, system WARN -> JSON, application ERROR, system WARN"),
        (&["--system-log-level", "info"], "log JSON, application ERROR, system WARN -> JSON, application ERROR, system INFO"),
        (&["--dead-letter", OTHER_DEAD_LETTER], &dead_letter),
        (&["--timeout", "900"], "timeout 30 s -> 900 s"),
        (&["--log-retention", "30"], "log retention 14 days -> 30 days"),
        (&["--layer", &second], &layers),
        (&["--vpc-subnet", "subnet-2", "--security-group", "sg-1"], "network subnet-1 sg-1 -> subnet-2 sg-1"),
        (&["--ephemeral-storage", "512"], "ephemeral storage 1024 MB -> 512 MB"),
        (&["--tag", "team=payments"], "tag team=payments"),
        (&["--description", "Carts"], "description Orders of the shop -> Carts"),
        (&["--memory", "192"], "memory 128 MB -> 192 MB"),
        (
            &["--url", "public", "--url-stream", "--cors-origin", "*", "--cors-max-age", "60"],
            "url public, CORS AllowOrigins: [\"https://example.com\"] -> public, streamed, CORS AllowOrigins: [\"*\"], MaxAge: 60",
        ),
    ];
    for (options, change) in cases {
        assert_eq!(changes(&aws.deploy("minimal", &MINIMAL, options)), [change], "{options:?}");
    }
    let found = configuration(aws, "minimal");
    assert_eq!(found["Environment"]["Variables"], json!({"ONLY": "1"}));
    assert_eq!((&found["Layers"][0]["Arn"], &found["LoggingConfig"]["ApplicationLogLevel"]), (&json!(second), &json!("ERROR")));
    assert_eq!((&found["Timeout"], &found["DeadLetterConfig"]["TargetArn"]), (&json!(900), &json!(OTHER_DEAD_LETTER)));
    assert_eq!((retention(aws), url(aws).unwrap()["InvokeMode"].clone()), (json!(30), json!("RESPONSE_STREAM")));
    let cors = [["--cors-origin", "https://a.example"], ["--cors-method", "GET"], ["--cors-header", "x-a"], ["--cors-expose", "x-b"]];
    let options = [cors.as_flattened(), &["--url", "public", "--cors-credentials", "--url-stream=false"]].concat();
    aws.deploy("minimal", &MINIMAL, &options).well();
    let expected = json!({
        "AllowOrigins": ["https://a.example"], "AllowMethods": ["GET"], "AllowHeaders": ["x-a"], "ExposeHeaders": ["x-b"], "AllowCredentials": true
    });
    let found = url(aws).unwrap();
    assert_eq!((&found["Cors"], &found["InvokeMode"]), (&expected, &json!("BUFFERED")));
    assert!(aws.deploy("minimal", &MINIMAL, &options).err.starts_with("minimal: up to date\n"));
    aws.deploy("minimal", &MINIMAL, &["--url", "public", "--cors-origin", "none"]).well();
    assert!(url(aws).unwrap()["Cors"].is_null());
}

fn turned_off(aws: &StandIn) {
    let off = [
        "--layer",
        "none",
        "--vpc-subnet",
        "none",
        "--dead-letter",
        "none",
        "--log-retention",
        "never",
        "--url",
        "iam",
        "--log-format",
        "text",
    ];
    let lines = changes(&aws.deploy("minimal", &MINIMAL, &off));
    assert_eq!(lines.iter().filter(|line| line.ends_with(" -> (none)")).count(), 5, "three settings and two permissions: {lines:?}");
    let found = configuration(aws, "minimal");
    assert_eq!((&found["Layers"], &found["LoggingConfig"]), (&json!([]), &json!({"LogFormat": "Text"})));
    assert!(found["DeadLetterConfig"].is_null() && retention(aws).is_null(), "{found}");
    assert_eq!((url(aws).unwrap()["AuthType"].clone(), aws.call_url("minimal")), (json!("AWS_IAM"), 403));
    aws.deploy("minimal", &MINIMAL, &["--url", "none", "--replace-env"]).well();
    assert!(url(aws).is_none() && configuration(aws, "minimal")["Environment"].is_null());
}

/// A project's folder. Its function is not built here.
fn project(folder: &Path, metadata: &str) {
    std::fs::create_dir_all(folder.join("functions")).unwrap();
    std::fs::write(folder.join("functions/minimal.rs"), "pub fn lambda_handler(event: &str) -> String { event.to_owned() }\n").unwrap();
    let manifest = format!("[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n{metadata}");
    std::fs::write(folder.join("Cargo.toml"), manifest).unwrap();
}

#[test]
fn settings_of_cargo_toml_are_deployed_and_flags_win() {
    let aws = StandIn::start();
    let folder = tempfile::tempdir().unwrap();
    project(
        folder.path(),
        r#"
[package.metadata.ruchy-lambda]
timeout = 20
environment = { STAGE = "test" }
tags = { team = "shop" }
log-retention = 7

[package.metadata.ruchy-lambda.functions.minimal]
memory = 256
environment = { TABLE = "orders" }
tracing = "active"
log-format = "json"
alias = "live"
url = { access = "public", cors = { origins = ["*"] } }
"#,
    );
    let outcome = aws.deploy_in(folder.path(), "minimal", &["--create-role", "--memory", "512", "--env", "TABLE=carts"]);
    outcome.well();
    let found = aws.function("minimal").unwrap();
    let configuration = &found["Configuration"];
    assert_eq!((&configuration["MemorySize"], &configuration["Timeout"]), (&json!(512), &json!(20)));
    assert_eq!(configuration["Environment"]["Variables"], json!({"STAGE": "test", "TABLE": "carts"}));
    assert_eq!((&configuration["TracingConfig"]["Mode"], &found["Tags"]["team"]), (&json!("Active"), &json!("shop")));
    assert_eq!(retention(&aws), 7);
    assert_eq!(aws.aws(&["lambda", "get-alias", "--function-name", "minimal", "--name", "live"]).unwrap()["FunctionVersion"], "1");
    assert_eq!((aws.call_url("minimal:live"), aws.call_url("minimal")), (200, 403));
    // Without the flag the value of Cargo.toml holds again.
    let lines = changes(&aws.deploy_in(folder.path(), "minimal", &[]));
    assert_eq!(lines, ["memory 512 MB -> 256 MB", "environment ~TABLE"]);
}

#[test]
fn invalid_settings_are_rejected_before_changes() {
    let aws = StandIn::start();
    let image = ["--image-uri", "123456789012.dkr.ecr.eu-central-1.amazonaws.com/minimal@sha256:0"];
    let cases: [(&[&str], &str); 8] = [
        (&["--log-level", "debug"], "log levels need the log format json. Add --log-format json."),
        (&["--log-level", "debug", "--log-format", "text"], "log-level is for log-format = \"json\""),
        (&["--timeout", "901"], "--timeout 901: expected at most 900 (seconds), since the function has no capacity provider"),
        (&["--snap-start", "--publish"], "SnapStart works with container images of this runtime, and not with archives"),
        (&["--tenant-isolation", "--url", "iam"], "a function with tenant-isolation can have no url"),
        (&["--env", "AWS_REGION=eu-west-1"], "environment variable `AWS_REGION` is reserved"),
        (&["--cors-origin", "*"], "expected --url iam or --url public, too"),
        (&["--vpc-subnet", "subnet-1"], "--vpc-subnet and --security-group: expected both"),
    ];
    for (options, message) in cases {
        let outcome = aws.deploy("minimal", &MINIMAL, &[&["--create-role"], options].concat()).failed();
        assert!(outcome.contains(message), "{options:?}: {outcome}");
    }
    let outcome = aws.run(&[&["deploy", "minimal", "--create-role", "--snap-start"], &image[..]].concat()).failed();
    assert!(outcome.contains("SnapStart works on published versions. Add --publish or --alias NAME."), "{outcome}");
    assert!(aws.function("minimal").is_none() && aws.aws(&["iam", "get-role", "--role-name", "ruchy-lambda-minimal"]).is_none());
    for (options, message) in [
        (["--log-retention", "2"], "expected `never` or one of these days: 1, 3, 5"),
        (["--url", "everyone"], "expected `iam`, `public` or `none`"),
        (["--env", "A"], "expected NAME=value"),
        (["--dead-letter", "failed"], "expected the ARN of a queue or a topic, or `none`"),
    ] {
        let outcome = aws.deploy("minimal", &MINIMAL, &options);
        assert!(outcome.code == 2 && outcome.err.contains(message), "{}", outcome.err);
    }
}

#[test]
fn images_and_tenants_are_deployed_with_their_settings() {
    let aws = StandIn::start();
    let image = |digit: &str| format!("123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop@sha256:{digit}");
    let deploy =
        |digit: &str| aws.run(&["deploy", "shop", "--image-uri", &image(digit), "--create-role", "--snap-start", "--alias", "live"]);
    deploy("0").well();
    let found = aws.function("shop").unwrap();
    assert_eq!((&found["Configuration"]["PackageType"], &found["Code"]["ImageUri"]), (&json!("Image"), &json!(image("0"))));
    assert_eq!(found["Configuration"]["SnapStart"]["ApplyOn"], "PublishedVersions");
    assert!(deploy("0").err.starts_with("shop: up to date\n"));
    assert_eq!(changes(&deploy("1")), [format!("image {} -> {}", image("0"), image("1"))]);
    assert_eq!(aws.aws(&["lambda", "get-alias", "--function-name", "shop", "--name", "live"]).unwrap()["FunctionVersion"], "2");

    aws.deploy("minimal", &MINIMAL, &["--create-role", "--tenant-isolation"]).well();
    assert_eq!(configuration(&aws, "minimal")["TenancyConfig"]["TenantIsolationMode"], "PER_TENANT");
    assert_eq!(aws.deploy("minimal", &MINIMAL, &["--tenant-isolation"]).err, "minimal: up to date\n");
    aws.deploy("minimal", &MINIMAL, &["--name", "other", "--role", "ruchy-lambda-minimal"]).well();
    let outcome = aws.deploy("minimal", &MINIMAL, &["--name", "other", "--tenant-isolation"]).failed();
    assert!(outcome.contains("tenant isolation can be set only when a function is created, and other exists without it"), "{outcome}");
}
