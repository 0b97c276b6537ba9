"""`just bench-compute`: the same functions in Python. compute.py FUNCTION NUMBER... prints nanoseconds and the result."""

import sys
import time


def fibonacci(n):
    return n if n <= 1 else fibonacci(n - 1) + fibonacci(n - 2)


def tak(x, y, z):
    return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y)) if y < x else z


def collatz(limit):
    longest = 0
    for n in range(1, limit):
        steps = 0
        while n != 1:
            n = n // 2 if n % 2 == 0 else 3 * n + 1
            steps += 1
        longest = max(longest, steps)
    return longest


function = globals()[sys.argv[1]]
numbers = [int(word) for word in sys.argv[2:]]
start = time.perf_counter_ns()
result = function(*numbers)
print(time.perf_counter_ns() - start, result)
