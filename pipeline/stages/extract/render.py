"""Turn a page into a grey picture for OCR: PDF pages by pdfium, picture files by Pillow."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from PIL import ExifTags, Image, ImageOps

from pipeline.document import Page
from pipeline.stages.extract import failures
from pipeline.stages.extract import format_failures as scans
from pipeline.stages.extract.formats import Format
from pipeline.stages.extract.reading import Reading

_MAX_SIDE = 12_000
_MAX_PIXELS = 40_000_000
"""A4 at 600 dots an inch has 35 million. Tesseract itself stops at 32,767 a side."""
_MAX_SOURCE_PIXELS = 200_000_000
_INK = 160
_ASSUMED_DPI = 300.0
_LYING = (5, 6, 7, 8)
"""EXIF orientations of a camera held sideways."""


@dataclass(frozen=True, slots=True)
class Raster:
    """A page as 8-bit grey pixels, row by row from the top.

    Attributes:
        scale: pixels a point.
        blank: whether no pixel is dark enough to be print.
    """

    width: int
    height: int
    pixels: bytes
    scale: float
    blank: bool

    @property
    def pgm(self) -> bytes:
        """The picture as a binary PGM file."""
        return b"P5 %d %d 255\n" % (self.width, self.height) + self.pixels


def render(path: Path, found: Format, page: Page, dpi: int) -> Raster:
    """Render one page of a PDF or picture file at `dpi`, or lower where that is too large.

    Raises:
        DocumentError: the page has no area or cannot be rendered.
    """
    if found is Format.PDF:
        return _render_pdf(path, page, dpi)
    with _opened(path) as image:
        with _decoding():
            image.seek(page.number - 1)
        upright = _load(image)
        return _raster(upright, upright.width / page.width)


def _render_pdf(path: Path, page: Page, dpi: int) -> Raster:
    try:
        with pypdfium2.PdfDocument(path) as document:
            sheet = document[page.number - 1]
            width, height = sheet.get_size()
            if width <= 0 or height <= 0:
                raise scans.PageWithoutArea("the page has no area", page=page.number)
            scale = min(
                dpi / 72, _MAX_SIDE / max(width, height), (_MAX_PIXELS / (width * height)) ** 0.5
            )
            image = sheet.render(scale=scale, grayscale=True).to_pil()
            return _raster(image, scale)
    except (pypdfium2.PdfiumError, IndexError, ValueError, OSError) as error:
        raise scans.PageNotRendered(f"pdfium: {error}", page=page.number) from error


def read_image(path: Path, max_pages: int) -> Reading:
    """The pages of a picture file (a TIFF may have several), without text: OCR has to read them.

    Raises:
        DocumentError: the picture is damaged, or has far too many pixels.
    """
    pages, issues = [], []
    with _opened(path) as image:
        frames = getattr(image, "n_frames", 1)
        for number in range(1, min(frames, max_pages) + 1):
            with _decoding():
                image.seek(number - 1)
            # First of all: to look for the orientation may already decode the picture.
            if image.width * image.height > _MAX_SOURCE_PIXELS:
                raise scans.ImageBomb(f"{image.width} by {image.height} pixels")
            with _decoding():
                width, height = _upright_size(image)
            points = 72 / _dots_an_inch(image)
            pages.append(Page(number, 0, 0, "ocr", width * points, height * points))
    if frames > max_pages:
        message = f"{frames} pages, of which {max_pages} are read"
        issues.append(failures.PagesLeftOut(message).issue())
    return Reading("", tuple(pages), tuple(issues))


def _opened(path: Path) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = None  # read_image has its own limit and its own error
    with _decoding():
        return Image.open(path)


@contextmanager
def _decoding() -> Iterator[None]:
    """Pillow meets damaged pictures with errors of many classes."""
    try:
        yield
    except (OSError, ValueError, EOFError, SyntaxError, struct.error) as error:
        raise scans.ImageBroken(f"cannot be decoded: {error}") from error


def _upright_size(image: Image.Image) -> tuple[int, int]:
    lying = image.getexif().get(ExifTags.Base.Orientation) in _LYING
    return (image.height, image.width) if lying else image.size


def _dots_an_inch(image: Image.Image) -> float:
    """The resolution that the file states, where it can be true of a page."""
    try:
        stated = float(image.info.get("dpi", (0, 0))[0])
    except (TypeError, ValueError, ZeroDivisionError):
        return _ASSUMED_DPI
    return stated if 60 <= stated <= 1300 else _ASSUMED_DPI


def _load(image: Image.Image) -> Image.Image:
    with _decoding():
        upright = ImageOps.exif_transpose(image)
        if upright.has_transparency_data:
            # Transparent means paper, not ink.
            paper = Image.new("RGBA", upright.size, "white")
            upright = Image.alpha_composite(paper, upright.convert("RGBA"))
        return upright.convert("L")


def _raster(image: Image.Image, scale: float) -> Raster:
    shrink = min(
        1.0,
        _MAX_SIDE / max(image.size),
        (_MAX_PIXELS / (image.width * image.height)) ** 0.5,
    )
    if shrink < 1:
        smaller = (max(1, int(image.width * shrink)), max(1, int(image.height * shrink)))
        image = image.resize(smaller)
    pixels = image.tobytes()
    return Raster(image.width, image.height, pixels, scale * shrink, blank=min(pixels) > _INK)
