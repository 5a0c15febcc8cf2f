"""The restore stage on text written for these tests."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config import RestoreConfig
from pipeline.document import Document, Page
from pipeline.errors import ModelError
from pipeline.offsets import OffsetMap
from pipeline.resources import model_folder
from pipeline.stages.restore import Restore, restore
from pipeline.stages.restore.model import RestorerModel

CLEAN = """Tjänsteskrivelse till socialnämnden

Under våren har förvaltningen gått igenom hur enheten för barn och unga arbetar. Antalet
anmälningar ökade med 12 procent jämfört med föregående år, och handläggarna hann inte med
att avsluta ärenden i tid. Därför anställdes två socialsekreterare och en samordnare. Kommunen
har även köpt in konsulter för att klara de utredningar som blivit försenade. Vid årsskiftet
infördes en ny rutin för hur ärenden fördelas, och cheferna följer upp den varje månad.
Nämnden beslutade den 14 maj 2014 (dnr SN 2014/0231) att avsätta 1,5 miljoner kronor för
åtgärderna. Frågor besvaras av asa.oberg@kommunen.example eller på telefon 08-123 45 67.
Personalen är nöjd med stödet, men behöver mer handledning för att kunna göra ett bra arbete.
Ytterligare åtgärder övervägs om läget inte förbättras före sommaren.
"""

ENGLISH_CHANNEL = str.maketrans("åäöÅÄÖ", "aaoAAO")


def as_read_by(text: str, channel: dict[int, str] = ENGLISH_CHANNEL) -> str:
    """The text as an engine without Swedish letters reads it, addresses left alone."""
    return text.translate(channel)


def wrong_words(left: str, right: str) -> int:
    pairs = zip(left.split(), right.split(), strict=True)
    return sum(one != other for one, other in pairs)


def test_clean_text_is_left_alone() -> None:
    assert restore(CLEAN) == (CLEAN, ())


def test_lost_letters_come_back() -> None:
    damaged = as_read_by(CLEAN)
    assert wrong_words(damaged, CLEAN) > 30
    restored, edits = restore(damaged)
    assert wrong_words(restored, CLEAN) <= 2
    assert OffsetMap(edits).apply(damaged) == restored
    assert all(0 < edit.confidence <= 1 for edit in edits)


def test_one_channel_is_told_from_another() -> None:
    danish = as_read_by(CLEAN, str.maketrans({"ä": "å", "ö": "ø", "Ä": "Å", "Ö": "Ø"}))
    restored, _ = restore(danish)
    assert wrong_words(restored, CLEAN) <= 3


def test_numbers_dates_and_addresses_stay() -> None:
    restored, _ = restore(as_read_by(CLEAN))
    for kept in ("14 maj 2014", "2014/0231", "1,5", "asa.oberg@kommunen.example", "123 45 67"):
        assert kept in restored


def test_restoring_restored_text_does_nothing() -> None:
    restored, _ = restore(as_read_by(CLEAN))
    assert restore(restored) == (restored, ())


def test_line_breaks_are_kept() -> None:
    damaged = as_read_by(CLEAN)
    restored, _ = restore(damaged)
    assert [bool(line) for line in restored.split("\n")] == [
        bool(line) for line in damaged.split("\n")
    ]


def test_english_prose_is_left_alone() -> None:
    english = (
        "The municipality has hired two social workers and a coordinator. The office for "
        "children and families has also changed how cases are assigned, and managers follow "
        "up every month. For more than a year the staff had asked for better support, and "
        "the board decided in May to set aside money for it. The results are not yet known.\n"
    ) * 4
    assert restore(english) == (english, ())


def test_danish_quoted_in_clean_swedish_is_left_alone() -> None:
    danish = (
        "Kommunen har besluttet at ansætte to nye sagsbehandlere, og forvaltningen følger op på "
        "indsatsen hver måned. Det er ikke nok, og jeg håber at sagerne bliver afgjort.\n"
    )
    text = CLEAN + danish * 3
    assert restore(text) == (text, ())


def test_english_titles_on_a_damaged_page_are_left_alone() -> None:
    title = "Strategy of the Union for children and for the rights of their parents"
    restored, _ = restore(as_read_by(CLEAN) + title + "\n")
    assert title in restored


def test_stage_repairs_each_page_by_its_own_evidence() -> None:
    damaged = as_read_by(CLEAN)
    raw = CLEAN + damaged
    pages = (
        Page(1, 0, len(CLEAN), "text_layer"),
        Page(2, len(CLEAN), len(raw), "hidden_text_layer"),
    )
    document = Restore(RestoreConfig())(Document("0", "x.pdf", raw=raw, pages=pages, text=raw))
    assert document.raw == raw
    assert document.text.startswith(CLEAN)
    assert wrong_words(document.text[len(CLEAN) :], CLEAN) <= 2
    assert document.offsets.apply(raw) == document.text
    assert document.offsets.revert(document.text) == raw


def test_stage_can_be_told_not_to_repair() -> None:
    damaged = as_read_by(CLEAN)
    stage = Restore(RestoreConfig(enabled=False))
    assert stage(Document("0", "x.txt", raw=damaged, text=damaged)).text == damaged


def test_missing_and_damaged_models_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        RestorerModel.load(tmp_path)
    for file in model_folder("restorer").iterdir():
        (tmp_path / file.name).symlink_to(file)
    (tmp_path / "lexicon.txt").unlink()
    (tmp_path / "lexicon.txt").write_text("och\natt", encoding="utf-8")
    with pytest.raises(ModelError, match=r"lexicon\.txt"):
        RestorerModel.load(tmp_path)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.text(st.characters(codec="utf-8"), max_size=400))
def test_any_text_survives(text: str) -> None:
    restored, edits = restore(text)
    assert OffsetMap(edits).apply(text) == restored
    assert OffsetMap(edits).revert(restored) == text
    assert restore(restored)[0] == restored


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.randoms(use_true_random=False))
def test_garbled_damage_survives(chance: random.Random) -> None:
    characters = list(as_read_by(CLEAN))
    for _ in range(60):
        characters[chance.randrange(len(characters))] = chance.choice(" \n-é6ö\u0301\ufb01§1l|")
    text = "".join(characters)
    restored, edits = restore(text)
    assert OffsetMap(edits).revert(restored) == text
    assert restore(restored)[0] == restored
