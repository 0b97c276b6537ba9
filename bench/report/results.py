"""The sections of the report: the charts and tables of each result. The section of a missing result names the command that measures it."""

import json

import charts
import units

OURS, FLOOR = ("minimal", "shipped", "ours", "Ruchy Lambda", "Ruchy Lambda, not inlined"), ("floor", "floor (C)", "gcc -O3")
COMMIT_DIGITS = 12
CONTROL = "floor-again"  # the floor a second time, to show what the bench itself adds
MODES = {"page cache warm": "in memory", "pages dropped": "on the disk, dropped from memory before each start"}


def kind(name):
    return "ours" if name in OURS else "floor" if name in FLOOR else "other"


def read(folder, name):
    path = folder / name
    return json.loads(path.read_text()) if path.exists() else None


def chart(identity, title, caption, draw):
    """Returns one chart in both widths."""
    return {"id": identity, "title": title, "caption": caption, "drawn": {width: draw(width) for width in (charts.WIDE, charts.NARROW)}}


def table(caption, head, rows):
    return {"caption": caption, "head": head, "rows": [{"kind": kind(row[0]), "cells": row} for row in rows]}


def conditions(result):
    """Returns the conditions of the result, one per line."""
    lines = []
    for name, value in result["conditions"].items():
        if value is None:
            continue
        if isinstance(value, dict):
            lines += [(key, text) for key, text in value.items() if text]
        else:
            text = ", ".join(map(str, value)) if isinstance(value, list) else value
            text = {True: "yes", False: "no"}[text] if isinstance(text, bool) else text
            lines.append((name.replace("_", " "), text[:COMMIT_DIGITS] if name == "commit" else str(text).removeprefix(f"{name} ")))
    return sorted(lines)


def section(identity, title, text, command, result, fill):
    it = {"id": identity, "title": title, "text": text, "command": command, "charts": [], "tables": [], "conditions": []}
    if result is not None:
        it["conditions"] = conditions(result)
        fill(it, result)
    return it | {"missing": result is None}


def start_rows(programs, moment):
    rows = [
        {
            "name": program["name"],
            "kind": kind(program["name"]),
            "samples": program[moment]["ns"]["samples"],
            "median": program[moment]["ns"]["median"],
            "value": units.times(program[moment]["ratio_to_floor"]["median"]) + " ×",
        }
        for program in programs
    ]
    return sorted(rows, key=lambda row: row["median"])


def starts(it, result):
    shown = next((len(mode["programs"][0]["next"]["ns"]["samples"]) for mode in result["modes"]), 0)
    for mode in result["modes"]:
        name = mode["mode"]
        rows = start_rows(mode["programs"], "next")
        caption = (
            f"Spawn to GET next, files {MODES.get(name, name)}; the scale is logarithmic. A tick is one start ({shown} of "
            f"{result['conditions']['rounds']} rounds are drawn), the heavy tick the median of all, and the figure how many times the floor of the "
            "same round it takes. The dashed line is the floor's median."
        )
        draw = lambda width, rows=rows: charts.strips(rows, units.time, width, "spawn to GET next")
        it["charts"].append(chart("starts-" + name.split()[-1], name.capitalize(), caption, draw))
        cells = [
            [
                program["name"],
                *(units.time(program["next"]["ns"][field]) for field in ("median", "p99")),
                units.interval(program["next"]["ratio_to_floor"]),
                units.time(program["response"]["ns"]["median"]),
                units.interval(program["response"]["ratio_to_floor"]),
            ]
            for program in sorted(mode["programs"], key=lambda program: program["next"]["ns"]["median"])
        ]
        head = ["program", "GET next, median", "p99", "to the floor", "first response, median", "to the floor"]
        it["tables"].append(table(name.capitalize(), head, cells))
    counted = [
        [
            program["name"],
            *(units.count((program["before_next"] or {}).get(field)) for field in COUNTS),
            units.count(program["file_bytes"]),
            units.count(program["zip_bytes"]),
        ]
        for program in result["programs"]
    ]
    head = ["program", *COUNTS.values(), "file, bytes", "archive, bytes"]
    it["tables"].append(table("From exec to GET next, traced, and the file; – is more than the tracer counts", head, counted))


COUNTS = {"system_calls": "system calls", "user_instructions": "instructions", "minor_faults": "minor faults"}


def sizes(it, result):
    scripts = [program["name"] for program in result["programs"] if program.get("is_script")]
    measured = {program["name"]: program for program in result["programs"] if not program.get("is_script") and program["name"] != CONTROL}
    note = f" Not shown: {', '.join(scripts)}, whose file is a script that starts an interpreter." if scripts else ""
    for mode in result["modes"]:
        name = mode["mode"]
        points = [
            {
                "name": program["name"],
                "kind": kind(program["name"]),
                "x": measured[program["name"]]["file_bytes"],
                "y": program["next"]["ns"]["median"],
            }
            for program in mode["programs"]
            if program["name"] in measured
        ]
        caption = f"Both scales are logarithmic; medians, files {MODES.get(name, name)}.{note}"
        draw = lambda width, points=points: charts.scatter(
            points, units.decimal_size, units.time, width, "size of the file", "spawn to GET next"
        )
        it["charts"].append(chart("sizes-" + name.split()[-1], name.capitalize(), caption, draw))


def invocations(it, result):
    for field, title, better in [
        ("cpu_to_floor", "CPU time an invocation, to the floor's", "Lower is better"),
        ("throughput_to_floor", "Invocations a second, to the floor's", "Higher is better"),
    ]:
        points = [
            {
                "x": series["event_bytes"],
                "y": series[field]["median"],
                "low": series[field]["low_95"],
                "high": series[field]["high_95"],
                "value": f"{series[field]['median']:.2f}",
            }
            for series in result["series"]
            if series["program"] == "ours"
        ]
        caption = f"{better}. Each event is its own response; a vertical line is the 95 % interval, the dashed one the floor."
        draw = lambda width, points=points: charts.lines(points, units.size, width, "event and response", "times the floor", 1)
        it["charts"].append(chart(field.replace("_", "-"), title, caption, draw))
    rows = [
        [
            series["program"],
            units.size(series["event_bytes"]),
            units.interval(series["cpu_to_floor"]),
            units.interval(series["throughput_to_floor"]),
            f"{series['system_calls']:.1f}" if series.get("system_calls") else "",
            units.time(series["latency_nanoseconds"]["p50"]),
            units.time(series["latency_nanoseconds"]["p99"]),
        ]
        for series in result["series"]
    ]
    head = ["client", "event", "CPU to the floor", "invocations a second to the floor", "system calls", "latency, median", "p99"]
    it["tables"].append(table("Invocations of a process that runs", head, rows))


def computations(it, result):
    # The function with a goal comes first.
    for name, function in sorted(result["functions"].items(), key=lambda item: (item[0] != "fibonacci", item[0])):
        title = f"{name}({', '.join(function['arguments'].split())})"
        figures = sorted(function["figures"].items(), key=lambda item: item[1]["median"])
        of_gcc = lambda figure: units.times(figure["ratio_to_gcc"]["median"]) + " ×" if figure["ratio_to_gcc"] else ""
        rows = [
            {
                "name": SHORT.get(label, label),
                "kind": kind(label),
                "samples": function["nanoseconds"][label],
                "median": figure["median"],
                "value": of_gcc(figure),
            }
            for label, figure in figures
        ]
        caption = "Ours is an invocation over loopback; the others time the function alone. The figure is how many times gcc -O3, the dashed line."
        draw = lambda width, rows=rows: charts.strips(rows, units.time, width, "time, logarithmic")
        it["charts"].append(chart("compute-" + name, title, caption, draw))
        cells = [
            [label, units.time(figure["median"]), units.time(figure["min"]), of_gcc(figure), units.count(figure["runs"])]
            for label, figure in figures
        ]
        it["tables"].append(table(title, ["program", "median", "least", "to gcc -O3", "runs"], cells))


# Shorter names for narrow charts.
SHORT = {
    "an invocation that computes nothing": "an empty invocation",
    "gcc -O3, two levels inlined by hand": "gcc -O3, by hand",
    "Ruchy Lambda": "ours",
    "Ruchy Lambda, not inlined": "ours, not inlined",
}


def functions(it, result):
    # A number of functions that was measured twice, as a control, is drawn once.
    files = {file["name"]: file for file in {file["functions"]: file for file in reversed(result["files"])}.values()}
    for mode in result["starts"]:
        name = mode["mode"]
        programs = [program for program in mode["programs"] if program["name"] in files]
        points = [
            {
                "x": files[program["name"]]["functions"],
                "y": program["next"]["ratio_to_first"]["median"],
                "low": program["next"]["ratio_to_first"]["low_95"],
                "high": program["next"]["ratio_to_first"]["high_95"],
                "value": units.times(program["next"]["ratio_to_first"]["median"]),
            }
            for program in programs
        ]
        caption = "The function is the last by name; a vertical line is the 95 % interval."
        draw = lambda width, points=points: charts.lines(points, units.count, width, "functions linked", "start, times that of one function", 1)
        it["charts"].append(chart("functions-" + name.split()[-1], f"Start, {name}", caption, draw))
        head = ["file", "GET next, median", "to one function", "first response, median", "to one function"]
        cells = [
            [
                program["name"],
                units.time(program["next"]["ns"]["median"]),
                units.interval(program["next"]["ratio_to_first"]),
                units.time(program["response"]["ns"]["median"]),
                units.interval(program["response"]["ratio_to_first"]),
            ]
            for program in mode["programs"]
        ]
        it["tables"].append(table(f"Start, {name}", head, cells))
    points = [
        {"name": units.count(file["functions"]), "kind": "ours", "x": file["functions"], "y": file["file_bytes"]} for file in files.values()
    ]
    draw = lambda width: charts.scatter(points, units.count, units.decimal_size, width, "functions linked", "size of the file")
    it["charts"].append(chart("functions-size", "Size", "Both scales are logarithmic.", draw))
    cells = [
        [
            file["name"],
            units.count(file["functions"]),
            units.count(file["file_bytes"]),
            units.count(file["zip_bytes"]),
            units.count(file["user_instructions_before_next"]["median"]),
        ]
        for file in result["files"]
    ]
    head = ["file", "functions", "file, bytes", "archive, bytes", "instructions to GET next, median"]
    it["tables"].append(table("The files, and the instructions to find a function", head, cells))


def sandboxes(it, result):
    count = result["conditions"].get("starts_at_once", "")
    rows = [
        {
            "name": program["name"],
            "kind": kind(program["name"]),
            "samples": program["response"]["samples"],
            "median": program["response"]["ns"]["median"],
            "value": units.time(program["response"]["ns"]["median"]),
        }
        for program in result["sandboxes"]
    ]
    caption = f"{count} started at once: spawn to first response of each, a tick each; the figure is the median, the dashed line the floor's."
    rows.sort(key=lambda row: row["median"])
    draw = lambda width: charts.strips(rows, units.time, width, "spawn to first response, logarithmic")
    it["charts"].append(chart("burst", f"{count} starts at once", caption, draw))
    memory = [
        {
            "name": program["name"],
            "kind": kind(program["name"]),
            "samples": [],
            "median": program["kib"]["pss"],
            "value": units.kib(program["kib"]["pss"]),
        }
        for program in result["sandboxes"]
    ]
    memory.sort(key=lambda row: row["median"])
    caption = f"Its share of memory (PSS) with {count} alive, each after one invocation; the median, and the dashed line is the floor's."
    draw_memory = lambda width: charts.strips(memory, units.kib, width, "memory of a sandbox, logarithmic")
    it["charts"].append(chart("memory", "Memory of a sandbox", caption, draw_memory))
    cells = [
        [
            program["name"],
            *(units.time(program["response"]["ns"][field]) for field in ("median", "p90", "p99", "max")),
            units.interval(program["all_responses"]["ratio_to_floor"]),
        ]
        for program in result["sandboxes"]
    ]
    it["tables"].append(table(f"{count} starts at once", ["program", "median", "p90", "p99", "longest", "all of them, to the floor"], cells))
    cells = [[program["name"], *(units.count(program["kib"][field]) for field in KIB)] for program in result["sandboxes"]]
    it["tables"].append(table("Memory of a sandbox, KiB, medians", ["program", *KIB.values()], cells))


KIB = {"pss": "share (PSS)", "private": "private", "private_dirty": "private, written", "rss": "resident (RSS)", "page_tables": "page tables"}


def sections(folder):
    """Returns the sections for the summaries in `folder`."""
    cold, warm = read(folder, "cold-start.json"), read(folder, "warm.json")
    compute, scale = read(folder, "compute.json"), read(folder, "scale.json")
    return [
        section(
            "starts",
            "Cold starts",
            "From just before a bootstrap's process is started to its first request received, compared with a floor in assembly that does only what every runtime must do.",
            "just peers && just bench-cold-start",
            cold,
            starts,
        ),
        section(
            "sizes",
            "Size and start",
            "The cost of a larger file. If its pages were dropped from memory, they are read before they can run.",
            "just peers && just bench-cold-start",
            cold,
            sizes,
        ),
        section(
            "invocations",
            "Invocations",
            "The cost of an invocation of a running function, compared with a C client of four blocking calls.",
            "just bench-warm",
            warm,
            invocations,
        ),
        section("compute", "Functions that compute", "Compared with the same functions by other compilers.", "just bench-compute", compute, computations),
        section("functions", "Many functions in a file", "The start of a file with many functions linked.", "just bench-scale", scale, functions),
        section("sandboxes", "Many sandboxes", "Many on one machine, started at once and alive together.", "just bench-scale", scale, sandboxes),
    ]


def not_measured(folder):
    """Returns the programs and modes that were not measured, and the reasons."""
    absent = {}
    for name in ("cold-start.json", "warm.json", "scale.json"):
        for each in (read(folder, name) or {}).get("not_measured", []):
            absent[each.get("name") or each["mode"]] = f"needs {each['needs']}" if "needs" in each else each["reason"]
    compilers = (read(folder, "compute.json") or {}).get("not_measured", [])
    return sorted(absent.items()) + sorted((f"{each['name']}, as a compiler", f"needs {each['needs']}") for each in compilers)
