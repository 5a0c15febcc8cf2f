"""Folders of `models/` follow the hub's conventions: they load as they lie, without a network."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
MODELS = sorted(path.parent for path in ROOT.glob("models/*/README.md"))
HUB = sorted(path.parent for path in ROOT.glob("models/*/config.json"))


def card(folder: Path) -> str:
    return (folder / "README.md").read_text(encoding="utf-8")


def test_every_folder_has_a_card() -> None:
    assert sorted(path for path in (ROOT / "models").iterdir() if path.is_dir()) == MODELS


@pytest.mark.parametrize("folder", MODELS, ids=lambda folder: folder.name)
def test_a_card_names_licence_sources_and_figures(folder: Path) -> None:
    text = card(folder)
    assert re.search(r"^license: (mit|cc0-1.0)$", text, re.M)
    assert "metrics.json" in text
    json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    third = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")
    assert f"`models/{folder.name}`" in third, "its terms stand in THIRD_PARTY.md"


@pytest.mark.parametrize(
    ("folder", "model"),
    [("linear", "TF-IDF, logistic regression, same data"), ("classifier", "kommunlupp")],
)
def test_readme_quotes_the_shipped_models(folder: str, model: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    metrics = json.loads((ROOT / "models" / folder / "metrics.json").read_text(encoding="utf-8"))
    for data, name in (("corpus, test", "test"), ("real political text, dev", "dev")):
        m = metrics[name]
        interval = f"{m['micro_f1']:.2f} ({m['micro_f1_low']:.2f}–{m['micro_f1_high']:.2f})"
        rest = ("macro_f1", "any_kappa", "status_accuracy", "scope_accuracy")
        cells = [interval, *(f"{m[key]:.2f}" for key in rest)]
        row = f"| {data}, {m['sentences']} sentences | {model} | {' | '.join(cells)} |"
        assert row in readme, "run `kommunlupp evaluate figures` and paste"


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("TRANSFORMERS_OFFLINE", "1")
    return pytest.importorskip("transformers")


@pytest.mark.skipif(not HUB, reason="no folder of models/ holds a config.json")
@pytest.mark.parametrize("folder", HUB, ids=lambda folder: folder.name)
def test_loads_with_the_auto_classes(folder: Path, offline: Any) -> None:
    """A sentence goes through tokenizer and model; å, ä and ö are no unknown pieces."""
    torch = pytest.importorskip("torch")
    tokenizer = offline.AutoTokenizer.from_pretrained(folder, local_files_only=True)
    model = offline.AutoModel.from_pretrained(folder, local_files_only=True).float().eval()
    config = offline.AutoConfig.from_pretrained(folder, local_files_only=True)
    pieces = tokenizer("Socialnämnden i Åmål anställer två handläggare.", return_tensors="pt")
    assert tokenizer.unk_token_id not in pieces["input_ids"]
    assert len(tokenizer) == config.vocab_size
    with torch.no_grad():
        states = model(**pieces).last_hidden_state
    assert states.shape == (1, pieces["input_ids"].shape[1], config.hidden_size)
    assert bool(torch.isfinite(states).all())
