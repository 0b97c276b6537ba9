/*
 * A peer: the three functions on the least client of the Runtime API in C, written from its documentation, in the manner of runtimes that claim
 * an archive of a few kilobytes. It has one connection, a fixed buffer and libc.
 *
 * It leaves out what the contract of this project adds: retries of a lost connection, chunked replies, errors of the function and of the
 * start, IPv6 and `localhost`, signals, deadlines, logs.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define RUNTIME "/2018-06-01/runtime/invocation/"

enum { HEAD_BYTES_MAX = 64 << 10, EVENT_BYTES_MAX = 6 << 20 };

struct text {
    const char *start;
    size_t bytes;
};

/* A reply, and after its head the event. */
static char inbox[HEAD_BYTES_MAX + EVENT_BYTES_MAX + 1];
static int server;

static size_t number(const char *digits)
{
    size_t value = 0;
    while (*digits >= '0' && *digits <= '9')
        value = 10 * value + (size_t)(*digits++ - '0');
    return value;
}

/* Writes `value` in decimal, and returns its end. */
static char *decimal(char *at, size_t value)
{
    char digits[20];
    size_t count = 0;
    do
        digits[count++] = (char)('0' + value % 10);
    while (value /= 10);
    while (count)
        *at++ = digits[--count];
    return at;
}

static void send_all(const char *start, size_t bytes, int more)
{
    while (bytes) {
        ssize_t sent = send(server, start, bytes, more | MSG_NOSIGNAL);
        if (sent < 0)
            _exit(1);
        start += sent;
        bytes -= (size_t)sent;
    }
}

/* The value of a header in the head, which ends with a NUL. */
static const char *header(const char *name)
{
    size_t bytes = strlen(name);
    for (const char *line = strstr(inbox, "\r\n"); line; line = strstr(line + 2, "\r\n"))
        if (strncasecmp(line + 2, name, bytes) == 0 && line[2 + bytes] == ':')
            return line + 3 + bytes + strspn(line + 3 + bytes, " ");
    _exit(1);
}

/* Receives a reply into the inbox, and returns its body. */
static struct text receive(void)
{
    size_t filled = 0;
    struct text body = { NULL, 0 };
    while (!body.start || filled < (size_t)(body.start - inbox) + body.bytes) {
        ssize_t count = recv(server, inbox + filled, sizeof inbox - 1 - filled, 0);
        if (count <= 0)
            _exit(1);
        filled += (size_t)count;
        char *end;
        if (!body.start && (inbox[filled] = 0, end = strstr(inbox, "\r\n\r\n"))) {
            *end = 0;
            body = (struct text){ end + 4, number(header("content-length")) };
        }
    }
    return body;
}

static int fibonacci(int n)
{
    return n <= 1 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

static struct text minimal(struct text event)
{
    (void)event;
    static const char answer[] = "{\"statusCode\":200,\"body\":\"ok\"}";
    return (struct text){ answer, sizeof answer - 1 };
}

static struct text fibonacci_35(struct text event)
{
    (void)event;
    static char answer[64] = "{\"statusCode\":200,\"body\":\"fibonacci(35)=";
    char *end = decimal(answer + strlen("{\"statusCode\":200,\"body\":\"fibonacci(35)="), (size_t)fibonacci(35));
    memcpy(end, "\"}", 2);
    return (struct text){ answer, (size_t)(end + 2 - answer) };
}

static struct text echo(struct text event)
{
    return event;
}

static void respond(struct text answer)
{
    static const char before[] = "POST " RUNTIME, after[] = "/response HTTP/1.1\r\nHost: lambda\r\nContent-Type: application/json\r\nContent-Length: ";
    static char head[512];
    const char *id = header("lambda-runtime-aws-request-id");
    size_t id_bytes = strcspn(id, "\r");
    if (id_bytes > 256)
        _exit(1);
    char *end = mempcpy(head, before, sizeof before - 1);
    end = mempcpy(end, id, id_bytes);
    end = mempcpy(end, after, sizeof after - 1);
    end = mempcpy(decimal(end, answer.bytes), "\r\n\r\n", 4);
    send_all(head, (size_t)(end - head), MSG_MORE);
    send_all(answer.start, answer.bytes, 0);
}

int main(void)
{
    const char *api = getenv("AWS_LAMBDA_RUNTIME_API"), *name = getenv("_HANDLER");
    const char *colon = api ? strchr(api, ':') : NULL;
    char host[64] = { 0 };
    if (!name || !colon || (size_t)(colon - api) >= sizeof host)
        return 1;
    struct text (*handler)(struct text) = strcmp(name, "minimal") == 0 ? minimal
        : strcmp(name, "fibonacci") == 0                               ? fibonacci_35
        : strcmp(name, "echo") == 0                                    ? echo
                                                                       : NULL;
    memcpy(host, api, (size_t)(colon - api));
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((unsigned short)number(colon + 1)) };
    server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (!handler || inet_pton(AF_INET, host, &address.sin_addr) != 1 || connect(server, (struct sockaddr *)&address, sizeof address))
        return 1;
    static const char next[] = "GET " RUNTIME "next HTTP/1.1\r\nHost: lambda\r\n\r\n";
    for (;;) {
        send_all(next, sizeof next - 1, 0);
        respond(handler(receive()));
        receive();
    }
}
