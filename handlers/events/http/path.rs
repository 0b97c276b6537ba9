//! The path that a function's patterns are written for: without the stage of an HTTP API, and without the base path of a custom domain.

use super::origin::Origin;
use crate::json::Json;

/// `path`, as `event` delivers it, without its stage or base path.
#[inline(never)]
pub(super) fn own_part<'event>(origin: Origin, event: &'event Json, path: &'event str) -> &'event str {
    let context = &event["requestContext"];
    let is_http_api = origin == Origin::HttpApi || origin == Origin::RestApi && is_payload_1_0(event);
    match context["stage"].as_text() {
        // API Gateway's own domain names have the stage in the path, custom domain names do not.
        Some(stage) if is_http_api && !is_custom_domain(context) => without_stage(path, stage),
        Some(_) => resource(event).and_then(|resource| without_base_path(path, resource, &event["pathParameters"])).unwrap_or(path),
        None => path,
    }
}

/// Whether the event is of an HTTP API with payload format 1.0. A REST API names no version.
pub(super) fn is_payload_1_0(event: &Json) -> bool {
    event["version"].as_text() == Some("1.0")
}

fn is_custom_domain(context: &Json) -> bool {
    let domain = context["domainName"].as_text().unwrap_or_default();
    // Not `contains`, whose search is made for long texts.
    !domain.is_empty() && !has(domain, b".execute-api.") && !has(domain, b".lambda-url.")
}

#[inline(never)]
fn has(domain: &str, part: &[u8]) -> bool {
    domain.as_bytes().windows(part.len()).any(|window| window == part)
}

/// The template of the route at API Gateway: `/orders/{id}`, `/{proxy+}`.
fn resource(event: &Json) -> Option<&str> {
    let route = event["routeKey"].as_text().or_else(|| event["requestContext"]["routeKey"].as_text());
    let resource = event["resource"].as_text().or(route)?;
    // A route key is `GET /orders/{id}`, or `$default`.
    resource.get(resource.bytes().position(|byte| byte == b'/')?..)
}

/// The stage `$default` is not in the path.
fn without_stage<'event>(path: &'event str, stage: &str) -> &'event str {
    match path.strip_prefix('/').and_then(|path| path.strip_prefix(stage)) {
        Some("") => "/",
        Some(rest) if rest.starts_with('/') => rest,
        _ => path,
    }
}

/// The end of `path` that `resource` is the template of, whose places hold `parameters`. What comes before is the base path.
fn without_base_path<'event>(path: &'event str, resource: &str, parameters: &Json) -> Option<&'event str> {
    let (mut segments, mut template) = (0, resource);
    while let Some((segment, rest)) = next_segment(template) {
        (segments, template) = (segments + segments_at(segment, parameters), rest);
    }
    let mut start = path.strip_suffix('/').unwrap_or(path).len();
    for _ in 0..segments {
        start = path.as_bytes().get(..start)?.iter().rposition(|byte| *byte == b'/')?;
    }
    let own = path.get(start..)?;
    if !fits(own, resource) {
        return None;
    }
    Some(if own.is_empty() { "/" } else { own })
}

/// Whether `path` has the literal segments of `template` that come before a greedy place.
fn fits(mut path: &str, mut template: &str) -> bool {
    while let Some((expected, template_rest)) = next_segment(template)
        && !expected.ends_with("+}")
    {
        let Some((segment, path_rest)) = next_segment(path) else { return false };
        if !expected.starts_with('{') && expected != segment {
            return false;
        }
        (path, template) = (path_rest, template_rest);
    }
    true
}

/// The first segment of `path`, and what follows it.
#[inline(never)]
fn next_segment(path: &str) -> Option<(&str, &str)> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let length = path.bytes().position(|byte| byte == b'/').unwrap_or(path.len());
    if path.is_empty() { None } else { Some((path.get(..length)?, path.get(length..)?)) }
}

/// How many segments of a path the `segment` of a template stands for.
fn segments_at(segment: &str, parameters: &Json) -> usize {
    let Some(name) = segment.strip_prefix('{').and_then(|segment| segment.strip_suffix("+}")) else { return 1 };
    let (mut count, mut value) = (0, parameters[name].as_text().unwrap_or("one"));
    while let Some((_, rest)) = next_segment(value) {
        (count, value) = (count + 1, rest);
    }
    count
}
