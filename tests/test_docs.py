"""The documentation builds strictly, and what it tells people to type works."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from urllib.parse import unquote, urlsplit

import lxml.html
import pytest
import yaml
from desks import make_desk
from documented import NOT_RUN, PAGES, README, ROOT, blocks, commands, excused, try_page

from pipeline.cli import cli
from pipeline.cli.reference import commands_page, errors_page, load_errors, settings_page
from pipeline.config import Config
from pipeline.errors import all_errors

DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("mkdocs")
    out = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(out)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return out


def test_the_site_holds_every_page_and_fetches_nothing(site: Path) -> None:
    nav = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    named = re.findall(r"[\w-]+\.md", str(nav))
    assert {path.name for path in PAGES} < set(named)
    for name in named:
        page = lxml.html.parse(str(site / name.replace(".md", ".html"))).getroot()
        fetched = page.xpath("//script/@src | //link[@rel='stylesheet']/@href | //img/@src")
        assert not [address for address in fetched if "//" in address]
        assert page.xpath("//h1")


def test_links_of_the_site_lead_somewhere(site: Path) -> None:
    """To a page that is there, and where a place on it is named to that place."""
    pages = {path: lxml.html.parse(str(path)).getroot() for path in site.rglob("*.html")}
    for path, page in pages.items():
        if path.name == "404.html":
            continue  # its links begin at the site's address
        for address in page.xpath("//a/@href | //img/@src"):
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                assert parts.scheme in ("https", "mailto"), f"{path.name}: {address}"
                continue
            found = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            found = found / "index.html" if found.is_dir() else found
            assert found.is_file(), f"{path.name}: {address}"
            if parts.fragment and found in pages:
                ids = pages[found].xpath("//@id | //a/@name")
                assert unquote(parts.fragment) in ids, f"{path.name}: {address}"


MARKDOWN = sorted(
    path
    for pattern in ("*.md", "docs/*.md", "models/*/*.md", "corpus/**/*.md")
    for path in ROOT.glob(pattern)
)


@pytest.mark.parametrize("path", MARKDOWN, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_links_of_markdown_lead_somewhere(path: Path) -> None:
    """What the site does not hold: README, cards, notices."""
    text = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.S)
    for address in re.findall(r"\]\(([^)\s]+)\)", text):
        parts = urlsplit(address)
        if parts.scheme:
            assert parts.scheme in ("https", "mailto") and (parts.netloc or parts.path), address
        elif parts.path and path.parent != DOCS:  # the site's own are looked at there
            assert (path.parent / unquote(parts.path)).exists(), address


def test_every_error_is_documented() -> None:
    load_errors()
    page = errors_page()
    for error in all_errors():
        assert f"`{error.code}`" in page, error
        assert error.__doc__ and error.remedy.replace("|", "\\|") in page


def test_every_command_and_setting_is_documented() -> None:
    commands, settings = commands_page(), settings_page()
    for name in cli.list_commands(None):  # type: ignore[arg-type]
        assert f"## kommunlupp {name}\n" in commands
    for section, field in Config.model_fields.items():
        for key in field.annotation.model_fields:  # type: ignore[union-attr]
            assert f"`{section}.{key}`" in settings


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_desk(tmp_path_factory.mktemp("desk"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_tells_to_type_works(
    page: Path, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Commands and Python in the order of the page."""
    monkeypatch.chdir(desk)
    monkeypatch.setenv("KOMMUNLUPP_PASSWORD", "korrekt häst batteri")
    try_page(page)


@pytest.mark.parametrize("page", [README, *PAGES], ids=lambda page: page.stem)
def test_commands_stand_where_they_are_tried(page: Path) -> None:
    """In blocks marked `sh`, each to be run or in the one list of what is not."""
    text = page.read_text(encoding="utf-8")
    assert text.count("```") == 2 * len(blocks(page))  # none of another form
    for language, block in blocks(page):
        assert language in ("sh", "python", "tree", "yaml", ""), language
        if language != "sh":
            assert not re.search(r"^\s*(kommunlupp|pip|make|dask|jupyter) ", block, re.M), block
    left = [x for x in commands(page) if not x.startswith("kommunlupp ") and not excused(x)]
    assert left == []


def test_what_is_excused_is_still_told_somewhere() -> None:
    code = "\n".join(text for page in (README, *PAGES) for _, text in blocks(page))
    assert [part for part in NOT_RUN if part not in code] == []


def test_commands_within_sentences_exist() -> None:
    known = set(cli.list_commands(None))  # type: ignore[arg-type]
    for page in PAGES:
        told = re.findall(r"`kommunlupp ([a-z-]+)", page.read_text(encoding="utf-8"))
        assert set(told) <= known, page


def test_files_that_pages_name_exist() -> None:
    pattern = r"`((?:pipeline|corpus|models|tests|configs|notebooks)/[\w./*-]+)`"
    for page in [*PAGES, ROOT / "THIRD_PARTY.md"]:
        for name in re.findall(pattern, page.read_text(encoding="utf-8")):
            assert list(ROOT.glob(name.rstrip("/"))), f"{page.name}: {name}"


def test_every_package_is_in_the_notices() -> None:
    """All that an installation may bring, by extra; what tests need is named where it is pinned."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    needed = [*project["dependencies"], *(one for x in extras if x != "dev" for one in extras[x])]
    names = {re.split(r"[\[<>=]", requirement)[0] for requirement in needed}
    notices = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8").lower()
    assert [
        name for name in names if name.replace("onnxruntime", "onnx runtime") not in notices
    ] == []


def test_citation_and_licences_agree() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{citation["version"]}"' in project
    assert citation["license"] == "MIT" and (ROOT / "LICENSE").read_text().startswith("MIT License")
    assert {"cff-version", "message", "title", "authors"} <= set(citation)


CARDS = [ROOT / "corpus" / "README.md", *sorted((ROOT / "models").glob("*/README.md"))]


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.parent.name)
def test_cards_have_metadata_that_the_hub_takes(card: Path) -> None:
    hub = pytest.importorskip("huggingface_hub")
    kind = hub.DatasetCard if card.parent.name == "corpus" else hub.ModelCard
    data = kind.load(card).data.to_dict()
    assert data["license"] in ("mit", "cc0-1.0") and "sv" in data["language"]
    assert data.get("pipeline_tag") or data.get("task_categories")
