"""One job a command, to be watched from outside: what kommunlupp's stages are measured against.

    python -m pipeline.evaluation.bench_peers JOB FOLDER

reads the PDFs of a folder with one job and prints nothing. Jobs are `pdfminer`, `pypdfium2`,
`symspell`, `transformers`, `plain` (pdfminer.six, symspellpy and transformers one after the other),
and kommunlupp's own `extract`, `restore`, `classify`. All but `pdfminer`, `pypdfium2`, `extract`
and `plain` take what `extract` has left in the folder.
"""

from __future__ import annotations

import importlib
import json
import os
import pickle
import re
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from pipeline.config import Config
from pipeline.document import Document
from pipeline.evaluation.restore_baselines import symspell
from pipeline.flow import Pipeline, identify
from pipeline.resources import model_folder
from pipeline.stages.restore.model import load_model

EXTRACTED, SECONDS = "extracted.pickle", "seconds.json"

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def _pdfs(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.pdf"))


def _pdfminer(folder: Path) -> Callable[[], object]:
    from pdfminer.high_level import extract_text

    return lambda: [extract_text(path) for path in _pdfs(folder)]


def _pypdfium2(folder: Path) -> Callable[[], object]:
    import pypdfium2

    def read() -> None:
        for path in _pdfs(folder):
            with pypdfium2.PdfDocument(path) as pdf:
                for page in pdf:
                    page.get_textpage().get_text_range()

    return read


def _extract(folder: Path) -> Callable[[], object]:
    stage: Any = Pipeline.from_config(Config()).stages[0]

    def read() -> None:
        documents = [stage(identify(path)) for path in _pdfs(folder)]
        stage.close()  # what a child process cost is known when it has ended
        (folder / EXTRACTED).write_bytes(pickle.dumps(documents))

    return read


def _extracted(folder: Path) -> list[Document]:
    documents: list[Document] = pickle.loads((folder / EXTRACTED).read_bytes())
    return documents


def _symspell(folder: Path) -> Callable[[], object]:
    repair = symspell(load_model(model_folder("restorer")).language)
    texts = [document.raw for document in _extracted(folder)]
    return lambda: [repair(text) for text in texts]


def _restore(folder: Path) -> Callable[[], object]:
    stage, documents = Pipeline.from_config(Config()).stages[1], _extracted(folder)
    return lambda: [stage(document) for document in documents]


def segmented(folder: Path) -> list[Document]:
    """The documents that the job `extract` has left in a folder, in sentences."""
    segment = Pipeline.from_config(Config()).stages[2]
    return [segment(document) for document in _extracted(folder)]


def _classify(folder: Path) -> Callable[[], object]:
    stage: Any = Pipeline.from_config(Config()).stages[3]
    documents = segmented(folder)
    return lambda: [stage.many(documents[at : at + 8]) for at in range(0, len(documents), 8)]


def _sentences(documents: Iterable[Document]) -> list[str]:
    return [document.text[s.start : s.end] for document in documents for s in document.sentences]


def peer_and_sentences(folder: Path) -> tuple[Any, list[str]]:
    """The peer of classification, and the sentences that the job `extract` has left for it."""
    sentences = _sentences(segmented(folder))
    return _peer(sentences, folder), sentences


def _peer(texts: list[str], folder: Path) -> Any:
    peer = importlib.import_module("pipeline.training.bert_peer").text_classifier(texts, folder)
    peer(texts[0])  # the first call loads libraries, for seconds: that is not held against it
    return peer


def _transformers(folder: Path) -> Callable[[], object]:
    classifier, sentences = peer_and_sentences(folder)
    return lambda: classifier(sentences)


def _plain(folder: Path) -> Callable[[], object]:
    from pdfminer.high_level import extract_text

    repair = symspell(load_model(model_folder("restorer")).language)
    classifier = _peer([extract_text(path) for path in _pdfs(folder)[:5]], folder)

    def read() -> None:
        for path in _pdfs(folder):
            text = repair(extract_text(path))
            classifier([s for s in _SENTENCE_END.split(text) if s.strip()])

    return read


JOBS: dict[str, Callable[[Path], Callable[[], object]]] = {
    "extract": _extract,
    "pdfminer": _pdfminer,
    "pypdfium2": _pypdfium2,
    "restore": _restore,
    "symspell": _symspell,
    "classify": _classify,
    "transformers": _transformers,
    "plain": _plain,
}


def _processor_s() -> float:
    """Of this process, finely, and of its children that have ended."""
    return time.process_time() + sum(os.times()[2:4])


def main() -> None:
    """Do a job; write the wall and processor seconds of the work itself to `seconds.json`."""
    name, folder = sys.argv[1], Path(sys.argv[2])
    work = JOBS[name](folder)
    began, cpu = time.perf_counter(), _processor_s()
    work()
    seconds = {"wall": time.perf_counter() - began, "cpu": _processor_s() - cpu}
    (folder / SECONDS).write_text(json.dumps(seconds))


if __name__ == "__main__":
    main()
