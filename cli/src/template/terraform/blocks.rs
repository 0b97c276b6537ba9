//! Blocks and references that a module of Terraform has several of; pure.

use crate::template::hcl::{Block, Value};
use crate::template::stack::Function;

/// A resource without arguments.
pub fn resource(kind: &str, name: &str) -> Block {
    Block::new("resource", &[kind, name])
}

/// A statement that allows `actions`.
pub fn statement(actions: &[String], resources: Value) -> Block {
    Block::new("statement", &[]).with("actions", Value::strings(actions)).with("resources", resources)
}

/// The actions as owned text.
pub fn words(actions: &[&str]) -> Vec<String> {
    actions.iter().map(|action| (*action).to_owned()).collect()
}

/// An attribute of the function `id`.
pub fn reference(id: &str, attribute: &str) -> Value {
    Value::plain(format!("aws_lambda_function.{id}.{attribute}"))
}

/// The ARN that is invoked: the alias's, if there is one.
pub fn invoked(function: &Function, id: &str) -> Value {
    let kind = if function.settings.cloud.alias.is_some() { "aws_lambda_alias" } else { "aws_lambda_function" };
    Value::plain(format!("{kind}.{id}.arn"))
}

/// The alias of a call, if there is one.
pub fn qualifier(function: &Function, id: &str) -> Option<Value> {
    function.settings.cloud.alias.as_ref().map(|_| Value::plain(format!("aws_lambda_alias.{id}.name")))
}
