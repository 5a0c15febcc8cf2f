"""Make the example documents: `python -m pipeline.training.examples [NAME…]`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.training.examples import office, scan
from pipeline.training.examples.pdf import write_pdf
from pipeline.training.examples.source import Source, read_source
from pipeline.training.examples.truth import truth

FOLDER = Path(__file__).parents[3] / "corpus" / "examples"
_ENDINGS = {"docx": "docx", "html": "html", "ocr_txt": "txt"}


def main(names: list[str]) -> None:
    """Make the documents called `names` (all where none is given), and their truth files."""
    for path in sorted((FOLDER / "source").glob("*.md")):
        if not names or path.stem in names:
            source = read_source(path)
            file = FOLDER / "documents" / f"{path.stem}.{_ENDINGS.get(source.format, 'pdf')}"
            make(source, file)
            print(f"{file.name}: {file.stat().st_size / 1024:.0f} KiB")


def make(source: Source, file: Path) -> None:
    """Write one document, and its truth file in the folder `truth`."""
    if source.format == "pdf":
        write_pdf(source, file)
    elif source.format == "docx":
        office.write_docx(source, file)
    elif source.format == "html":
        office.write_html(source, file)
    else:
        _make_from_pages(source, file)
    values = json.dumps(truth(source, file.name), ensure_ascii=False, indent=1)
    path = FOLDER / "truth" / f"{source.id}.truth.json"
    path.write_text(values + "\n", encoding="utf-8")


def _make_from_pages(source: Source, file: Path) -> None:
    writers = {
        "scan": scan.write_scan,
        "mixed": scan.write_mixed,
        "ocr_txt": scan.write_ocr_text,
    }
    with TemporaryDirectory() as folder:
        digital = Path(folder) / "digital.pdf"
        write_pdf(source, digital)
        writers[source.format](source, digital, file)


if __name__ == "__main__":
    main(sys.argv[1:])
