"""`just report-check`: opens the report in Chromium with the screens of a phone and a desktop, light and dark, and checks it.

Without a browser it fails: the page would not be tested.
"""

import contextlib
import json
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

import browser
import report
import units
from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
SUMMARIES = HERE.parent / "results"
CHARTS = HERE.parents[1] / "docs" / "benchmarks" / "charts"
SCREENS = [(360, 800), (1280, 900)]
SCHEMES = ["light", "dark"]
TEXT_PX_MIN = 10
CONTRAST_MIN = 4.5  # the least that WCAG 2 allows for text of this size
CHART_PX_MIN = (300, 150)
OVERLAP_PX_MAX = 1  # text boxes include some space
ROUNDING_PX = 0.5


class Page:
    """One page at one screen and scheme, with its console messages, errors and network requests."""

    def __init__(self, chromium, path, screen=SCREENS[1], scheme="light"):
        self.context = chromium.new_context(viewport=dict(zip(("width", "height"), screen)), color_scheme=scheme)
        page = self.page = self.context.new_page()
        self.events = []
        page.on("console", lambda message: self.events.append(message.text))
        page.on("pageerror", lambda error: self.events.append(str(error)))
        page.on("request", lambda request: request.url in (path.as_uri(), "data:,") or self.events.append(request.url))
        page.goto(path.as_uri())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()

    def visible(self):
        return self.page.evaluate((HERE / "visible.js").read_text())

    def open_tables(self):
        self.page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true })")


def medians(summaries):
    """Yields each median of each result, formatted as on the page."""
    cold, warm, compute, scale = (report.results.read(summaries, f"{name}.json") for name in ("cold-start", "warm", "compute", "scale"))
    for mode in (cold or {"modes": []})["modes"]:
        for program in mode["programs"]:
            for moment in ("next", "response"):
                yield units.time(program[moment]["ns"]["median"])
                yield units.interval(program[moment]["ratio_to_floor"])
    for series in (warm or {"series": []})["series"]:
        yield units.interval(series["cpu_to_floor"])
        yield units.interval(series["throughput_to_floor"])
    for function in (compute or {"functions": {}})["functions"].values():
        for figure in function["figures"].values():
            yield units.time(figure["median"])
    for program in (scale or {"sandboxes": []})["sandboxes"]:
        yield units.time(program["response"]["ns"]["median"])
        yield units.count(program["kib"]["pss"])
    for mode in (scale or {"starts": []})["starts"]:
        for program in mode["programs"]:
            yield units.interval(program["next"]["ratio_to_first"])


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        opened = contextlib.ExitStack()
        cls.addClassCleanup(opened.close)
        cls.folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        cls.path = cls.folder / "report.html"
        cls.path.write_text(report.page(SUMMARIES), encoding="utf-8")
        playwright = opened.enter_context(sync_playwright())
        cls.chromium = playwright.chromium.launch(executable_path=browser.browser())
        opened.callback(cls.chromium.close)

    def on_each_screen(self, path, check):
        for screen in SCREENS:
            for scheme in SCHEMES:
                with self.subTest(path=path.name, screen=screen, scheme=scheme), Page(self.chromium, path, screen, scheme) as page:
                    check(page)

    def check_layout(self, seen):
        """Checks a page, or a single chart."""
        self.assertTrue(seen["charts"])
        for text in seen["texts"]:
            self.assertGreaterEqual(text["px"], TEXT_PX_MIN, text)
            self.assertGreaterEqual(text["contrast"], CONTRAST_MIN, text)
        for chart in seen["charts"]:
            box, texts = chart["box"], chart["texts"]
            self.assertGreaterEqual(box["right"] - box["left"], CHART_PX_MIN[0], chart["name"])
            self.assertGreaterEqual(box["bottom"] - box["top"], CHART_PX_MIN[1], chart["name"])
            for index, text in enumerate(texts):
                self.assertTrue(within(text["box"], box), f"{chart['name']}: {text['text']} is cut off")
                for other in texts[:index]:
                    self.assertFalse(overlap(text["box"], other["box"]), f"{chart['name']}: {text['text']} over {other['text']}")

    def test_page_is_readable_on_every_screen(self):
        def check(page):
            page.open_tables()
            seen = page.visible()
            self.check_layout(seen)
            self.assertLessEqual(seen["scrolled"], seen["width"], "the page scrolls sideways")
            self.assertEqual(len(seen["charts"]), seen["figures"], "each figure shows one of its two charts")
            for chart in seen["charts"]:
                self.assertTrue(0 <= chart["box"]["left"] and chart["box"]["right"] <= seen["width"] + ROUNDING_PX, chart["name"])
            self.assertEqual(page.events, [], "it makes no request and logs no error")

        self.on_each_screen(self.path, check)

    def test_schemes_differ(self):
        papers = []
        for scheme in SCHEMES:
            with Page(self.chromium, self.path, scheme=scheme) as page:
                papers.append(page.page.evaluate("getComputedStyle(document.body).backgroundColor"))
        self.assertNotEqual(*papers)

    def test_page_has_every_median(self):
        expected = set(medians(SUMMARIES))
        self.assertGreater(len(expected), 20)
        with Page(self.chromium, self.path) as page:
            text = page.page.locator("main").inner_text()
        self.assertEqual([median for median in expected if median not in text], [])
        for figure in json.loads((SUMMARIES / "figures.json").read_text())["figures"]:
            self.assertIn(figure["text"].replace("`", ""), text)

    def test_page_names_missing_results(self):
        some = self.folder / "some"
        some.mkdir()
        shutil.copy(SUMMARIES / "warm.json", some)
        path = self.folder / "some.html"
        path.write_text(report.page(some), encoding="utf-8")
        with Page(self.chromium, path) as page:
            missing = page.page.locator(".missing").all_inner_texts()
            self.assertEqual(page.page.locator("figure").count(), 2)
        commands = ["just bench-cold-start", "just bench-compute", "just bench-scale"]
        self.assertEqual([command for command in commands if not any(command in text for text in missing)], [])
        absent = report.results.not_measured(SUMMARIES)
        with Page(self.chromium, self.path) as page:
            text = page.page.locator("main").inner_text()
        self.assertEqual([name for name, needs in absent if needs not in text], [])

    def test_the_charts_of_the_documents_are_of_these_results(self):
        drawn = dict(report.readme_charts(SUMMARIES))
        self.assertEqual(sorted(drawn), sorted(path.name for path in CHARTS.glob("*.svg")))
        page = (CHARTS.parent / "figures.md").read_text()
        for name, text in drawn.items():
            self.assertTrue((CHARTS / name).read_text() == text, f"{name} is of other results: `just figures` draws it")
            self.assertIn(f"charts/{name}", page)
            self.on_each_screen(CHARTS / name, lambda page: self.check_layout(page.visible()))


def within(inner, outer):
    return (
        inner["left"] >= outer["left"] - ROUNDING_PX
        and inner["right"] <= outer["right"] + ROUNDING_PX
        and inner["top"] >= outer["top"] - ROUNDING_PX
        and inner["bottom"] <= outer["bottom"] + ROUNDING_PX
    )


def overlap(one, other):
    return (
        one["left"] + OVERLAP_PX_MAX < other["right"]
        and other["left"] + OVERLAP_PX_MAX < one["right"]
        and one["top"] + OVERLAP_PX_MAX < other["bottom"]
        and other["top"] + OVERLAP_PX_MAX < one["bottom"]
    )


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "--verbose"])
