"""Measures the processor time of HTTPS requests: in a linked function, and in curl with OpenSSL, against the same server in the same run.

    processor_time.py BOOTSTRAP [ROUNDS]    the file with the function `fetch` of tests/outbound

In each round both programs run with no request, with one, and with KEPT more to the same host, in turn; differences are the cost of a request, in user
and kernel time. Printed are medians, and the quartiles of the ratios of the rounds."""

import os
import signal
import statistics
import subprocess
import sys
import threading

from instructions import KEPT, RuntimeApi, Servers, curl_command, function_environment


def used_us(process):
    usage = os.wait4(process.pid, 0)[2]
    process.returncode = 0
    return 1e6 * (usage.ru_utime + usage.ru_stime)


def of_function(bootstrap, url, roots, count):
    ended = threading.Event()
    api = RuntimeApi([f"GET {url}"] * count, ended.set)
    process = subprocess.Popen([bootstrap], env=function_environment(api, roots), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    ended.wait()
    process.send_signal(signal.SIGTERM)
    time_us = used_us(process)
    api.server.shutdown()
    api.server.server_close()
    if api.answers != ["200 hello over TLS"] * count:
        sys.exit(f"{bootstrap}: answered {api.answers}")
    return time_us


def of_curl(url, roots, count):
    return used_us(subprocess.Popen(curl_command(url, roots, count), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))


def main(bootstrap, rounds):
    servers = Servers()
    print("| chain | | function, µs | curl, OpenSSL, µs | ratio (quartiles) |\n|---|---|---:|---:|---:|")
    for chain in ["rsa", "p256"]:
        url, roots = servers.url(chain), servers.roots
        costs = []
        for _ in range(rounds):
            times = [(of_function(bootstrap, url, roots, count), of_curl(url, roots, count)) for count in (0, 1, 1 + KEPT)]
            costs.append([[(times[number][program] - times[number - 1][program]) / requests for program in (0, 1)] for number, requests in ((1, 1), (2, KEPT))])
        for number, what in enumerate(["first request, with the handshake", "one more on the kept connection"]):
            ours, curls = ([cost[number][program] for cost in costs] for program in (0, 1))
            low, middle, high = statistics.quantiles([a / b for a, b in zip(ours, curls)], n=4)
            a, b = statistics.median(ours), statistics.median(curls)
            print(f"| {chain} | {what} | {a:,.0f} | {b:,.0f} | {middle:.2f} ({low:.2f} to {high:.2f}) |", flush=True)
    servers.end()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 101)
