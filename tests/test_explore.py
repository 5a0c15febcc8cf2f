"""What notebooks say of a run: no more than what was read, and what is known of the errors."""

from pathlib import Path

import pytest

from pipeline.api import Run, open_run
from pipeline.evaluation.synthetic import InventedRun, document, finding
from pipeline.explore import claims, html
from pipeline.explore.chart_map import map_of_run


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Read of Kil and Vara; of Ale a document that could not be read."""
    known = {"1715": "Kils kommun", "1470": "Vara kommun"}
    read = {code: document(f"{code}.pdf", author_codes=[code]) for code in known}
    findings = [
        finding(of, municipality_codes=[code], municipality_names=[known[code]])
        for code, of in read.items()
    ]
    unread = document("ale.pdf", "failed", author_codes=["1440"])
    InventedRun(findings, [*read.values(), unread]).write(tmp_path / "run")
    return open_run(tmp_path / "run")


@pytest.mark.filterwarnings("ignore:counts are not corrected")
def test_a_municipality_whose_documents_are_unread_is_unread(run: Run) -> None:
    assert claims.unread(run).startswith("Om 288 av 290 kommuner")
    for shown in (map_of_run(run), html.run(run.totals)):
        assert "Ale kommun: inget läst" in shown
        assert "Vara kommun: 1<" in shown


@pytest.mark.filterwarnings("ignore:counts are not corrected")
def test_without_the_errors_of_the_model_no_difference_is_judged(run: Run) -> None:
    (row,) = claims.compare(run, "Kils kommun", "Vara kommun").to_dict("records")
    assert row["Kils kommun"] == row["Vara kommun"] == "okänt"
    assert row["skillnad"].startswith("går inte att bedöma: hur ofta modellen")
