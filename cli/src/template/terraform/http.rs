//! The HTTP API with the routes of all functions; pure.

use super::blocks::{reference, resource};
use super::events::allow;
use crate::template::hcl::{Block, Value};
use crate::template::stack::{Function, Stack, snake};

/// The name of the API and of its stage in the module. Functions have names without a leading
/// underscore.
const API: &str = "_http_api";

/// The API, its stage, and the integration, the permission and the routes of each function; nothing
/// if no function has routes.
pub(super) fn api(stack: &Stack) -> Vec<Block> {
    if !stack.has_http_api() {
        return Vec::new();
    }
    let api = resource("aws_apigatewayv2_api", API).with("name", Value::text("ruchy-lambda")).with("protocol_type", Value::text("HTTP"));
    let stage = resource("aws_apigatewayv2_stage", API).with("api_id", id()).with("name", Value::text("$default"));
    let mut blocks = vec![api, stage.with("auto_deploy", Value::plain(true))];
    for function in stack.functions.iter().filter(|function| !function.routes().is_empty()) {
        function_blocks(function, &snake(&function.name), &mut blocks);
    }
    let url = Value::plain(format!("aws_apigatewayv2_stage.{API}.invoke_url"));
    blocks.push(Block::new("output", &["http_api_url"]).with("value", url));
    blocks
}

fn id() -> Value {
    Value::plain(format!("aws_apigatewayv2_api.{API}.id"))
}

fn function_blocks(function: &Function, name: &str, blocks: &mut Vec<Block>) {
    let uri = if function.settings.cloud.alias.is_some() {
        Value::plain(format!("aws_lambda_alias.{name}.invoke_arn"))
    } else {
        reference(name, "invoke_arn")
    };
    let integration =
        resource("aws_apigatewayv2_integration", name).with("api_id", id()).with("integration_type", Value::text("AWS_PROXY"));
    blocks.push(integration.with("integration_uri", uri).with("payload_format_version", Value::text("2.0")));
    let source = Value::plain(format!("\"${{aws_apigatewayv2_api.{API}.execution_arn}}/*/*\""));
    blocks.push(allow("apigateway.amazonaws.com", source, function, name, &format!("{name}_http_api")));
    for (number, route) in (1..).zip(function.routes()) {
        let block = resource("aws_apigatewayv2_route", &format!("{name}_{number}")).with("api_id", id());
        let target = Value::plain(format!("\"integrations/${{aws_apigatewayv2_integration.{name}.id}}\""));
        blocks.push(block.with("route_key", Value::text(&route.to_string())).with("target", target));
    }
}
