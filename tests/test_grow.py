"""Layers put on top of an encoder that has learned."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tiny_bert import tiny_bert

from pipeline.errors import ModelError

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from pipeline.training.classifier.base import load_base  # noqa: E402
from pipeline.training.classifier.grow import grow  # noqa: E402


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_bert(tmp_path_factory.mktemp("bert"))


def test_new_layers_pass_on_what_they_get_and_can_learn(bert: Path) -> None:
    old, new = (load_base(str(bert), 0.0).encoder.eval() for _ in range(2))
    for encoder in (old, new):  # norms as they may stand after training
        torch.nn.init.uniform_(encoder.encoder.layer[-1].output.LayerNorm.weight, 0.5, 1.5)
        torch.nn.init.uniform_(encoder.encoder.layer[-1].output.LayerNorm.bias, -0.2, 0.6)
    new.load_state_dict(old.state_dict())
    grow(new, 4)
    assert new.config.num_hidden_layers == len(new.encoder.layer) == 4
    pieces = torch.randint(5, 40, (3, 20), generator=torch.Generator().manual_seed(1))
    before = old(input_ids=pieces).last_hidden_state
    after = new(input_ids=pieces).last_hidden_state
    assert (after - before).norm() < 0.25 * before.norm()
    assert (before - before.mean()).norm() > 0.5 * before.norm(), "nothing to pass on"
    after[..., 0].sum().backward()
    for layer in new.encoder.layer[2:]:
        assert layer.output.dense.weight.grad.abs().max() > 0


def test_what_cannot_grow_is_refused(bert: Path) -> None:
    encoder = load_base(str(bert), 0.0).encoder
    with pytest.raises(ModelError, match="has 2 layers already"):
        grow(encoder, 1)
    with pytest.raises(ModelError, match="no layers that can be copied"):
        grow(torch.nn.Linear(2, 2), 3)


def test_the_command_leaves_what_fine_tuning_starts_from(bert: Path, tmp_path: Path) -> None:
    words = ["--encoder", str(bert), "--layers", "3", "--out", str(tmp_path)]
    command = [sys.executable, "-m", "pipeline.training.classifier.grow", *words]
    subprocess.run(command, check=True, capture_output=True)
    grown, old = load_base(str(tmp_path), 0.0), load_base(str(bert), 0.0)
    assert grown.encoder.config.num_hidden_layers == 3
    assert grown.tokenizer.get_vocab() == old.tokenizer.get_vocab()
