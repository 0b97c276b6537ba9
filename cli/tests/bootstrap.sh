#!/usr/bin/env bash
# A bootstrap for the tests of the developer's tool: it does what its event says, well or badly.
IFS=: read -r host port <<< "$AWS_LAMBDA_RUNTIME_API"
exec 3<> "/dev/tcp/$host/$port"

# METHOD PATH BODY [HEADER...]: sends it in one piece, and reads the reply: its status, its body, the request id.
call() {
    local request line length=0
    printf -v request '%s /2018-06-01/runtime/%s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n' "$1" "$2" "$host" "${#3}"
    for line in "${@:4}"; do request+=$line$'\r\n'; done
    cat <<< "$request"$'\r\n'"$3" | head -c $((${#request} + 2 + ${#3})) >&3
    read -r _ status _ <&3
    while IFS= read -r line <&3 && [[ $line != $'\r' ]]; do
        line=${line%$'\r'}
        case $line in
            Lambda-Runtime-Aws-Request-Id:*) id=${line#*: } ;;
            Content-Length:*) length=${line#*: } ;;
        esac
    done
    IFS= read -r -N "$length" body <&3
}

# TYPE [PRELUDE]: streams `first`, then the line that is written to the FIFO `gate`. The line `fail` makes it fail.
stream() {
    local line
    {
        printf 'POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\r\nHost: %s\r\nContent-Type: %s\r\n' "$id" "$host" "$1"
        printf 'Lambda-Runtime-Function-Response-Mode: streaming\r\nTransfer-Encoding: chunked\r\nTrailer: Lambda-Runtime-Function-Error-Type\r\n\r\n'
        [[ -z ${2-} ]] || { printf '%x\r\n' "$(printf "$2" | wc -c)"; printf "$2"; printf '\r\n'; }
        printf '5\r\nfirst\r\n'
    } >&3
    read -r line < gate
    if [[ $line == fail ]]; then
        printf '0\r\nLambda-Runtime-Function-Error-Type: Function.Failed\r\n\r\n' >&3
    else
        printf '%x\r\n%s\r\n0\r\n\r\n' "${#line}" "$line" >&3
    fi
    while IFS= read -r line <&3 && [[ $line != $'\r' ]]; do :; done
    IFS= read -r -N 16 line <&3
}

case $_HANDLER in
    broken) call POST init/error '{"errorMessage":"it cannot start"}' 'Lambda-Runtime-Function-Error-Type: Runtime.Broken'; exit 1 ;;
    gone) exit 3 ;;
esac

served=0
while call GET invocation/next ''; do
    served=$((served + 1))
    echo "event $body"
    case $body in
        '"exit"') exit 4 ;;
        '"signal"') kill -KILL $$ ;;
        '"hang"') sleep 600 ;;
        '"fail"') call POST "invocation/$id/error" '{"errorMessage":"it failed"}' 'Lambda-Runtime-Function-Error-Type: Function.Failed' ;;
        '"variables"') call POST "invocation/$id/response" "$_HANDLER $AWS_LAMBDA_FUNCTION_MEMORY_SIZE $AWS_LAMBDA_FUNCTION_VERSION $TZ $MINE" ;;
        '"process"') call POST "invocation/$id/response" "$$" ;;
        '"gate"') read -r line < gate; call POST "invocation/$id/response" "passed $line" ;;
        '"stream"') stream 'text/plain' ;;
        *'"rawPath":"/stream"'*) stream application/vnd.awslambda.http-integration-response '{"statusCode":201,"headers":{"x-a":"1"},"cookies":["c=1"]}\0\0\0\0\0\0\0\0' ;;
        *'"rawPath":"/teapot"'*)
            call POST "invocation/$id/response" '{"statusCode":418,"headers":{"x-a":"1"},"cookies":["a=1","b=2"],"body":"AP8=","isBase64Encoded":true}' ;;
        *) call POST "invocation/$id/response" "$served $body" ;;
    esac
done
