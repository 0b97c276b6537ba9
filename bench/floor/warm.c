/*
 * The minimal client of the Runtime API for an invocation, in C: four blocking calls on one connection, which request an event, receive it,
 * send the response and receive the acknowledgement. `just bench-warm` divides every runtime's CPU time by this program's.
 *
 * It answers with the event. Like any client it finds the end of a head, the request id and the length of the body. It supports no chunks
 * and handles no errors: anything unexpected ends it.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/* The head of a reply, and Lambda's longest event. */
static char inbox[(1 << 16) + (6 << 20) + 1];

static void give_up(const char *what)
{
    perror(what);
    exit(1);
}

/* Returns the value of a header, which must exist and be written like this. */
static char *value(char *head, const char *name)
{
    char *at = strstr(head, name);
    if (!at)
        give_up(name);
    return at + strlen(name);
}

/* Receives one reply. Returns its body and the body's length, and ends the head with a NUL. */
static char *receive(int server, size_t *body_bytes)
{
    size_t filled = 0;
    char *body = NULL;
    for (;;) {
        ssize_t count = recv(server, inbox + filled, sizeof inbox - 1 - filled, 0);
        if (count <= 0)
            give_up("recv");
        filled += (size_t)count;
        if (!body) {
            inbox[filled] = 0;
            char *end = strstr(inbox, "\r\n\r\n");
            if (!end)
                continue;
            *end = 0;
            body = end + 4;
            *body_bytes = strtoul(value(inbox, "Content-Length: "), NULL, 10);
        }
        if (filled >= (size_t)(body - inbox) + *body_bytes)
            return body;
    }
}

static void send_all(int server, struct iovec *parts, int count)
{
    while (count) {
        ssize_t sent = writev(server, parts, count);
        if (sent < 0)
            give_up("writev");
        while (count && (size_t)sent >= parts->iov_len) {
            sent -= (ssize_t)parts->iov_len;
            parts++, count--;
        }
        if (count) {
            parts->iov_base = (char *)parts->iov_base + sent;
            parts->iov_len -= (size_t)sent;
        }
    }
}

int main(void)
{
    const char *api = getenv("AWS_LAMBDA_RUNTIME_API");
    char host[64];
    unsigned port;
    if (!api || sscanf(api, "%63[^:]:%u", host, &port) != 2)
        give_up("AWS_LAMBDA_RUNTIME_API");
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    inet_pton(AF_INET, host, &address.sin_addr);
    int server = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(server, (struct sockaddr *)&address, sizeof address))
        give_up("connect");

    char next[256], head[512];
    int next_bytes = snprintf(next, sizeof next,
        "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: %s\r\nUser-Agent: aws-lambda-floor/0\r\n\r\n", api);
    for (;;) {
        send_all(server, &(struct iovec){ next, (size_t)next_bytes }, 1);
        size_t event_bytes;
        char *event = receive(server, &event_bytes);
        char *id = value(inbox, "Lambda-Runtime-Aws-Request-Id: ");
        int head_bytes = snprintf(head, sizeof head,
            "POST /2018-06-01/runtime/invocation/%.*s/response HTTP/1.1\r\nHost: %s\r\nUser-Agent: aws-lambda-floor/0\r\n"
            "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
            (int)strcspn(id, "\r"), id, api, event_bytes);
        send_all(server, (struct iovec[]){ { head, (size_t)head_bytes }, { event, event_bytes } }, 2);
        size_t taken_bytes;
        receive(server, &taken_bytes);
    }
}
