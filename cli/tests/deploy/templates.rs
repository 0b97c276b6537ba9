//! Templates for other tools: those of deploy/templates are the generated ones, and a project with
//! every setting is described.
//!
//! `just templates-check` has the tools themselves look at both.

use crate::stand_in::{PROGRAM, root};
use std::fs;
use std::path::Path;
use std::process::Command;

fn template(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(PROGRAM);
    let output = command.arg("template").args(arguments).current_dir(folder).env_remove("RUCHY_LAMBDA_FUNCTIONS").output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// `text` with single blanks: columns are aligned by the longest name.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn committed_templates_are_up_to_date() {
    for (tool, file) in [("sam", "template.yaml"), ("terraform", "main.tf"), ("cdk", "app.py")] {
        let (code, generated, err) = template(root(), &[tool, "minimal", "--archives", "../../dist"]);
        let path = root().join("deploy/templates").join(file);
        assert_eq!(code, 0, "{err}");
        assert!(
            fs::read_to_string(&path).unwrap() == generated,
            "{file}: regenerate it: ruchy-lambda template {tool} minimal --archives ../../dist --out deploy/templates/{file}"
        );
    }
}

#[test]
fn templates_describe_every_setting() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("functions")).unwrap();
    for name in ["orders", "clean"] {
        let path = folder.path().join(format!("functions/{name}.rs"));
        fs::write(path, "pub fn lambda_handler(event: &str) -> String { event.to_owned() }\n").unwrap();
    }
    let manifest = fs::read_to_string(root().join("deploy/templates/every-setting.toml")).unwrap();
    fs::write(folder.path().join("Cargo.toml"), &manifest).unwrap();
    // The text of each setting in SAM and in Terraform.
    let settings = [
        ("MemorySize: 4096", "memory_size      = 4096"),
        ("Timeout: 5400", "timeout          = 5400"),
        ("ApplicationLogLevel: DEBUG", "application_log_level = \"DEBUG\""),
        ("RetentionInDays: 30", "retention_in_days = 30"),
        ("Tracing: Active", "mode = \"Active\""),
        ("SubnetIds:", "subnet_ids         = [\"subnet-0123456789abcdef0\"]"),
        ("Size: 1024", "size = 1024"),
        ("TargetArn: arn:aws:sqs:eu-central-1:123456789012:failed", "target_arn = \"arn:aws:sqs:eu-central-1:123456789012:failed\""),
        ("AutoPublishAlias: live", "resource \"aws_lambda_alias\" \"orders\""),
        ("ReservedConcurrentExecutions: 10", "reserved_concurrent_executions = 10"),
        ("ProvisionedConcurrentExecutions: 2", "provisioned_concurrent_executions = 2"),
        ("InvokeMode: RESPONSE_STREAM", "invoke_mode        = \"RESPONSE_STREAM\""),
        ("AuthType: NONE", "invoked_via_function_url = true"),
        ("AllowCredentials: true", "allow_credentials = true"),
        ("- dynamodb:GetItem", "actions   = [\"dynamodb:GetItem\"]"),
        ("- arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess", "policy_arn = \"arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess\""),
        ("MaximumConcurrency: 5", "maximum_concurrency = 5"),
        ("- ReportBatchItemFailures", "function_response_types            = [\"ReportBatchItemFailures\"]"),
        ("VisibilityTimeout: 120", "visibility_timeout_seconds = 120"),
        ("Type: S3", "filter_prefix       = \"in/\""),
        ("Type: SNS", "resource \"aws_sns_topic_subscription\" \"orders_3\""),
        ("StartingPosition: TRIM_HORIZON", "starting_position             = \"TRIM_HORIZON\""),
        ("Type: Kinesis", "\"kinesis:GetRecords\""),
        ("Type: EventBridgeRule", "resource \"aws_cloudwatch_event_rule\" \"orders_6\""),
        ("ScheduleExpressionTimezone: Europe/Berlin", "schedule_expression_timezone = \"Europe/Berlin\""),
        ("Type: AWS::Serverless::CapacityProvider", "resource \"aws_lambda_capacity_provider\" \"batch_machines\""),
        ("PerExecutionEnvironmentMaxConcurrency: 8", "per_execution_environment_max_concurrency = 8"),
        ("TEMPLATE: \"${not} %{a} template\"", "TEMPLATE = \"$${not} %%{a} template\""),
        ("cost-center: \"7\"", "\"cost-center\" = \"7\""),
        ("Path: \"/orders/{id}\"", "route_key = \"GET /orders/{id}\""),
        ("Method: ANY", "route_key = \"ANY /files/{path+}\""),
        ("HttpApiUrl:", "aws_apigatewayv2_stage._http_api.invoke_url"),
        // Earlier versions know no capacity providers.
        ("Type: AWS::Serverless::CapacityProvider", "version = \">= 6.28\""),
    ];
    for (tool, index) in [("sam", 0), ("terraform", 1)] {
        let (code, text, err) = template(folder.path(), &[tool]);
        assert_eq!(code, 0, "{err}");
        for setting in settings {
            let line = [setting.0, setting.1][index];
            assert!(words(&text).contains(&words(line)), "{tool}: {line}:\n{text}");
        }
    }
    let (_, cdk, _) = template(folder.path(), &["cdk"]);
    assert!(cdk.contains("\"CodeUri\": archive(\"Orders\", \"dist/orders.zip\")") && cdk.contains("\"AllowCredentials\": True"), "{cdk}");
    let (_, one, _) = template(folder.path(), &["sam", "clean"]);
    assert!(one.contains("FunctionName: clean") && !one.contains("orders"), "{one}");
    // Settings that cannot be described are refused.
    let image = manifest
        .replace("alias = \"live\"", "alias = \"live\"\nsnap-start = true")
        .replace("ephemeral-storage = 1024\n", "")
        .replace("provisioned-concurrency = 2\n", "");
    fs::write(folder.path().join("Cargo.toml"), image).unwrap();
    let (code, _, err) = template(folder.path(), &["sam"]);
    assert!(code == 1 && err.contains("orders: templates describe archives, and SnapStart works with container images"), "{err}");
}
