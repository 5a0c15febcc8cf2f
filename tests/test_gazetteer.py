"""The gazetteer: codes, every name in every form, ambiguous names in both readings, speed."""

import json
from pathlib import Path

import pytest
from effort import calls

from pipeline.errors import ModelError
from pipeline.gazetteer import Body, Gazetteer
from pipeline.gazetteer.forms import genitive
from pipeline.gazetteer.tables import read_tables

GAZETTEER = Gazetteer.load()
BED = Path(__file__).parent / "beds" / "ambiguous_names.jsonl"
MUNICIPALITIES = [b for b in GAZETTEER.tables.bodies.values() if b.kind == "municipality"]


def found(text: str) -> list[str]:
    return [code for m in GAZETTEER.find(text) if m.acting for code in m.codes]


def test_all_municipalities_and_regions_are_there() -> None:
    kinds = [body.kind for body in GAZETTEER.tables.bodies.values()]
    assert kinds.count("municipality") == 290
    assert kinds.count("region") == 20  # the twenty-first, Gotland, is municipality 0980
    assert {len(body.code) for body in MUNICIPALITIES} == {4}
    assert len(GAZETTEER.tables.counties) == 21


def test_codes_roll_up() -> None:
    assert GAZETTEER.name("0120") == "Värmdö kommun"
    assert GAZETTEER.name("0180-farsta") == "Farsta stadsdelsnämnd"
    assert GAZETTEER.name("01") == "Region Stockholm"
    assert GAZETTEER.municipality_of("0180-farsta") == "0180"
    assert GAZETTEER.municipality_of("0120") == "0120"
    assert GAZETTEER.municipality_of("01") is None
    assert GAZETTEER.county("1480-centrum") == "14"
    assert GAZETTEER.county_name("14") == "Västra Götalands län"
    for body in GAZETTEER.tables.bodies.values():
        if body.kind == "district":
            assert body.municipality == body.code[:4]
            assert body.municipality in GAZETTEER.tables.bodies
        assert GAZETTEER.county(body.code) in GAZETTEER.tables.counties


def test_districts_are_valid_in_their_years() -> None:
    def valid(city: str, year: int) -> set[str]:
        codes = (c for c, b in GAZETTEER.tables.bodies.items() if b.kind == "district")
        return {c for c in codes if c.startswith(city) and GAZETTEER.is_valid(c, year)}

    assert len(valid("0180", 2000)) == 18
    assert len(valid("0180", 2015)) == 14
    assert len(valid("0180", 2022)) == 13
    assert len(valid("0180", 2025)) == 11
    assert len(valid("1480", 2005)) == 21
    assert len(valid("1480", 2015)) == 10
    assert len(valid("1280", 2005)) == 10


@pytest.mark.parametrize("body", MUNICIPALITIES, ids=lambda body: body.short)
def test_every_name_in_six_forms(body: Body) -> None:
    name, short = body.name, body.short
    forms = [
        f"{name} har anställt två socialsekreterare.",
        f"{genitive(name)} socialnämnd har antagit en plan.",
        f"I {short} har nämnden inrättat en mottagningsgrupp.",
        f"Det är {genitive(short)} socialtjänst som ansvarar.",
        f"Socialnämnden i {short} har ändrat delegationen.",
        f"{name.upper()}\nSocialförvaltningen",
    ]
    assert [found(form) for form in forms] == [[body.code]] * 6


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Nacka, Norrtälje och Österåker har avtal.", ["0182", "0188", "0117"]),
        ("Upplands-Bro och Upplands\nVäsby", ["0139", "0114"]),
        ("Bodens, Kalix och Gällivare kommuner", ["2582", "2514", "2523"]),
        ("Sundbyberg kommun och Stockholm stad", ["0183", "0180"]),
        ("Stockholms län samt Region Gotland", ["0980"]),
        ("Kalmar och Kronobergs län", []),
        ("Södermalms stadsdelsförvaltning", ["0180-sodermalm"]),
        ("SDN Angered och stadsdelen Hyllie", ["1480-angered", "1280-hyllie"]),
        ("Stadsdelsnämnden Biskopsgården", ["1480-biskopsgarden"]),
        ("Hässelby-Vällingby stadsdel", ["0180-hasselby-vallingby"]),
        ("Landstinget Blekinge och Jämtlands läns landsting", ["10", "23"]),
        ("Västra Götalandsregionen", ["14"]),
        ("Tiohundranämnden", ["0188"]),
        ("Virmdo kommun", ["0120"]),
        ("Sodertalje kommun", ["0181"]),
        ("Varje kommun och Respektive kommun", []),
        ("frågan har uppmärksammats i hela Stockholms-regionen", []),
        ("Enligt Länsstyrelsen i Kalmar län", []),
    ],
)
def test_forms(text: str, codes: list[str]) -> None:
    assert found(text) == codes


def test_a_name_that_a_document_settles() -> None:
    assert found("Mark söks för ett boende.") == []
    assert found("Marks kommun svarar. Mark söker nu fler familjehem.") == ["1463", "1463"]
    assert found("Anna Lund har handlagt ärendet. Enligt Lund är det klart.") == []


def test_ambiguous_names_in_both_readings() -> None:
    rows = [json.loads(line) for line in BED.read_text(encoding="utf-8").splitlines()]
    assert len(rows) >= 300
    right = wrong = missed = 0
    for row in rows:
        codes = found(row["text"])
        right += row["code"] in codes
        missed += row["code"] is not None and row["code"] not in codes
        wrong += 0 if row["code"] else len(codes)
    assert right / (right + wrong) >= 0.98
    assert right / (right + missed) >= 0.95


def test_missing_tables_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="counties"):
        read_tables(tmp_path)


def test_effort_grows_with_the_text_and_not_faster() -> None:
    page = "Socialnämnden i Nacka har under året anställt fler handläggare än tidigare. " * 40
    GAZETTEER.find(page)
    short, long = (calls(lambda text=text: GAZETTEER.find(text)) for text in (page, page * 10))
    assert long < 1.1 * 10 * short
