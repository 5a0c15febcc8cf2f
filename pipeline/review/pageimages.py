"""Pictures of pages, rendered from the source file in a child process, kept by content hash."""

from __future__ import annotations

import hashlib
import io
import os
import uuid
from pathlib import Path

from PIL import Image
from sqlalchemy import select

from pipeline.errors import DocumentError
from pipeline.review.errors import NotHere
from pipeline.review.schema import DocumentRow
from pipeline.review.site import Site
from pipeline.stages.extract.child import Child
from pipeline.stages.extract.formats import Format, detect_format
from pipeline.stages.extract.intake import open_regular
from pipeline.stages.extract.render import Raster, render

DPI = 130
_DEADLINE_S = 30.0
_MEMORY_MIB = 2048


class PageImages:
    """Renders pages; one child process, restarted where a file kills it."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._child = Child(_MEMORY_MIB)
        self._checked: dict[str, tuple[int, int]] = {}

    def image(self, document_id: str, number: int) -> bytes:
        """Return a page as WebP.

        Raises:
            NotHere: the page has no layout, or its file is gone or was changed since it was read.
        """
        cache = self.site.options.cache
        # Every reading of the database decides what the path is made of.
        with self.site.database.reading() as connection:
            row = connection.execute(
                select(DocumentRow.id, DocumentRow.source).where(DocumentRow.id == document_id)
            ).first()
        if row is None:
            raise NotHere("no such document in this review")
        kept = cache / f"{row.id}-{number}-{DPI}.webp" if cache else None
        if kept and kept.is_file():
            return kept.read_bytes()
        content = self._render(row.id, Path(row.source), number)
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            waiting = kept.with_name(f"{kept.name}.{uuid.uuid4().hex}")  # each request its own
            waiting.write_bytes(content)
            waiting.replace(kept)
        return content

    def close(self) -> None:
        """End the child process."""
        self._child.close()

    def _render(self, document_id: str, path: Path, number: int) -> bytes:
        document = self.site.document(document_id)
        page = next((p for p in document.pages if p.number == number), None)
        if page is None or page.source == "file" or page.width <= 0:
            raise NotHere("this page has no picture")
        try:
            self._check(path, document_id)
            found = detect_format(path)
            if found not in (Format.PDF, Format.IMAGE):
                raise NotHere("this page has no picture")
            raster: Raster = self._child.call(
                render, path, found, page, DPI, deadline_s=_DEADLINE_S
            )
        except DocumentError as error:
            raise NotHere("the page cannot be shown: {why}", why=error.message) from error
        image = Image.frombytes("L", (raster.width, raster.height), raster.pixels)
        out = io.BytesIO()
        image.save(out, "WEBP", quality=70, method=2)
        return out.getvalue()

    def _check(self, path: Path, document_id: str) -> None:
        """Raise `NotHere` unless the file is the very one that was read."""
        with open_regular(path) as file:
            status = os.fstat(file.fileno())
            seen = (status.st_mtime_ns, status.st_size)
            if self._checked.get(document_id) == seen:
                return
            digest = hashlib.sha256()
            while block := file.read(1 << 20):
                digest.update(block)
            if digest.hexdigest() != document_id:
                raise NotHere("the file was changed since it was read")
            self._checked[document_id] = seen
