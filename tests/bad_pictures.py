"""Damaged, empty and oversized picture files."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Iterator
from typing import Any

from PIL import Image, ImageDraw


def picture(image: Image.Image, kind: str, **options: Any) -> bytes:
    """`image` as a file of `kind`."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def _png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds hardly any pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checksum

    size = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * 10))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + pixels + chunk(b"IEND", b"")


def _blobs() -> Image.Image:
    image = Image.new("L", (600, 600), 255)
    ImageDraw.Draw(image).ellipse((150, 150, 450, 450), fill=90)
    return image


def cases() -> Iterator[tuple[str, str | None, bytes, bool, dict[str, Any]]]:
    """Name, expected code, content, whether text comes out, settings."""
    noise = Image.frombytes("L", (300, 300), random.Random(5).randbytes(90_000))
    jpeg, png = picture(noise, "JPEG"), picture(noise, "PNG")
    blank = Image.new("L", (600, 800), 250)
    yield "truncated.jpg", "image-broken", jpeg[: len(jpeg) // 2], False, {}
    yield "truncated.png", "image-broken", png[: len(png) // 2], False, {}
    yield "header-only.tif", "image-broken", b"II*\x00\x08\x00\x00\x00", False, {}
    yield "no-area.png", "image-broken", _png_header(0, 0), False, {}
    yield "bomb.png", "image-too-many-pixels", _png_header(60_000, 60_000), False, {}
    yield "blank.png", "page-blank", picture(blank, "PNG"), False, {}
    yield "circle.png", "page-unread", picture(_blobs(), "PNG"), False, {}
    yield "circle-no-ocr.png", "ocr-off", picture(_blobs(), "PNG"), False, {"ocr": "never"}
    two = picture(blank, "TIFF", save_all=True, append_images=[blank])
    yield "two-pages.tif", "pages-left-out", two, False, {"max_pages": 1}
    yield "moving.gif", "format-image", picture(blank, "GIF"), False, {}
    yield "web.webp", "format-image", picture(blank, "WEBP"), False, {}
    yield "screen.bmp", "format-image", picture(blank, "BMP"), False, {}
