"""From glyphs to words and segments: stretches of words on one baseline without a wide gap.

All coordinates are those of a frame: the page turned so that the text runs to the right.
"""

from __future__ import annotations

import itertools
import math
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median

from pipeline.document import RegionKind
from pipeline.stages.extract.frames import Frame, by_direction
from pipeline.stages.extract.glyphs import Face, Glyph

_SAME_PLACE_EM = 0.12  # a glyph printed again within this distance is fake bold
_SAME_BASELINE_EM = 0.25
_RAISED_EM = 0.6  # how far a smaller glyph (footnote mark) may stand off the baseline
_SEGMENT_GAP_EM = 0.75  # a wider gap may part columns or cells
_OVERLAP_EM = 0.6  # text that steps back further than this was set anew, over other text
_WORD_GAP_EM = 0.17
_UNITS = ("m", "mm", "cm", "dm", "km")  # a raised digit is no footnote mark behind these
_OCR_SIZES_DIFFER = 0.3
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


def frames(glyphs: Iterable[Glyph]) -> list[tuple[Frame, list[Segment]]]:
    """Build the segments of each direction in which a page's text runs, most text first."""
    built = [(frame, build_segments(group, frame)) for frame, group in by_direction(glyphs)]
    return [(frame, segments) for frame, segments in built if segments]


def even_out(segments: list[Segment]) -> None:
    """Give the segments of an OCR layer one size, save those that differ a great deal.

    OCR programs guess the size line by line, from whether its letters have ascenders.
    """
    sizes: Counter[float] = Counter()
    for segment in segments:
        sizes[round(2 * segment.size) / 2] += len(segment.text)
    usual = sizes.most_common(1)[0][0]
    for segment in segments:
        if abs(segment.size - usual) <= _OCR_SIZES_DIFFER * usual:
            segment.size = usual


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
        threshold = _word_gap(joined)
        for pieces in joined:
            words = _words(pieces, threshold)
            if words:
                segments.append(_segment(words, pieces))
    return segments


_Printed = dict[tuple[str, int, int], _Piece]


def _printed_before(piece: _Piece, printed: _Printed) -> _Piece | None:
    """The same glyph at the same place, or None after noting the piece as printed."""
    reach = _SAME_PLACE_EM * piece.face.size or 1.0
    # In cells of twice the reach, what is within reach lies in one of four.
    column, row = piece.x0 / (2 * reach), piece.y / (2 * reach)
    left, above = math.floor(column - 0.5), math.floor(row - 0.5)
    for i in (left, left + 1):
        for j in (above, above + 1):
            found = printed.get((piece.text, i, j))
            if found and abs(found.x0 - piece.x0) < reach and abs(found.y - piece.y) < reach:
                return found
    printed[piece.text, math.floor(column), math.floor(row)] = piece
    return None


def _pieces(glyphs: list[Glyph], frame: Frame) -> list[_Piece]:
    """Turn glyphs into the frame, drop what is printed twice, attach combining marks."""
    pieces: list[_Piece] = []
    printed: _Printed = {}
    cosine, sine = frame.direction
    for text, gx, gy, advance, face in glyphs:
        x, y = gx * cosine + gy * sine, gy * cosine - gx * sine
        if text[0] > "\u02ff" and pieces and unicodedata.combining(text[0]):
            pieces[-1].text += text
            pieces[-1].x1 = max(pieces[-1].x1, x + advance)
            continue
        piece = _Piece(text, x, x + advance, y, face)
        if advance < 0:
            piece.x0, piece.x1 = piece.x1, piece.x0
        elif advance == 0:
            # A font without widths: half an em, cut short where the next glyph begins.
            piece.x1, piece.measured = x + 0.5 * face.size, False
        elif text.isspace():
            if face.padded and pieces and pieces[-1].face is face:
                pieces[-1].x1 = max(pieces[-1].x1, piece.x1)
        else:
            again = _printed_before(piece, printed)
            if again:
                again.printed_again = True
                continue
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
    larger = piece.face.size or 1.0
    raised = False
    if last.face is not piece.face:
        larger = max(last.face.size, larger)
        raised = min(last.face.size, piece.face.size) < 0.85 * larger
    drop = abs(piece.y - last.y) / larger
    if drop > (_RAISED_EM if raised else _SAME_BASELINE_EM):
        return False
    return -_OVERLAP_EM < (piece.x0 - last.x1) / larger < _SEGMENT_GAP_EM


def _words(pieces: list[_Piece], threshold: float) -> list[Token]:
    """Part a segment's pieces at spaces and, where the file has none, at gaps."""
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
        if last is not None and _begins_word(last, piece, waiting, threshold):
            close()
        waiting.append(piece)
        last = piece
    close()
    return words


def _begins_word(last: _Piece, piece: _Piece, word: list[_Piece], threshold: float) -> bool:
    """Whether a gap parts the pieces, or a raised digit follows a word that is not a unit."""
    if not -_OVERLAP_EM < _gap(last, piece) <= threshold:
        return True
    if last.face is piece.face or not piece.text.isdigit():
        return False
    raised = piece.face.size < 0.85 * last.face.size and last.y - piece.y > 0.1 * last.face.size
    return raised and "".join([part.text for part in word]) not in _UNITS


def _word_gap(row: list[list[_Piece]]) -> float:
    """The gap, in ems, that parts words: wider where all letters of a row are spaced out.

    Leader dots, which stand apart, say nothing of the letters.
    """
    gaps = [
        _gap(left, right)
        for pieces in row
        for left, right in itertools.pairwise(pieces)
        if left.text.isalnum() and right.text.isalnum()
    ]
    usual = median(gaps) if len(gaps) >= 4 else 0.0
    return _WORD_GAP_EM if usual < 0.06 else 1.6 * usual + 0.12


def _token(pieces: list[_Piece], gap: str) -> Token:
    first = pieces[0]
    x0, x1 = first.x0, first.x1
    y0, y1 = first.y - first.face.ascent, first.y + first.face.descent
    face, y = first.face, first.y
    for piece in pieces:
        if piece.x0 < x0:
            x0 = piece.x0
        if piece.x1 > x1:
            x1 = piece.x1
        if piece.face is not face or piece.y != y:
            face, y = piece.face, piece.y
            y0, y1 = min(y0, y - face.ascent), max(y1, y + face.descent)
    return Token("".join([piece.text for piece in pieces]), x0, y0, x1, y1, gap)


def _segment(words: list[Token], pieces: list[_Piece]) -> Segment:
    letters = [piece for piece in pieces if not piece.text.isspace()]
    sizes = Counter(round(piece.face.size, 1) for piece in letters)
    bold = sum([piece.face.bold or piece.printed_again for piece in letters])
    return Segment(words, _base(letters), sizes.most_common(1)[0][0], bold > 0.7 * len(letters))
