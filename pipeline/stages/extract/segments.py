"""From glyphs to words and segments: stretches of words on one baseline without a wide gap.

All coordinates are those of a frame: the page turned so that the text runs to the right.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median

from pipeline.document import Box, RegionKind
from pipeline.stages.extract.glyphs import Face, Glyph

_AXIS_DEGREES = 20.0  # text turned by less than this from an axis is a skewed scan, not a stamp
_SAME_PLACE_EM = 0.12  # a glyph printed again within this distance is fake bold
_SAME_BASELINE_EM = 0.25
_RAISED_EM = 0.6  # how far a smaller glyph (footnote mark) may stand off the baseline
_SEGMENT_GAP_EM = 1.0  # a wider gap may part columns or cells
_OVERLAP_EM = 0.6  # text that steps back further than this was set anew, over other text
_WORD_GAP_EM = 0.17
_KEPT_SPACES = "\u00a0\u2007\u2009\u202f"
"""Spaces that mean more than a space; they stand in the raw text as the file has them."""


@dataclass(slots=True)
class Token:
    """A word in frame coordinates; `gap` is what stands before it on its line."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    gap: str = " "


@dataclass(slots=True)
class Segment:
    """Words on one baseline that no wide gap parts; `size` and `bold` of most of its letters."""

    words: list[Token]
    base: float
    size: float
    bold: bool
    x0: float = field(init=False)
    y0: float = field(init=False)
    x1: float = field(init=False)
    y1: float = field(init=False)
    role: RegionKind | None = None
    """Set where the segment is a running head or page number."""

    def __post_init__(self) -> None:
        self.x0 = min(word.x0 for word in self.words)
        self.y0 = min(word.y0 for word in self.words)
        self.x1 = max(word.x1 for word in self.words)
        self.y1 = max(word.y1 for word in self.words)

    @property
    def text(self) -> str:
        """The words with single spaces."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True)
class Frame:
    """Coordinates in which text that runs at `angle` degrees (clockwise) runs to the right."""

    angle: float

    def enter(self, x: float, y: float) -> tuple[float, float]:
        """Turn a point of the page into the frame."""
        cosine, sine = _direction(self.angle)
        return x * cosine + y * sine, y * cosine - x * sine

    def box(self, token: Token) -> Box:
        """The smallest upright box on the page around a token."""
        cosine, sine = _direction(self.angle)
        corners = [
            (x * cosine - y * sine, x * sine + y * cosine)
            for x in (token.x0, token.x1)
            for y in (token.y0, token.y1)
        ]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        return Box(round(min(xs), 2), round(min(ys), 2), round(max(xs), 2), round(max(ys), 2))

    @property
    def is_upright(self) -> bool:
        """Whether the text runs along an axis of the page, skewed scans included."""
        return abs((self.angle + 45) % 90 - 45) <= _AXIS_DEGREES


def _direction(angle: float) -> tuple[float, float]:
    exact = {0: (1.0, 0.0), 90: (0.0, 1.0), 180: (-1.0, 0.0), -90: (0.0, -1.0)}
    radians = math.radians(angle)
    return exact.get(angle) or (math.cos(radians), math.sin(radians))


def frames(glyphs: Iterable[Glyph]) -> list[tuple[Frame, list[Segment]]]:
    """Part a page's glyphs by direction and build the segments of each, most text first."""
    turned: dict[float, list[Glyph]] = defaultdict(list)
    for glyph in glyphs:
        turned[_nearest(glyph.face.angle)].append(glyph)
    result = []
    for nearest, group in sorted(turned.items(), key=lambda item: (-len(item[1]), item[0])):
        skew = median((glyph.face.angle - nearest + 180) % 360 - 180 for glyph in group)
        angle = (nearest + skew + 180) % 360 - 180
        frame = Frame(180 if angle == -180 else angle)
        segments = build_segments(group, frame)
        if segments:
            result.append((frame, segments))
    return result


def _nearest(angle: float) -> float:
    axis = round(angle / 90) * 90
    if abs(angle - axis) <= _AXIS_DEGREES:
        return 180 if axis == -180 else axis
    return round(angle / 15) * 15


@dataclass(slots=True)
class _Piece:
    text: str
    x0: float
    x1: float
    y: float
    face: Face
    measured: bool = True
    """False where the font gives no width: `x1` is then a guess."""
    printed_again: bool = False


def build_segments(glyphs: list[Glyph], frame: Frame) -> list[Segment]:
    """Group glyphs of one direction into segments, ordered by baseline, then from the left."""
    runs = _runs(_pieces(glyphs, frame))
    rows: list[tuple[float, list[list[_Piece]]]] = []
    for run in sorted(runs, key=lambda run: (_base(run), run[0].x0)):
        base, size = _base(run), run[0].face.size
        if rows and base - rows[-1][0] <= _SAME_BASELINE_EM * size:
            rows[-1][1].append(run)
        else:
            rows.append((base, [run]))
    segments = []
    for _, row in rows:
        row.sort(key=lambda run: run[0].x0)
        joined: list[list[_Piece]] = []
        for run in row:
            if joined and _gap(joined[-1][-1], run[0]) < _SEGMENT_GAP_EM:
                joined[-1].extend(run)
            else:
                joined.append(list(run))
        for pieces in joined:
            words = _words(pieces)
            if words:
                segments.append(_segment(words, pieces))
    return segments


def _pieces(glyphs: list[Glyph], frame: Frame) -> list[_Piece]:
    """Turn glyphs into the frame, drop what is printed twice, attach combining marks."""
    pieces: list[_Piece] = []
    printed: dict[tuple[str, int, int], _Piece] = {}
    cosine, sine = _direction(frame.angle)
    for text, gx, gy, advance, face in glyphs:
        x, y = gx * cosine + gy * sine, gy * cosine - gx * sine
        if pieces and unicodedata.combining(text[0]):
            pieces[-1].text += text
            continue
        piece = _Piece(text, x, x + advance, y, face)
        if advance < 0:
            piece.x0, piece.x1 = piece.x1, piece.x0
        elif advance == 0:
            # A font without widths: half an em, cut short where the next glyph begins.
            piece.x1, piece.measured = x + 0.5 * face.size, False
        elif not text.isspace():
            reach = _SAME_PLACE_EM * face.size
            column, row = int(x // reach) if reach else 0, int(y // reach) if reach else 0
            again = next(
                (
                    found
                    for i in (column - 1, column, column + 1)
                    for j in (row - 1, row, row + 1)
                    if (found := printed.get((text, i, j)))
                    and abs(found.x0 - x) < reach
                    and abs(found.y - y) < reach
                ),
                None,
            )
            if again:
                again.printed_again = True
                continue
            printed[text, column, row] = piece
        pieces.append(piece)
    return pieces


def _gap(left: _Piece, right: _Piece) -> float:
    """White between two pieces in ems of the larger face."""
    return (right.x0 - left.x1) / (max(left.face.size, right.face.size) or 1.0)


def _base(run: list[_Piece]) -> float:
    """Baseline of a run's largest glyph, so that a raised first mark does not move it."""
    return max(run, key=lambda piece: piece.face.size).y


def _runs(pieces: list[_Piece]) -> list[list[_Piece]]:
    """Chain pieces that follow each other in the file and on the page."""
    runs: list[list[_Piece]] = []
    for piece in pieces:
        if runs and _follows(runs[-1][-1], piece):
            last = runs[-1][-1]
            if not last.measured and last.x0 <= piece.x0 < last.x1:
                last.x1 = piece.x0
            runs[-1].append(piece)
        else:
            runs.append([piece])
    return runs


def _follows(last: _Piece, piece: _Piece) -> bool:
    larger = max(last.face.size, piece.face.size) or 1.0
    smaller = min(last.face.size, piece.face.size)
    raised = smaller < 0.85 * larger
    drop = abs(piece.y - last.y) / larger
    if drop > (_RAISED_EM if raised else _SAME_BASELINE_EM):
        return False
    return -_OVERLAP_EM < (piece.x0 - last.x1) / larger < _SEGMENT_GAP_EM


def _words(pieces: list[_Piece]) -> list[Token]:
    """Part a segment's pieces at spaces and, where the file has none, at gaps."""
    threshold = _word_gap(pieces)
    words: list[Token] = []
    waiting: list[_Piece] = []
    space = ""

    def close() -> None:
        nonlocal waiting, space
        if waiting:
            words.append(_token(waiting, space or " "))
            waiting, space = [], ""

    last: _Piece | None = None
    for piece in pieces:
        if piece.text.isspace():
            close()
            if not space and piece.text in _KEPT_SPACES:
                space = piece.text
            last = None
            continue
        if last is not None and not -_OVERLAP_EM < _gap(last, piece) <= threshold:
            close()
        waiting.append(piece)
        last = piece
    close()
    return words


def _word_gap(pieces: list[_Piece]) -> float:
    """The gap, in ems, that parts words: wider where all letters are spaced out."""
    gaps = [
        _gap(left, right)
        for left, right in zip(pieces, pieces[1:], strict=False)
        if not left.text.isspace() and not right.text.isspace()
    ]
    usual = median(gaps) if len(gaps) >= 4 else 0.0
    return _WORD_GAP_EM if usual < 0.06 else 1.6 * usual + 0.12


def _token(pieces: list[_Piece], gap: str) -> Token:
    return Token(
        "".join(piece.text for piece in pieces),
        min(piece.x0 for piece in pieces),
        min(piece.y - piece.face.ascent for piece in pieces),
        max(piece.x1 for piece in pieces),
        max(piece.y + piece.face.descent for piece in pieces),
        gap,
    )


def _segment(words: list[Token], pieces: list[_Piece]) -> Segment:
    letters = [piece for piece in pieces if not piece.text.isspace()]
    sizes = Counter(round(piece.face.size, 1) for piece in letters)
    bold = sum(piece.face.bold or piece.printed_again for piece in letters)
    return Segment(words, _base(letters), sizes.most_common(1)[0][0], bold > 0.7 * len(letters))
