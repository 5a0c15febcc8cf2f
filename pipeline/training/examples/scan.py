"""Scans of an example document: page images, hidden text layers, and text that OCR mangled."""

from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pypdfium2 as pdfium
from PIL import Image

from pipeline.training.examples.source import Source
from pipeline.training.render import PageLook, degrade


def write_scan(source: Source, digital: Path, path: Path) -> None:
    """Write `path` as a scan of `digital`; with Tesseract's hidden text where a language is set."""
    images = _scans(digital, source.head["scan"])
    language = source.head["scan"].get("language")
    if language:
        with TemporaryDirectory() as folder:
            path.write_bytes(_tesseract(images, Path(folder), language, "pdf", source))
    else:
        dpi = source.head["scan"]["dpi"]
        images[0].save(path, save_all=True, append_images=images[1:], resolution=dpi)


def write_mixed(source: Source, digital: Path, path: Path) -> None:
    """Write `digital` with the pages of `scan.pages` (from 1) as images without text."""
    scan = source.head["scan"]
    with TemporaryDirectory() as folder:
        pictures = Path(folder) / "pictures.pdf"
        images = _scans(digital, scan)
        images[0].save(pictures, save_all=True, append_images=images[1:], resolution=scan["dpi"])
        pages, scanned, mixed = (
            pdfium.PdfDocument(digital),
            pdfium.PdfDocument(pictures),
            pdfium.PdfDocument.new(),
        )
        for index in range(len(pages)):
            origin = scanned if index + 1 in scan["pages"] else pages
            mixed.import_pages(origin, [index])
        mixed.save(path)


def write_ocr_text(source: Source, digital: Path, path: Path) -> None:
    """Write what Tesseract reads on a scan of `digital`; pages end in form feeds."""
    images = _scans(digital, source.head["scan"])
    with TemporaryDirectory() as folder:
        language = source.head["scan"]["language"]
        path.write_bytes(_tesseract(images, Path(folder), language, "txt", source))


def _scans(digital: Path, scan: dict[str, Any]) -> list[Image.Image]:
    """Every page of `digital`, rendered, degraded, and cut back to its size."""
    look = PageLook(
        font="",
        px=0,
        rotation=scan["rotation"],
        blur=scan["blur"],
        noise=scan["noise"],
        mode=scan["mode"],
        threshold=scan.get("threshold", 140),
        quality=scan.get("quality", 40),
        line_spacing=0,
    )
    rng = random.Random(scan["seed"])
    images = []
    for page in pdfium.PdfDocument(digital):
        paper = page.render(scale=scan["dpi"] / 72, grayscale=True).to_pil().convert("L")
        worn = degrade(paper, look, rng)
        left, top = (worn.width - paper.width) // 2, (worn.height - paper.height) // 2
        worn = worn.crop((left, top, left + paper.width, top + paper.height))
        images.append(worn.convert("1") if look.mode == "bitonal" else worn)
    return images


def _tesseract(
    images: list[Image.Image], folder: Path, language: str, output: str, source: Source
) -> bytes:
    """Tesseract's `output` ("pdf" or "txt") on `images`."""
    scan = source.head["scan"]
    names = []
    for number, image in enumerate(images):
        name = folder / (f"{number:03}.png" if image.mode == "1" else f"{number:03}.jpg")
        image.save(name, dpi=(scan["dpi"], scan["dpi"]), quality=scan.get("quality", 40))
        names.append(str(name))
    (folder / "pages.txt").write_text("\n".join(names), encoding="utf-8")
    subprocess.run(
        ["tesseract", str(folder / "pages.txt"), str(folder / "read"), "-l", language,
         "--dpi", str(scan["dpi"]), output],
        check=True,
        capture_output=True,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )  # fmt: skip
    return (folder / f"read.{output}").read_bytes()
