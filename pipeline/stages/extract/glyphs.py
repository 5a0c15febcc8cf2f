"""A page's glyphs, rules and pictures, as pdfminer.six interprets its content streams.

pdfminer's own layout device is passed over: it builds costly objects, forgets the text render
mode, and leaves out the character spacing after a string's last glyph.
"""

from __future__ import annotations

import itertools
import math
import unicodedata
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdffont import PDFFont, PDFType3Font, PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.utils import Matrix, apply_matrix_pt, mult_matrix

UNKNOWN = "\ufffd"
"""Stands for a glyph of which the file does not say what character it is."""

_INVISIBLE, _FILL_AND_STROKE = 3, 2
_UNFIT = ("Cc", "Cs", "Zl", "Zp")
"""Controls and separators would break lines, lone surrogates cannot be written as UTF-8."""
_FORCE_BOLD = 1 << 18
_BOLD_NAMES = ("bold", "black", "heavy", "demi")
_THIN = 3.0  # points: a filled rectangle no thicker than this is a drawn line
_MOST_RULES = 20_000  # a page with more is a drawing, not a table


class Face(NamedTuple):
    """How the glyphs of one string look; lengths in points, angle in degrees clockwise.

    `ascent` and `descent` reach from the baseline, both positive. `padded`: words are stretched
    short, as Tesseract counts the space behind a word among the letters that fill its box.
    """

    angle: float
    size: float
    ascent: float
    descent: float
    bold: bool
    hidden: bool
    padded: bool


class Glyph(NamedTuple):
    """One character, or ligature, with the origin of its baseline on the page (y downwards)."""

    text: str
    x: float
    y: float
    advance: float
    face: Face


class Rule(NamedTuple):
    """A straight drawn line, horizontal or vertical: x0 <= x1, y0 <= y1."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass
class Canvas:
    """What stands on a page of `width` by `height` points, in the order of the file."""

    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    picture: float = 0.0
    """Share of the page, 0 to 1, that its largest picture covers."""


class Interpreter(PDFPageInterpreter):
    """pdfminer's interpreter, with the page as it is shown: cropped, rotated, y downwards."""

    def process_page(self, page: PDFPage) -> None:
        """Draw the page on the device."""
        self.device.begin_page(page, _page_matrix(page))
        self.render_contents(page.resources, page.contents, ctm=_page_matrix(page))

    def do_Do(self, xobjid_arg: Any) -> None:
        """Draw an object, then take up the matrix again that pdfminer leaves changed."""
        super().do_Do(xobjid_arg)
        self.device.set_ctm(self.ctm)


class Recorder(PDFTextDevice):
    """Records what the interpreter draws; `canvas` holds the page drawn last."""

    ctm: Matrix

    def __init__(self, manager: PDFResourceManager) -> None:
        super().__init__(manager)
        self.canvas = Canvas(0.0, 0.0)
        self._meanings: dict[PDFFont, dict[int, tuple[str, float]]] = {}

    def begin_page(self, page: PDFPage, ctm: Any) -> None:
        """Start an empty canvas."""
        self.canvas = Canvas(*page_size(page))

    def render_string(self, textstate: Any, seq: Any, ncs: Any, graphicstate: Any) -> None:
        """Record a string's glyphs, whatever the render mode (PDF 32000-1, 9.4.4)."""
        font = textstate.font
        a, b, c, d, e, f = mult_matrix(textstate.matrix, self.ctm)
        stretch = textstate.fontsize * textstate.scaling * 0.01
        length = abs(stretch) * math.hypot(a, b)
        face = _face(textstate, (a, b, c, d), stretch)
        per_char = textstate.charspace * textstate.scaling * 0.01
        per_space = 0 if font.is_multibyte() else textstate.wordspace * textstate.scaling * 0.01
        meanings = self._meanings.setdefault(font, {})
        x, y = textstate.linematrix
        base = y + textstate.rise
        add = self.canvas.glyphs.append
        for item in seq if isinstance(seq, list) else ():
            if isinstance(item, (int, float)):
                x -= item * 0.001 * stretch
            elif isinstance(item, bytes):
                for cid in font.decode(item):
                    text, width = meanings.get(cid) or _meaning(font, cid, meanings)
                    at = (x * a + base * c + e, x * b + base * d + f)
                    add(Glyph(text, at[0], at[1], width * length, face))
                    x += width * stretch + per_char
                    if cid == 32:
                        x += per_space
        textstate.linematrix = (x, y)

    def paint_path(self, gstate: Any, stroke: bool, fill: bool, evenodd: bool, path: Any) -> None:
        """Record the straight lines of a path and the edges of its rectangles."""
        if len(self.canvas.rules) > _MOST_RULES:
            return
        points: list[tuple[float, float]] = []
        for operator, *numbers in path:
            if operator == "h" and points:
                points.append(points[0])
            elif operator in ("m", "l"):
                if operator == "m":
                    self._add_outline(points, stroke)
                    points = []
                points.append(apply_matrix_pt(self.ctm, (numbers[0], numbers[1])))
            else:
                points = []
        self._add_outline(points, stroke)

    def _add_outline(self, points: list[tuple[float, float]], stroke: bool) -> None:
        if len(points) < 2 or len(points) > 5:
            return
        xs, ys = [point[0] for point in points], [point[1] for point in points]
        if max(xs) - min(xs) <= _THIN or max(ys) - min(ys) <= _THIN:
            self.canvas.rules.append(Rule(min(xs), min(ys), max(xs), max(ys)))
        elif stroke:
            for (x0, y0), (x1, y1) in itertools.pairwise(points):
                if abs(x1 - x0) <= _THIN or abs(y1 - y0) <= _THIN:
                    self.canvas.rules.append(
                        Rule(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
                    )

    def render_image(self, name: str, stream: Any) -> None:
        """Note how much of the page the picture covers."""
        corners = [apply_matrix_pt(self.ctm, corner) for corner in ((0, 0), (0, 1), (1, 0), (1, 1))]
        width, height = self.canvas.width, self.canvas.height
        xs = [min(max(x, 0.0), width) for x, _ in corners]
        ys = [min(max(y, 0.0), height) for _, y in corners]
        if width and height:
            share = (max(xs) - min(xs)) * (max(ys) - min(ys)) / (width * height)
            self.canvas.picture = max(self.canvas.picture, share)


def page_size(page: PDFPage) -> tuple[float, float]:
    """Width and height, in points, of the page as it is shown."""
    x0, y0, x1, y1 = _shown(page)
    return (y1 - y0, x1 - x0) if page.rotate in (90, 270) else (x1 - x0, y1 - y0)


def _shown(page: PDFPage) -> tuple[float, float, float, float]:
    """The part of the page's coordinates that is shown: crop box within media box."""
    media, crop = _ordered(page.mediabox), _ordered(page.cropbox)
    x0, y0 = max(media[0], crop[0]), max(media[1], crop[1])
    x1, y1 = min(media[2], crop[2]), min(media[3], crop[3])
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else media


def _ordered(box: Any) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = (float(number) for number in box)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _page_matrix(page: PDFPage) -> tuple[float, float, float, float, float, float]:
    x0, y0, x1, y1 = _shown(page)
    if page.rotate == 90:
        return (0, 1, 1, 0, -y0, -x0)
    if page.rotate == 180:
        return (-1, 0, 0, 1, x1, -y0)
    if page.rotate == 270:
        return (0, -1, -1, 0, y1, x1)
    return (1, 0, 0, -1, -x0, y1)


def _face(state: Any, matrix: tuple[float, float, float, float], stretch: float) -> Face:
    a, b, c, d = matrix
    font = state.font
    sign = -1 if stretch < 0 else 1
    angle = math.degrees(math.atan2(sign * b, sign * a))
    size = abs(state.fontsize) * math.hypot(c, d)
    ascent, descent = font.get_ascent(), -font.get_descent()
    if isinstance(font, PDFType3Font) and ascent + descent > 0:
        # The unit of a Type 3 font is its own: its box stands for the em.
        height = ascent + descent
        size, ascent, descent = size * height, ascent / height, descent / height
    if not 0.6 <= ascent <= 1.15:
        ascent = 0.92
    if not 0.1 <= descent <= 0.4:
        descent = 0.22
    name = str(font.fontname).lower()
    bold = (
        any(part in name for part in _BOLD_NAMES)
        or bool(font.flags & _FORCE_BOLD)
        or state.render == _FILL_AND_STROKE
    )
    hidden = state.render == _INVISIBLE
    padded = hidden and name.endswith("glyphlessfont")
    return Face(round(angle, 2), size, ascent * size, descent * size, bold, hidden, padded)


def _meaning(font: PDFFont, cid: int, meanings: dict[int, tuple[str, float]]) -> tuple[str, float]:
    """The text and width (in ems) of a glyph, looked up once a font."""
    try:
        text = font.to_unichr(cid)
    except PDFUnicodeNotDefined:
        text = UNKNOWN
    if any(unicodedata.category(char) in _UNFIT for char in text):
        text = " " if text.isspace() else UNKNOWN
    meanings[cid] = (text or UNKNOWN, font.char_width(cid))
    return meanings[cid]
