//! The sources of events in a module of Terraform; pure.

use super::blocks::{invoked, qualifier, reference, resource, statement, words};
use crate::project::settings::events::{Batch, Source};
use crate::template::hcl::{Block, Value};
use crate::template::stack::{Function, Stack, is_arn, snake};

/// The ARN of a queue, of the module or another one.
pub(super) fn queue_arn(queue: &str) -> Value {
    if is_arn(queue) { Value::text(queue) } else { Value::plain(format!("aws_sqs_queue.{}.arn", snake(queue))) }
}

fn topic_arn(topic: &str) -> Value {
    if is_arn(topic) { Value::text(topic) } else { Value::plain(format!("aws_sns_topic.{}.arn", snake(topic))) }
}

/// Allows `service` to invoke the function for `source`.
pub(super) fn allow(service: &str, source: Value, function: &Function, id: &str, name: &str) -> Block {
    let block = resource("aws_lambda_permission", name)
        .with("action", Value::text("lambda:InvokeFunction"))
        .with("function_name", reference(id, "function_name"));
    let block = block.with_some("qualifier", qualifier(function, id)).with("principal", Value::text(service));
    block.with("source_arn", source)
}

fn mapping(function: &Function, id: &str, name: &str, source: Value, batch: &Batch) -> Block {
    let block =
        resource("aws_lambda_event_source_mapping", name).with("event_source_arn", source).with("function_name", invoked(function, id));
    let block = block.with_some("batch_size", batch.size.map(Value::plain));
    let block = block.with_some("maximum_batching_window_in_seconds", batch.window_seconds.map(Value::plain));
    let block =
        block.with_some("function_response_types", batch.partial_failures.then(|| Value::strings([&"ReportBatchItemFailures".to_owned()])));
    let filters: Vec<Block> = batch.filters.iter().map(|pattern| Block::new("filter", &[]).with("pattern", Value::text(pattern))).collect();
    let criteria = (!filters.is_empty()).then(|| Block::new("filter_criteria", &[]).holding(filters));
    block.holding(criteria)
}

/// The resources of one source of events, called `name`.
pub(super) fn event_blocks(event: &Source, function: &Function, id: &str, name: &str, blocks: &mut Vec<Block>) {
    match event {
        Source::Sqs { queue, concurrency_max, batch } => {
            let scaling = concurrency_max.map(|count| Block::new("scaling_config", &[]).with("maximum_concurrency", Value::plain(count)));
            blocks.push(mapping(function, id, name, queue_arn(queue), batch).holding(scaling));
        }
        Source::Stream { stream, from_start, retries, parallel, bisect, batch, .. } => {
            let block = mapping(function, id, name, Value::text(stream), batch);
            let block = block.with("starting_position", Value::text(if *from_start { "TRIM_HORIZON" } else { "LATEST" }));
            let block = block
                .with_some("maximum_retry_attempts", retries.map(Value::plain))
                .with_some("parallelization_factor", parallel.map(Value::plain));
            blocks.push(block.with_some("bisect_batch_on_function_error", bisect.then(|| Value::plain(true))));
        }
        Source::Schedule { expression, timezone, input } => {
            schedule(function, id, name, (expression, timezone.as_ref(), input.as_ref()), blocks);
        }
        Source::Sns { topic, filter } => {
            blocks.push(allow("sns.amazonaws.com", topic_arn(topic), function, id, name));
            let block =
                resource("aws_sns_topic_subscription", name).with("topic_arn", topic_arn(topic)).with("protocol", Value::text("lambda"));
            blocks.push(
                block.with("endpoint", invoked(function, id)).with_some("filter_policy", filter.as_ref().map(|filter| Value::text(filter))),
            );
        }
        // The notification of a bucket is one resource for all functions.
        Source::S3 { bucket, .. } => {
            blocks.push(allow("s3.amazonaws.com", Value::plain(format!("aws_s3_bucket.{}.arn", snake(bucket))), function, id, name));
        }
        Source::EventBridge { pattern, bus } => {
            let block = resource("aws_cloudwatch_event_rule", name).with_some("event_bus_name", bus.as_ref().map(|bus| Value::text(bus)));
            blocks.push(block.with("event_pattern", Value::text(pattern)));
            let block =
                resource("aws_cloudwatch_event_target", name).with("rule", Value::plain(format!("aws_cloudwatch_event_rule.{name}.name")));
            blocks.push(block.with_some("event_bus_name", bus.as_ref().map(|bus| Value::text(bus))).with("arn", invoked(function, id)));
            blocks.push(allow("events.amazonaws.com", Value::plain(format!("aws_cloudwatch_event_rule.{name}.arn")), function, id, name));
        }
    }
}

fn schedule(
    function: &Function,
    id: &str,
    name: &str,
    (expression, timezone, input): (&String, Option<&String>, Option<&String>),
    blocks: &mut Vec<Block>,
) {
    let assume = Value::plain("data.aws_iam_policy_document.scheduler.json");
    blocks.push(resource("aws_iam_role", name).with("assume_role_policy", assume));
    blocks.push(
        Block::new("data", &["aws_iam_policy_document", name])
            .holding([statement(&words(&["lambda:InvokeFunction"]), Value::List(vec![invoked(function, id)]))]),
    );
    let policy = resource("aws_iam_role_policy", name).with("role", Value::plain(format!("aws_iam_role.{name}.id")));
    blocks.push(policy.with("policy", Value::plain(format!("data.aws_iam_policy_document.{name}.json"))));
    let target =
        Block::new("target", &[]).with("arn", invoked(function, id)).with("role_arn", Value::plain(format!("aws_iam_role.{name}.arn")));
    let target = target.with_some("input", input.map(|input| Value::text(input)));
    let window = Block::new("flexible_time_window", &[]).with("mode", Value::text("OFF"));
    let block = resource("aws_scheduler_schedule", name).with("schedule_expression", Value::text(expression));
    blocks.push(block.with_some("schedule_expression_timezone", timezone.map(|zone| Value::text(zone))).holding([window, target]));
}

/// The notification of each bucket, which is one resource for all functions.
pub(super) fn notifications(stack: &Stack) -> Vec<Block> {
    let of_bucket = |bucket: &String| {
        let (mut inner, mut allowed) = (Vec::new(), Vec::new());
        for function in &stack.functions {
            let id = snake(&function.name);
            for (index, event) in function.events().iter().enumerate() {
                if let Source::S3 { bucket: found, events, prefix, suffix } = event
                    && found == bucket
                {
                    let block = Block::new("lambda_function", &[])
                        .with("lambda_function_arn", invoked(function, &id))
                        .with("events", Value::strings(events));
                    let block = block.with_some("filter_prefix", prefix.as_ref().map(|prefix| Value::text(prefix)));
                    inner.push(block.with_some("filter_suffix", suffix.as_ref().map(|suffix| Value::text(suffix))));
                    allowed.push(Value::plain(format!("aws_lambda_permission.{id}_{}", index + 1)));
                }
            }
        }
        let id = snake(bucket);
        let block = resource("aws_s3_bucket_notification", &id).with("bucket", Value::plain(format!("aws_s3_bucket.{id}.id")));
        block.with("depends_on", Value::List(allowed)).holding(inner)
    };
    stack.buckets.iter().map(of_bucket).collect()
}
