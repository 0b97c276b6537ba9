"""Charts as Vega-Lite specifications, and as SVG: text stays text, and colours are CSS variables that the page sets.

Three kinds: `strips`, a row of samples for each program; `lines`, one figure against another; `scatter`, labelled points. Each is drawn at two
widths, because text that shrinks with its chart is not read on a phone.
"""

import math

import vl_convert

VEGA_LITE = "6.1"
WIDE, NARROW = 680, 328
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"
TEXT_PX, AXIS_PX = 13, 12
COLOURS = {"ours": "var(--ours)", "floor": "var(--floor)", "other": "var(--other)"}
INK, MUTED, GRID, PAPER = "var(--ink)", "var(--muted)", "var(--grid)", "var(--paper)"
# Text has an outline that separates it from the lines below it.
CLEAR = "svg text { paint-order: stroke; stroke: var(--paper); stroke-width: 3px; stroke-linejoin: round; }"
# Light and dark. Each colour has a contrast of at least 4.5 : 1 to its paper, except the grid,
# which carries no information.
THEME = """
:root { --paper: #ffffff; --ink: #1f2328; --muted: #59636e; --grid: #dde2e7; --ours: #b7410e; --floor: #1f2328; --other: #6b7580; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #0d1117; --ink: #e6edf3; --muted: #9aa4af; --grid: #2a313a; --ours: #ff9a5c; --floor: #e6edf3; --other: #8d97a3; }
}"""
CONFIG = {
    "aria": False,
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "domain": False,
        "ticks": False,
        "gridColor": GRID,
        "labelColor": MUTED,
        "labelFontSize": AXIS_PX,
        "labelPadding": 6,
        "labelOverlap": False,
        "titleColor": MUTED,
        "titleFontSize": AXIS_PX,
        "titleFontWeight": "normal",
        "titlePadding": 8,
    },
    "text": {"fontSize": TEXT_PX, "fill": INK, "color": INK},
}
ROW_PX, ROW_NARROW_PX = 26, 40
LABELS_PX, VALUES_PX = 172, 96  # at either side of the wide rows
MARGIN_PX = 6
FLUSH_PX = 14  # a label nearer to the axis's end than this is aligned with the end
AXIS_ROOM_PX = 46
TOP_PX = 12
LINES_PX, SCATTER_PX, SCATTER_NARROW_PX = 230, 380, 340
DOT_PX = 9
CHARACTER_PX = 7.2  # of a name at TEXT_PX, on the wide side
LINE_PX = 2  # above and below the letters of a line
BAR = 0.32  # half the height of a bar, in rows


def svg(chart, label, embedded=True):
    """Returns the chart as SVG. An embedded chart is as wide as its container; others include their colours and background."""
    spec, width, height = chart
    text = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE)
    begin = text.index(">") + 1
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(label)}"'
    if embedded:
        return f"{head}>{text[begin:]}"
    paper = f'<style>{THEME}\n{CLEAR}</style><rect width="{width}" height="{height}" rx="8" fill="{PAPER}"/>'
    return f'{head} width="{width}" height="{height}">{paper}{text[begin:]}\n'


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def log_axis(low, high, unit):
    """Returns the ticks of a logarithmic axis: powers of ten, or also 2 and 5 times those if too few; and its domain."""
    low, high = low * 0.9, high * 1.1
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    values = [10.0**power for power in powers if low <= 10.0**power <= high]
    if len(values) < 3:
        values = [step * 10.0**power for power in powers for step in (1, 2, 5) if low <= step * 10.0**power <= high]
    if len(values) < 2:
        values = [low / 0.9, high / 1.1]
    return {"domain": [low, high], "values": values, "labels": [unit(value) for value in values]}


def axis(scale, title, **more):
    """Returns an axis with explicit labels."""
    pick = " : ".join(f"abs(datum.value / {value!r} - 1) < 1e-6 ? '{label}'" for value, label in zip(scale["values"], scale["labels"]))
    return {"values": scale["values"], "labelExpr": f"{pick} : ''", "title": title, "labelFlush": FLUSH_PX, **more}


def finished(spec, width, height, padding):
    """Returns the specification with its size; Vega expects the size of the plot without its padding."""
    spec |= {"padding": padding, "autosize": {"type": "none"}, "background": None, "config": CONFIG}
    spec |= {"width": width - padding["left"] - padding["right"], "height": height - padding["top"] - padding["bottom"]}
    return spec, width, height


def strips(rows, unit, width, title):
    """Draws a row for each of `rows`: {name, kind, samples, median, value}. A tick for each sample, a heavier one for the median."""
    narrow = width < WIDE
    every = [number for row in rows for number in [row["median"], *row["samples"]]]
    scale = log_axis(min(every), max(every), unit)
    row_px = ROW_NARROW_PX if narrow else ROW_PX
    strip_px = ROW_PX * BAR / row_px
    # On a phone the name is above its row.
    centre = 0.2 if narrow else 0
    x = {"field": "x", "type": "quantitative", "scale": {"type": "log", "domain": scale["domain"], "nice": False, "zero": False}}
    y = {"type": "quantitative", "scale": {"domain": [len(rows) - 0.5, -0.5], "nice": False, "zero": False}, "axis": None}
    layers = []
    for row in rows:
        if row["kind"] == "floor":
            mark = {"type": "rule", "color": COLOURS["floor"], "strokeDash": [3, 3], "opacity": 0.55}
            layers.append({"data": {"values": [{"x": row["median"]}]}, "mark": mark, "encoding": {"x": x}})
            break
    for kind, colour in COLOURS.items():
        ticks, medians = [], []
        for index, row in enumerate(rows):
            if row["kind"] == kind:
                middle = index + centre
                for sample in row["samples"]:
                    # One path with gaps: an element for each tick would make the file several times
                    # as large.
                    ticks += [{"x": sample, "y": middle - strip_px}, {"x": sample, "y": middle + strip_px}, {"x": sample, "y": None}]
                medians.append({"x": row["median"], "y": middle - strip_px * 1.25, "y2": middle + strip_px * 1.25})
        ticks = [tick | {"order": order} for order, tick in enumerate(ticks)]
        if ticks:
            layers.append(
                {
                    "data": {"values": ticks},
                    "mark": {"type": "line", "strokeWidth": 1, "opacity": 0.4, "color": colour, "invalid": "break-paths-show-path-domains"},
                    "encoding": {"x": x, "y": {"field": "y", **y}, "order": {"field": "order"}},
                }
            )
        if medians:
            layers.append(
                {
                    "data": {"values": medians},
                    "mark": {"type": "rule", "strokeWidth": 3, "color": colour},
                    "encoding": {"x": x, "y": {"field": "y", **y}, "y2": {"field": "y2"}},
                }
            )
    padding = {"top": TOP_PX, "bottom": AXIS_ROOM_PX}
    padding |= {"left": MARGIN_PX, "right": MARGIN_PX} if narrow else {"left": LABELS_PX, "right": VALUES_PX}
    plot_px = width - padding["left"] - padding["right"]
    name_y = -0.22 if narrow else 0
    for index, row in enumerate(rows):
        weight = "bold" if row["kind"] == "ours" else "normal"
        colour = COLOURS["ours"] if row["kind"] == "ours" else INK
        for text, align, place in [
            (row["name"], "left" if narrow else "right", 0 if narrow else -12),
            (row["value"], "right" if narrow else "left", plot_px if narrow else plot_px + 12),
        ]:
            layers.append(
                {
                    "data": {"values": [{"y": index + name_y}]},
                    "mark": {"type": "text", "text": text, "align": align, "baseline": "middle", "fontWeight": weight, "color": colour},
                    "encoding": {"x": {"value": place}, "y": {"field": "y", **y}},
                }
            )
    x["axis"] = axis(scale, title)
    return finished({"layer": layers}, width, len(rows) * row_px + TOP_PX + AXIS_ROOM_PX, padding)


def lines(points, unit, width, title, y_title, floor=None):
    """Draws `points`: {x, y, low, high, value}, joined by a line, each with its interval and its value; `floor` is a horizontal line."""
    # All steps have the same width: on a phone there is no room for labels at true distances.
    scale = {"values": [point["x"] for point in points], "labels": [unit(point["x"]) for point in points]}
    x = {
        "field": "x",
        "type": "ordinal",
        "scale": {"type": "point", "padding": 0.5},
        "axis": axis(scale, title, labelAngle=0),
    }
    numbers = [number for point in points for number in (point["low"], point["high"])] + ([floor] if floor is not None else [])
    reach = (max(numbers) - min(numbers)) or abs(max(numbers)) or 1
    domain = [min(numbers) - reach * 0.15, max(numbers) + reach * 0.25]
    y = {"type": "quantitative", "scale": {"domain": domain, "nice": False, "zero": False}, "axis": {"title": None, "tickCount": 4}}
    layers = []
    if floor is not None:
        mark = {"type": "rule", "color": COLOURS["floor"], "strokeDash": [3, 3], "opacity": 0.7}
        layers.append({"data": {"values": [{"y": floor}]}, "mark": mark, "encoding": {"y": {"field": "y", **y}}})
    at = {"data": {"values": points}}
    layers += [
        at | {"mark": {"type": "line", "color": COLOURS["ours"], "strokeWidth": 2}, "encoding": {"x": x, "y": {"field": "y", **y}}},
        at
        | {
            "mark": {"type": "rule", "color": COLOURS["ours"]},
            "encoding": {"x": x, "y": {"field": "low", **y}, "y2": {"field": "high"}},
        },
        at
        | {
            "mark": {"type": "point", "filled": True, "size": DOT_PX**2, "color": COLOURS["ours"], "opacity": 1},
            "encoding": {"x": x, "y": {"field": "y", **y}},
        },
        at
        | {
            "mark": {"type": "text", "baseline": "bottom", "dy": -6, "color": COLOURS["ours"], "fontWeight": "bold"},
            "encoding": {"x": x, "y": {"field": "high", **y}, "text": {"field": "value"}},
        },
        heading(y_title),
    ]
    padding = {"top": 30, "bottom": AXIS_ROOM_PX, "left": 44, "right": 16}
    return finished({"layer": layers}, width, LINES_PX, padding)


def scatter(points, x_unit, y_unit, width, x_title, y_title):
    """Draws `points`: {name, kind, x, y}, each with its name in a free place."""
    padding = {"top": 30, "bottom": AXIS_ROOM_PX, "left": 52, "right": 16}
    height = SCATTER_PX if width == WIDE else SCATTER_NARROW_PX
    plot = (width - padding["left"] - padding["right"], height - padding["top"] - padding["bottom"])
    encoding, places = {}, []
    for channel, unit, title, px in (("x", x_unit, x_title, plot[0]), ("y", y_unit, None, plot[1])):
        numbers = [point[channel] for point in points]
        low, high = min(numbers), max(numbers)
        room = (high / low) ** 0.08 + 0.15
        scale = log_axis(low / room, high * room, unit)
        encoding[channel] = {
            "field": channel,
            "type": "quantitative",
            "scale": {"type": "log", "domain": scale["domain"], "nice": False, "zero": False},
            "axis": axis(scale, title),
        }
        low, high = map(math.log, scale["domain"])
        places.append([(math.log(number) - low) / (high - low) * px for number in numbers])
    dots = [(x, plot[1] - y) for x, y in zip(*places)]
    colour = {"field": "kind", "type": "nominal", "scale": {"domain": list(COLOURS), "range": list(COLOURS.values())}, "legend": None}
    layers = [
        {
            "data": {"values": points},
            "mark": {"type": "point", "filled": True, "size": DOT_PX**2, "opacity": 1},
            "encoding": encoding | {"color": colour},
        },
        heading(y_title),
    ]
    for point, (x, y, align) in zip(points, labels([point["name"] for point in points], dots, plot)):
        ours = point["kind"] == "ours"
        mark = {"type": "text", "text": point["name"], "align": align, "baseline": "middle"}
        mark |= {"color": COLOURS["ours"] if ours else INK, "fontWeight": "bold" if ours else "normal"}
        layers.append({"data": {"values": [{}]}, "mark": mark, "encoding": {"x": {"value": x}, "y": {"value": y}}})
    return finished({"layer": layers}, width, height, padding)


def labels(names, dots, plot):
    """Returns the place of each name as x, y and alignment: next to, above or below its dot, without covering a dot or another name.

    Vega's own transform measures with a canvas, which exists only in a browser.
    """
    taken = [(x - DOT_PX, y - DOT_PX / 2, x + DOT_PX, y + DOT_PX / 2) for x, y in dots]
    places = []
    for name, (x, y) in zip(names, dots):
        half_px = len(name) * CHARACTER_PX / 2
        best = None
        for far in range(1, 5):
            side, up = DOT_PX, (TEXT_PX + LINE_PX) * far
            for align, middle, at in (
                ("left", (x + side + half_px, y), x + side),
                ("right", (x - side - half_px, y), x - side),
                ("center", (x, y - up), x),
                ("center", (x, y + up), x),
                ("left", (x + half_px, y - up), x),
                ("left", (x + half_px, y + up), x),
                ("right", (x - half_px, y - up), x),
                ("right", (x - half_px, y + up), x),
            ):
                # Browsers make a line slightly taller than its letters.
                tall = TEXT_PX / 2 + LINE_PX
                box = (middle[0] - half_px, middle[1] - tall, middle[0] + half_px, middle[1] + tall)
                inside = box[0] >= -AXIS_PX and box[2] <= plot[0] + AXIS_PX and box[1] >= 0 and box[3] <= plot[1]
                if inside and not any(overlap(box, other) for other in taken):
                    best = best or (box, (at, middle[1], align))
        if best is None:
            raise ValueError(f"no room for the name of {name}: draw fewer programs, or a larger chart")
        taken.append(best[0])
        places.append(best[1])
    return places


def overlap(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def heading(text):
    """Returns the title of the vertical axis, written horizontally above it."""
    mark = {"type": "text", "text": text, "align": "left", "baseline": "top", "fontSize": AXIS_PX, "color": MUTED}
    return {"data": {"values": [{}]}, "mark": mark, "encoding": {"x": {"value": 0}, "y": {"value": -24}}}
