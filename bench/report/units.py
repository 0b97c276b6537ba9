"""Formats numbers for axes and tables. A number is never separated from its unit."""

SPACE = "\N{NO-BREAK SPACE}"


def digits(value):
    """Formats with three significant digits, without trailing zeros."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def time(nanoseconds):
    for size, unit in ((1e9, "s"), (1e6, "ms"), (1e3, "µs")):
        if nanoseconds >= size * 0.9995:
            return f"{digits(nanoseconds / size)}{SPACE}{unit}"
    return f"{digits(nanoseconds)}{SPACE}ns"


def size(count):
    for least, unit in ((1 << 20, "MiB"), (1 << 10, "KiB")):
        if count >= least:
            return f"{digits(count / least)}{SPACE}{unit}"
    return f"{digits(count)}{SPACE}B"


def decimal_size(count):
    """Formats a size in powers of ten, for logarithmic axes."""
    for least, unit in ((1e6, "MB"), (1e3, "kB")):
        if count >= least * 0.9995:
            return f"{digits(count / least)}{SPACE}{unit}"
    return f"{digits(count)}{SPACE}B"


def kib(count):
    return size(count * 1024)


def count(value):
    """Formats a count; None is a missing count."""
    return "–" if value is None else f"{value:,.0f}"


def times(ratio):
    """Formats a ratio, with more digits near one."""
    if ratio < 2:
        return f"{ratio:.3f}"
    return f"{ratio:.2f}" if ratio < 10 else digits(ratio)


def interval(ratio):
    """Formats a ratio of the results with its 95 % confidence interval."""
    low, high = times(ratio["low_95"]), times(ratio["high_95"])
    return f"{times(ratio['median'])} ({low}{SPACE}to{SPACE}{high})"
