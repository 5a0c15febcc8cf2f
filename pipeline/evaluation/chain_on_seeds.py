"""How often the whole chain tells status and scope right in the four real documents.

    python -m pipeline.evaluation.chain_on_seeds

A sentence alone often does not say who acts; the attribute stage knows the document. Where both it
and the coders find a label, this counts how often its status and scope are among those that the
coders gave, and the classifier's own beside. The rules were written with these documents at hand.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.config import Config
from pipeline.document import Document
from pipeline.evaluation.seed_sentences import ANNOTATION, SEEDS, with_text
from pipeline.flow import Pipeline, identify
from pipeline.training.corpus_data import Gold, LabelledSentence, labelled_of

KINDS = ("status", "scope")


def agreement(annotation: Path, seeds: Path) -> dict[str, dict[str, float]]:
    """Return the shares of findings that are right, by stage and kind."""
    records = list(with_text(annotation, seeds))
    sentences = labelled_of(enumerate(records, start=1), str(annotation))
    known = {str(record["id"]): one for record, one in zip(records, sentences, strict=True)}
    pipeline = Pipeline.from_config(Config())
    right: dict[str, Counter[str]] = {"classify": Counter(), "attribute": Counter()}
    for source in sorted({one.document for one in sentences}):
        document = identify(seeds / source)
        for stage in pipeline.stages:
            document = stage(document)
            if stage.name in right:
                right[stage.name].update(_judged(document, source, known))
    return {
        stage: {kind: counts[kind] / counts["all"] for kind in KINDS}
        for stage, counts in right.items()
    }


def _judged(document: Document, source: str, known: dict[str, LabelledSentence]) -> Iterator[str]:
    """Yield `all` for each finding that the coders have too, and the kinds that are right."""
    numbers = {sentence.start: number for number, sentence in enumerate(document.sentences)}
    for finding in document.findings:
        one = known.get(f"{source}:{numbers[finding.span.start]}")
        gold = _gold(one.gold, finding.label) if one else None
        if gold:
            yield "all"
            if finding.status in gold.statuses:
                yield "status"
            if finding.scope in gold.scopes:
                yield "scope"


def _gold(gold: Iterable[Gold], label: str) -> Gold | None:
    return next((one for one in gold if one.label == label), None)


def main() -> None:
    """Run the command line; see the module's description."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--annotation", type=Path, default=ANNOTATION)
    parser.add_argument("--seeds", type=Path, default=SEEDS)
    options = parser.parse_args()
    for stage, shares in agreement(options.annotation, options.seeds).items():
        print(stage, *(f"{kind} {share:.3f}" for kind, share in shares.items()))


if __name__ == "__main__":
    main()
