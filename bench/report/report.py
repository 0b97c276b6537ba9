"""`just report`, and the charts of `just figures`: draws the summaries of the benches' results.

    report.py SUMMARIES --page FILE     one self-contained HTML page
    report.py SUMMARIES --charts FOLDER the README's charts, two widths of each
"""

import argparse
import re
import sys
from pathlib import Path

import charts
import jinja2
import markupsafe
import results

HERE = Path(__file__).resolve().parent
README_CHARTS = {"starts-warm": "Cold starts over the floor", "sizes-warm": "Size of the file and cold start"}
SUFFIX = {charts.WIDE: ".svg", charts.NARROW: "-narrow.svg"}


def marked(text):
    """Converts `code` and **bold** of table rows to HTML."""
    safe = str(markupsafe.escape(text))
    return markupsafe.Markup(re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", re.sub(r"`(.+?)`", r"<code>\1</code>", safe)))


def page(summaries):
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(HERE), autoescape=True, undefined=jinja2.StrictUndefined)
    environment.filters["marked"] = marked
    environment.filters["svg"] = lambda drawn, label: markupsafe.Markup(charts.svg(drawn, label))
    return environment.get_template("page.html").render(
        figures=(results.read(summaries, "figures.json") or {"figures": []})["figures"],
        sections=results.sections(summaries),
        absent=results.not_measured(summaries),
        theme=markupsafe.Markup(f"{charts.THEME}\n{charts.CLEAR}"),
        wide=charts.WIDE,
        narrow=charts.NARROW,
    )


def readme_charts(summaries):
    """Yields file names and contents. A chart whose result is missing has no file."""
    for section in results.sections(summaries):
        for chart in section["charts"]:
            if chart["id"] in README_CHARTS:
                for width, drawn in chart["drawn"].items():
                    yield chart["id"] + SUFFIX[width], charts.svg(drawn, README_CHARTS[chart["id"]], embedded=False)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("summaries", type=Path)
    arguments.add_argument("--page", type=Path)
    arguments.add_argument("--charts", type=Path)
    given = arguments.parse_args()
    if not (given.summaries / "figures.json").exists():
        sys.exit(f"{given.summaries}: no summaries found. Measure with `just bench-all`, then run `just figures` or `just report`.")
    if given.page:
        given.page.parent.mkdir(parents=True, exist_ok=True)
        given.page.write_text(page(given.summaries), encoding="utf-8")
        print(given.page)
    if given.charts:
        for name, text in readme_charts(given.summaries):
            (given.charts / name).write_text(text, encoding="utf-8")
            print(given.charts / name)


if __name__ == "__main__":
    main()
