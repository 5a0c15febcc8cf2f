"""Attribution: who a document is by, who acts in a sentence, who only stands on a copy list."""

from dataclasses import replace
from pathlib import Path

import pytest
from effort import calls

from pipeline.document import Document, Finding, Page, Scope
from pipeline.evaluation.attribution import evaluate_attribution, read_drafts
from pipeline.gazetteer import Gazetteer
from pipeline.offsets import Span
from pipeline.stages.attribute import Attribute
from pipeline.stages.segment import Segment

ROOT = Path(__file__).parents[1]
SEEDS = ROOT.parent / "shared" / "seeds"
CORPUS = sorted((ROOT / "corpus" / "measures").glob("*.jsonl"))
ATTRIBUTE = Attribute()
COPY_LIST = ("Huddinge kommun", "Nacka kommun", "Farsta stadsdel", "Region Gotland")


def attribute(text: str, scope: Scope = "named", source: str = "scan001.txt") -> Document:
    """Segment a text, make every sentence a finding of one scope, and attribute them."""
    page = Page(number=1, start=0, end=len(text), source="file")
    document = Segment()(Document(id="d", source=source, raw=text, pages=(page,), text=text))
    findings = tuple(
        Finding(f"f{n}", Span(s.start, s.end), "routines", "taken", scope, 0.9)
        for n, s in enumerate(document.sentences)
    )
    return ATTRIBUTE(replace(document, findings=findings))


def credits(document: Document) -> dict[str, tuple[str, ...]]:
    return {
        " ".join(document.text[f.span.start : f.span.end].split()): f.municipalities
        for f in document.findings
    }


def author(document: Document) -> tuple[str, ...]:
    assert document.subject is not None
    return document.subject.author


MEMO = """VÄRMDÖ KOMMUN
Socialförvaltningen

Personalläget inom IFO

Under hösten har vi anställt två nya socialsekreterare. KSL har utarbetat en handlingsplan.
Det har tagits fram en rutin för skyddsbedömningar. En handläggare lånas från Nacka kommun
två dagar i veckan. Flera kommuner i länet har höjt lönerna. Nacka har däremot infört tak.
"""

REPORT = """Barnavården i tre kommuner

Länsstyrelsen i Stockholms län

Kvalitet

Även Norrtälje har ett kvalitetssystem. Kommunen har anställt en utvecklare.
I Södertälje och Österåker pågår ett arbete. Kommunerna har som mål att införa ett system.
Samtliga tre kommuner har en rutin. De övriga bör följa efter. Flera kommuner köper konsulter.
Det har anställts administratörer. Länsstyrelsen ser positivt på detta.

Södertälje

Socialnämnden har tillsatt ett utskott. Avtal finns med grannkommunen Tyresö.
"""


def test_a_memo_speaks_for_its_municipality() -> None:
    memo = attribute(MEMO)
    assert author(memo) == ("0120",)
    given = credits(memo)
    assert given["Under hösten har vi anställt två nya socialsekreterare."] == ("0120",)
    assert given["Det har tagits fram en rutin för skyddsbedömningar."] == ("0120",)
    lent = "En handläggare lånas från Nacka kommun två dagar i veckan."
    assert given[lent] == ("0120",)
    assert given["Flera kommuner i länet har höjt lönerna."] == ()
    assert given["Nacka har däremot infört tak."] == ("0182",)


def test_a_report_names_its_actors() -> None:
    report = attribute(REPORT)
    assert author(report) == ()
    given = credits(report)
    assert given["Även Norrtälje har ett kvalitetssystem."] == ("0188",)
    assert given["Kommunen har anställt en utvecklare."] == ("0188",)
    assert given["I Södertälje och Österåker pågår ett arbete."] == ("0181", "0117")
    assert given["Kommunerna har som mål att införa ett system."] == ("0181", "0117")
    assert given["De övriga bör följa efter."] == ()
    assert given["Flera kommuner köper konsulter."] == ()
    assert given["Socialnämnden har tillsatt ett utskott."] == ("0181",)
    assert given["Avtal finns med grannkommunen Tyresö."] == ("0181",)


def test_all_members_are_told_apart() -> None:
    text = REPORT.split("Södertälje\n")[0].replace("grannkommunen Tyresö", "polisen")
    whole = next(f for f in attribute(text, "all").findings if f.basis == "all_members")
    assert whole.municipalities == ("0188", "0181", "0117")
    assert whole.quantity is not None
    assert (whole.quantity.count, whole.quantity.of) == (3, 3)
    assert whole.scope == "all"
    report = attribute(REPORT, "all")  # Tyresö, a neighbour that helped, is no member
    members = {f.municipalities for f in report.findings if f.basis == "all_members"}
    assert members <= {("0188", "0181", "0117")}


def test_scope_is_corrected_where_the_text_says_otherwise() -> None:
    memo = {f.span: f for f in attribute(MEMO, "some").findings}
    scopes = [f.scope for f in sorted(memo.values(), key=lambda f: f.span)]
    assert scopes.count("some") == 1  # "Flera kommuner": the rest is the municipality's own
    flera = next(f for f in memo.values() if f.scope == "some")
    assert flera.quantity is not None
    assert flera.quantity.text == "Flera kommuner"
    named = {f.span: f for f in attribute(REPORT, "named").findings}
    assert [f.scope for f in named.values()].count("all") == 1
    assert "some" in [f.scope for f in named.values()]


def test_others_act_only_where_somebody_else_is_named() -> None:
    text = (
        "Nacka kommun\nSocialförvaltningen\nTjänsteskrivelse\n\n"
        "Introduktionen av nya handläggare har förlängts. Länsstyrelsen utbildar under våren. "
        "Utbildningen pågår i två dagar. Rutinerna ses över i höst. Vi ser över rutinerna."
    )
    document = attribute(text, "other")
    found = document.findings
    scopes = {document.text[f.span.start : f.span.end]: f.scope for f in found}
    assert {said: scope for said, scope in scopes.items() if said.endswith(".")} == {
        "Introduktionen av nya handläggare har förlängts.": "named",
        "Länsstyrelsen utbildar under våren.": "other",
        "Utbildningen pågår i två dagar.": "other",
        "Rutinerna ses över i höst.": "named",
        "Vi ser över rutinerna.": "named",
    }
    assert {f.municipalities for f in found if f.scope == "named"} == {("0182",)}
    assert all(f.municipalities == () for f in found if f.scope == "other")
    memo = credits(attribute(MEMO, "other"))
    assert memo["KSL har utarbetat en handlingsplan."] == ()


def test_a_joint_board_is_one_body_though_no_municipality_is_its_own() -> None:
    text = """Gemensamma överförmyndarnämnden, protokoll nr 2

Överförmyndarnämnden i samverkan

Två handläggare har anställts under våren. Granskningen sker enligt en ny ordning.
Räkningarna från Vetlanda, Sävsjö och Eksjö läggs på var sin hög.
"""
    assert {f.scope for f in attribute(text).findings} == {"named"}
    by_the_state = text.replace("Överförmyndarnämnden i samverkan", "Länsstyrelsen i Kalmar län")
    assert [f.scope for f in attribute(by_the_state).findings][:2] == ["some", "some"]


def test_a_region_acts_itself_where_its_text_is_not_on_municipalities() -> None:
    text = """Region Sörmland

Verksamhetsplan för hälso- och sjukvården

Tolv sjuksköterskor har anställts. Vårdcentralen i Flen får en ny mottagning.
Samarbetet med Eskilstuna kommun går vidare.
"""
    assert credits(attribute(text))["Tolv sjuksköterskor har anställts."] == ("04",)


@pytest.mark.parametrize(
    "marker",
    [
        "Kopia till:",
        "Kopia för kännedom",
        "Sändlista",
        "Delges:",
        "För kännedom:",
        "Expedieras till",
        "Beslutet har skickats till",
        "Protokollsutdrag till:",
    ],
)
@pytest.mark.parametrize("scope", ["named", "all", "some"])
def test_a_copy_list_credits_nobody(marker: str, scope: Scope) -> None:
    names = "\n".join(COPY_LIST)
    text = (
        "Kommuner och stadsdelar i Stockholms län\n\nSkälen för beslutet\n\n"
        "IVO bedömer att samtliga kommuner och stadsdelar har vidtagit åtgärder. Det anställdes "
        "socialsekreterare. Flera kommuner byggde upp egna boenden. IVO konstaterar att några "
        f"stadsdelar har ändrat delegationen.\n\n{marker}\n\n{names}\n"
    )
    document = attribute(text, scope)
    assert document.findings
    assert all(f.municipalities == () for f in document.findings)
    assert document.subject is not None
    assert (document.subject.author, document.subject.covered) == ((), ())


@pytest.mark.parametrize(
    ("text", "source", "code"),
    [
        (
            "Tjänsteskrivelse\nSocialnämnden i Kalix kommun\n\nVi har tagit fram en rutin.",
            "a",
            "2514",
        ),
        (
            "Protokoll, Bergsjöns stadsdelsnämnd 2003-11-25\n\nNämnden antog en plan.",
            "a",
            "1480-bergsjon",
        ),
        ("Socialnämnden, Borås Stad, till IVO\n\nNämnden har infört en rutin.", "a", "1490"),
        ("Till Nacka kommun\n\nTyresö kommun\n\nVi har en rutin sedan förra året.", "a", "0138"),
        (
            "Rutin\n\nVi har antagit en rutin för jouren.\n\nSala kommun, Box 304, 733 25 Sala",
            "a",
            "1981",
        ),
        (
            "Rutin\n\nVi har antagit en rutin för jouren som gäller.",
            "Handlingsplan Mora kommun.pdf",
            "2062",
        ),
        ("Rutin\n\nFrågor ställs till registrator@norrtalje.se före den 1 maj.", "a", "0188"),
        (
            "Granskning av familjehemsvården\n\nRapport till revisorerna i Motala kommun\n\n"
            "Deloitte, mars 2014\n\nNämnden har infört en ny rutin.",
            "a",
            "0583",
        ),
        ("Utbildningsnämnden, Lund\n\nProtokoll\n\nNämnden antog en plan.", "a", "1281"),
        ("Rutin\n\nVi såg över den. Vi i Virmdo kommun har en plan. Vi är nöjda.", "a", "0120"),
    ],
)
def test_the_author_is_found(text: str, source: str, code: str) -> None:
    assert author(attribute(text, source=source)) == (code,)


def test_an_addressee_is_no_author() -> None:
    decision = attribute(
        "Nacka kommun\nSocialnämnden\n131 81 Nacka\n\nBeslut\n\nIVO konstaterar att nämnden har "
        "brustit. IVO bedömer att rutinerna är bra. Nämnden har anställt två handläggare. IVO "
        "avslutar ärendet.\n\nFör Inspektionen för vård och omsorg\n"
    )
    assert author(decision) == ()
    assert credits(decision)["Nämnden har anställt två handläggare."] == ("0182",)


def test_a_decision_is_about_its_one_addressee() -> None:
    decision = attribute(
        "Inspektionen för vård och omsorg\n\nBeslut 2016-04-11\n\nTill socialnämnden i Nacka "
        "kommun\n\nÄrendet\n\nNämnden har anställt två handläggare. Värmdö kommun fick samma "
        "frågor. Tyresö kommun och Värmdö kommun svarade. I Värmdö kommun pågår arbetet.\n"
    )
    assert author(decision) == ()
    assert credits(decision)["Nämnden har anställt två handläggare."] == ("0182",)


def test_years() -> None:
    text = "Lunds kommun\nRapport 2012-05-02\n\nPersonal\n\n{}\n"
    cases = {
        "Rutinen infördes 2009 i hela förvaltningen.": 2009,
        "Rutinen bygger på SOSFS 2006:11 och lagen (2001:453).": 2012,
        "I fjol anställdes två handläggare.": 2011,
        "Nästa år öppnas en mottagning.": 2013,
    }
    for sentence, year in cases.items():
        assert [f.year for f in attribute(text.format(sentence)).findings] == [year]


def test_only_its_own_layer_changes() -> None:
    memo = attribute(MEMO)
    again = ATTRIBUTE(memo)
    assert again == memo
    bare = [
        replace(f, municipalities=(), quantity=None, year=None, basis="none", scope="named")
        for f in memo.findings
    ]
    assert [f.id for f in bare] == [f"f{n}" for n in range(len(bare))]
    assert all(f.score == 0.9 and f.label == "routines" and f.status == "taken" for f in bare)


@pytest.mark.skipif(not SEEDS.is_dir(), reason="shared/seeds is not in this checkout")
@pytest.mark.parametrize("scope", ["named", "some", "all"])
def test_seed_documents(scope: Scope) -> None:
    texts = {file.name: file.read_text(encoding="utf-8") for file in SEEDS.glob("*.txt")}
    memo = attribute(texts["municipal_memo_ocr_2015.txt"], scope)
    assert author(memo) == ("0120",)
    assert {code for f in memo.findings for code in f.municipalities} == {"0120"}
    decision = attribute(texts["ivo_decision_2018.txt"], scope)
    assert all(f.municipalities == () for f in decision.findings)
    report = attribute(texts["county_board_report_2008.txt"], scope)
    credited = {code for f in report.findings for code in f.municipalities}
    assert author(report) == ()
    assert {"0182", "0188", "0181", "0117"} <= credited
    assert credited <= {"0182", "0188", "0181", "0117", "0180-sodermalm", "0180"}
    assert report.subject is not None
    assert report.subject.year == 2008


@pytest.mark.skipif(not CORPUS, reason="corpus/measures holds no documents yet")
def test_corpus_documents() -> None:
    scores = evaluate_attribution(read_drafts(CORPUS))
    assert scores.f1 >= 0.90
    assert scores.author_accuracy >= 0.95
    assert scores.quantity_accuracy >= 0.85


def test_effort_grows_with_the_pages_and_not_faster() -> None:
    section = "I Norrtälje har nämnden anställt fler. Tio av 39 kommuner har gjort det. " * 20
    texts = [
        "Rapport om kommunerna\n\n" + "\n\n".join(f"Avsnitt\n\n{section}" for _ in range(pages))
        for pages in (2, 20)  # every sentence a finding
    ]
    attribute(texts[0])
    short, long = (calls(lambda text=text: attribute(text)) for text in texts)
    assert long < 1.1 * 10 * short
    assert Gazetteer.load() is ATTRIBUTE.gazetteer
