#include <aws/lambda-runtime/runtime.h>

#include <cstdlib>
#include <string>

using aws::lambda_runtime::invocation_request;
using aws::lambda_runtime::invocation_response;
using aws::lambda_runtime::run_handler;

static int fibonacci(int n)
{
    return n <= 1 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

static invocation_response minimal(invocation_request const&)
{
    return invocation_response::success("{\"statusCode\":200,\"body\":\"ok\"}", "application/json");
}

static invocation_response fibonacci_35(invocation_request const&)
{
    int const n = 35;
    std::string const body = "fibonacci(" + std::to_string(n) + ")=" + std::to_string(fibonacci(n));
    return invocation_response::success("{\"statusCode\":200,\"body\":\"" + body + "\"}", "application/json");
}

static invocation_response echo(invocation_request const& request)
{
    return invocation_response::success(request.payload, "application/json");
}

int main()
{
    char const* const named = std::getenv("_HANDLER");
    std::string const handler = named == nullptr ? "" : named;
    if (handler == "minimal") {
        run_handler(minimal);
    }
    else if (handler == "fibonacci") {
        run_handler(fibonacci_35);
    }
    else if (handler == "echo") {
        run_handler(echo);
    }
    else {
        return 1;
    }
}
