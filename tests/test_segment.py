"""Sentences and headings: abbreviations, references, bullets, broken lines, tables, lists."""

import pytest

from pipeline.document import Document, Page, Region
from pipeline.offsets import Span
from pipeline.stages.segment import Segment
from pipeline.stages.sentence_split import split_sentences


def split(text: str) -> list[str]:
    return [text[s.start : s.end] for s in split_sentences(text, Span(0, len(text)))]


def document(text: str, regions: tuple[Region, ...] = ()) -> Document:
    page = Page(1, 0, len(text), "file", regions=regions)
    return Document("id", "test.txt", text, (page,), text)


@pytest.mark.parametrize(
    "sentences",
    [
        ["Nämnden har bl.a. anställt två handläggare.", "De börjar i maj."],
        ["Beslutet fattas enligt 5 kap. 1 § socialtjänstlagen (SFS 2001:453).", "Det gäller nu."],
        ["Avtalet löper t.o.m. den 31 dec. 2019 och kan förlängas."],
        ["Ansvarig är K. Nilsson, tel. 0123-456 78.", "Frågor ställs till henne."],
        ["Rutiner, checklistor m.m. har tagits fram.", "Arbetet fortsätter."],
        ["Kostnaden blev 1,5 milj. kr.", "Den ryms i budget."],
        ["Vad gjorde kommunen?", "Den gjorde inget!", "Varför?"],
        ["Kvoten var 3.5 procent 2012.", "Året efter sjönk den."],
        ["Chefen säger: ”Vi klarar det.”", "Facket håller inte med."],
        ["Under 2008 infördes ett nytt system (se bilaga 3).", "Det används av alla."],
        ["Så var det… Sedan vände det."],
    ],
)
def test_boundaries(sentences: list[str]) -> None:
    expected = sentences if "…" not in sentences[0] else ["Så var det…", "Sedan vände det."]
    assert split(" ".join(sentences)) == expected


def test_missing_blank_after_a_full_stop() -> None:
    assert split("Målen finns i samtliga stadsdelar.Barnperspektivet saknas ännu.") == [
        "Målen finns i samtliga stadsdelar.",
        "Barnperspektivet saknas ännu.",
    ]


def test_addresses_are_not_split() -> None:
    assert split("Läs mer på www.exempelkommun.se eller i Bilaga.pdf på nätet.") == [
        "Läs mer på www.exempelkommun.se eller i Bilaga.pdf på nätet."
    ]


def test_sentence_over_line_breaks_stays_whole() -> None:
    text = (
        "Förvaltningen har under våren\nrekryterat två socialsekreterare\ntill enheten. Det räcker."
    )
    assert split(text) == [text[:-12].rstrip(), "Det räcker."]


def test_bullets_are_sentences() -> None:
    text = "Nämnden beslutar att\n- anta planen,\n- avsätta 200 tkr\n– ge förvaltningen i uppdrag"
    assert len(split(text)) == 4


def test_headings_and_sentences_by_shape() -> None:
    text = "BAKGRUND\n\nEnheten har anställt en chef.\n\nÅtgärder under året\n\nAlla fick en plan."
    result = Segment()(document(text))
    assert [s.heading for s in result.sentences] == ["BAKGRUND", "Åtgärder under året"]
    assert [text[h.start : h.end] for h in result.headings] == ["BAKGRUND", "Åtgärder under året"]


def test_sentence_cut_by_a_blank_line_is_joined() -> None:
    text = "Antalet handläggare per\n\nenhet har ökat."
    assert len(Segment()(document(text)).sentences) == 1


def test_copy_list_and_figures_hold_no_sentence() -> None:
    text = (
        "Beslutet får inte överklagas.\n\nKopia till:\n\nNorrköpings kommun\nFlens kommun\n"
        "Kils kommun\nVara kommun\n\nTotalt 14 15 16 17\nUngdomar 108 91 -16% 126\n\n3 (7)"
    )
    words = [text[s.start : s.end] for s in Segment()(document(text)).sentences]
    assert words == ["Beslutet får inte överklagas.", "Kopia till:"]


def test_list_of_titles_is_set_aside() -> None:
    titles = [f"Granskning av {what} i kommunen" for what in "hemtjänst skola vård tillsyn".split()]
    titles += ["Kvalitet inom äldreomsorgen. Rapport 2", "Plan för barn", "Hur gick det?", "Policy"]
    titles += ["Riktlinje för boenden", "Årsrapport", "Strategi", "Program"]
    text = "\n\n".join(titles) + "\n\nUnder året har två enheter slagits ihop. Det gick bra."
    result = Segment()(document(text))
    assert [text[s.start : s.end] for s in result.sentences] == [
        "Under året har två enheter slagits ihop.",
        "Det gick bra.",
    ]


def test_regions_decide_where_there_are_any() -> None:
    text = "Sida 1 av 2\nRubrik utan blankrad\nEnheten har en ny chef.\nA 1\tB 2"
    cuts = [0, 12, 33, 57, len(text)]
    kinds = ("page_number", "heading", "prose", "table")
    regions = tuple(Region(a, b, k) for a, b, k in zip(cuts, cuts[1:], kinds, strict=False))
    result = Segment()(document(text, regions))
    assert [(text[s.start : s.end], s.heading) for s in result.sentences] == [
        ("Enheten har en ny chef.", "Rubrik utan blankrad")
    ]


def test_prose_in_a_table_cell_is_kept() -> None:
    text = "Åtgärd\tAnsvar\tNär\nTvå handläggare anställs till enheten i Säter\tEnhetschef\t2019-03"
    result = Segment()(document(text, (Region(0, len(text), "table"),)))
    assert [text[s.start : s.end] for s in result.sentences] == [
        "Två handläggare anställs till enheten i Säter"
    ]
