"""What the tagger is trained on: alignment, noise, and what is kept out."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.stages.restore.alphabet import KEEP
from pipeline.training.aligned_pages import (
    MASKED,
    PagePair,
    build_alphabet,
    fold,
    labels,
    load_pages,
)
from pipeline.training.noise import NoiseSampler, count_confusions
from pipeline.training.seen_text import SeenText

GOLD = "Åtgärder för ökad trygghet gäller både små och stora skolor i området."
RAW = "Atgdrder for dkad trygghet gdller bade sma och stora skolor i omradet."
PAGE = PagePair(GOLD, RAW, "eng", held_out=False)


def test_labels_turn_the_reading_into_the_print() -> None:
    alphabet = build_alphabet([PAGE], characters=100, outputs=50)
    marks = labels(RAW, GOLD, alphabet)
    assert MASKED not in marks
    read = [alphabet.outputs[m].replace(KEEP, c) for m, c in zip(marks, RAW, strict=True)]
    assert "".join(read) == GOLD


def test_unreadable_stretches_teach_nothing() -> None:
    alphabet = build_alphabet([PAGE], characters=100, outputs=50)
    garbled = RAW.replace("trygghet", "|||||||||||||||")
    assert (labels(garbled, GOLD, alphabet) == MASKED).sum() > 8


def test_noise_repeats_what_one_page_confused() -> None:
    counts = count_confusions(PAGE)
    assert counts["ä"] == {"d": 2}
    assert counts["å"] == {"a": 3}
    noisy = NoiseSampler([PAGE], seed=1)("små åtgärder i både små skolor")
    assert noisy == "sma atgdrder i bade sma skolor"


def test_pages_are_folded_and_split_by_number(tmp_path: Path) -> None:
    page = {"gold": "Ett  ord\n\n\nändå ett till ", "raw": "Ett ord\nanda ett  till", "lang": "eng"}
    hopeless = {**page, "raw": "#" * 40}
    lines = [json.dumps(page)] * 10 + [json.dumps(hopeless)]
    (tmp_path / "pages-0.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    pages = load_pages(tmp_path)
    assert [page.held_out for page in pages] == [n == 7 for n in range(10)]
    assert pages[0].gold == fold(page["gold"]) == "Ett ord\nändå ett till"


def test_what_a_bed_holds_is_kept_out(tmp_path: Path) -> None:
    text = "Nämnden har beslutat att anställa två handläggare vid enheten för barn och unga."
    (tmp_path / "000.gold.txt").write_text(
        "Rubrik\n" + text.replace("två ", "två\n"), encoding="utf-8"
    )
    seen = SeenText.of_beds([tmp_path])
    assert seen.holds(text)
    assert not seen.holds("Förvaltningen återkommer till nämnden med ett förslag i höst, sägs det.")
