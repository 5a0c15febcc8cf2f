"""Pre-training of the encoder on a scrap of text: masks, where it starts, resuming, publishing."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="pip install 'kommunlupp[train]'")
pytest.importorskip("transformers", reason="pip install 'kommunlupp[train]'")

from transformers import (  # noqa: E402
    AutoModel,
    AutoModelForMaskedLM,
    AutoTokenizer,
    PreTrainedTokenizerFast,
)

from pipeline.training.encoder import prepare, pretrain, publish  # noqa: E402
from pipeline.training.encoder.masking import WholeWordMasker  # noqa: E402
from pipeline.training.encoder.replacing import (  # noqa: E402
    COMMON,
    Corruptor,
    NeighbourReplacer,
)
from pipeline.training.seen_text import LabelledText  # noqa: E402

TEXT = [
    "Socialnämnden beslutar att anställa två handläggare till mottagningsgruppen i Norrtälje.",
    "Kommunen har infört en ny rutin för hur anmälningar tas emot och fördelas mellan enheterna.",
    "Förvaltningen får i uppdrag att se över delegationsordningen före årsskiftet.",
] * 40


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `prepare` would write, for a small vocabulary and little text."""
    folder = tmp_path_factory.mktemp("pretraining")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prepare, "VOCABULARY", 300)
        tokenizer = prepare.train_tokenizer(iter(TEXT))
    tokenizer.save_pretrained(folder / "tokenizer")
    blocks = prepare.pack(iter(TEXT), tokenizer, seed=1)
    np.save(folder / "train.npy", blocks)
    np.save(folder / "held_out.npy", blocks[:2])
    vectors = np.random.default_rng(0).normal(size=(len(tokenizer), 64)).astype(np.float32)
    vectors[:5] = 0
    np.save(folder / "vectors.npy", vectors)
    return folder


RECIPE = pretrain.Recipe(layers=2, width=64, heads=2, tokens=6 * 4 * 128, batch=4)


def tokenizer_of(work: Path) -> PreTrainedTokenizerFast:
    return PreTrainedTokenizerFast.from_pretrained(work / "tokenizer")


def test_paragraphs_with_a_labelled_sentence_are_left_out() -> None:
    labelled = LabelledText.of([TEXT[0], "Mötet öppnas."])
    inside = (
        f"Ärendet bordlades i maj. {TEXT[0].replace(' ', chr(10), 3)} Beslutet vann laga kraft."
    )
    assert labelled.in_paragraph(inside)
    assert not labelled.in_paragraph(f"Mötet öppnas. {TEXT[1]}"), "too short to tell"


def test_letters_with_dots_are_kept(work: Path) -> None:
    tokenizer = tokenizer_of(work)
    decomposed = "So\u0308dra a\u030angen"
    assert tokenizer.decode(tokenizer(decomposed)["input_ids"][1:-1]) == "Södra ången"


def test_whole_words_are_masked(work: Path) -> None:
    tokenizer = tokenizer_of(work)
    blocks = np.load(work / "train.npy")
    masked = WholeWordMasker(tokenizer, 0.3, seed=1)(blocks)
    flat = blocks.reshape(-1).astype(np.int64)
    assert np.array_equal(flat[masked.positions.numpy()], masked.targets.numpy())
    assert 0.2 < len(masked.positions) / flat.size < 0.4
    chosen = np.zeros(flat.size, bool)
    chosen[masked.positions.numpy()] = True
    pieces = tokenizer.convert_ids_to_tokens(flat.tolist())
    first = np.arange(flat.size) % blocks.shape[1] == 0
    for place in np.flatnonzero(~first):
        if pieces[place].startswith("##") and not first[place - 1]:
            assert chosen[place] == chosen[place - 1] or pieces[place - 1] == "[CLS]"
    assert not any(chosen[i] for i, piece in enumerate(pieces) if piece in ("[CLS]", "[SEP]"))


def test_replacements_stood_between_the_same_neighbours() -> None:
    common = [[7, piece, 8] for piece in (20, 21)] * COMMON
    blocks = np.array([*common, [7, 30, 9]], np.uint16)
    replacer = NeighbourReplacer(blocks, pieces=40)
    ids = np.array([[7, 20, 8]] * 200 + [[7, 30, 9]] * 200)
    replaced = replacer(ids, ids >= 10, np.random.default_rng(1))
    assert set(replaced[:200, 1]) == {20, 21}, "another piece between a common pair"
    assert set(replaced[200:, 1]) == {20, 21, 30}, "a rare pair: what follows the left one"
    assert np.array_equal(replaced[:, ::2], ids[:, ::2])


def test_encoder_is_asked_about_all_pieces_that_are_not_masked(work: Path) -> None:
    tokenizer, blocks = tokenizer_of(work), np.load(work / "train.npy")
    corruptor = Corruptor(
        WholeWordMasker(tokenizer, 0.2, seed=1),
        NeighbourReplacer(blocks, len(tokenizer)),
        tokenizer.all_special_ids,
        share=0.5,
        seed=1,
    )
    batch = corruptor(blocks)
    ids, inputs = blocks.astype(np.int64), batch.masked.inputs.numpy()
    asked, replaced = batch.asked.numpy(), batch.replaced.numpy() > 0
    predicted = np.zeros(ids.size, bool)
    predicted[batch.masked.positions.numpy()] = True
    special = np.isin(ids, tokenizer.all_special_ids)
    assert np.array_equal(asked, ~predicted.reshape(ids.shape) & ~special)
    assert np.array_equal(replaced, asked & (inputs != ids))
    assert replaced.any()
    assert np.array_equal(ids.reshape(-1)[predicted], batch.masked.targets.numpy())


def test_heads_start_by_looking_at_their_neighbours(work: Path) -> None:
    model: Any = pretrain.build(RECIPE, tokenizer_of(work), work / "vectors.npy").encoder
    model.set_attn_implementation("eager")
    ids = torch.from_numpy(np.load(work / "held_out.npy").astype(np.int64))
    seen = model(input_ids=ids, output_attentions=True).attentions[0]
    for head, shift in enumerate((-1, 1)):
        shares = {d: torch.diagonal(seen[:, head], d, 1, 2).mean().item() for d in range(-3, 4)}
        assert max(shares, key=lambda d: shares[d]) == shift and shares[shift] > 0.1


def test_embeddings_start_from_vectors(work: Path) -> None:
    vectors = np.load(work / "vectors.npy")
    model = pretrain.build(RECIPE, tokenizer_of(work), work / "vectors.npy").encoder
    table = model.embeddings.word_embeddings.weight.detach().numpy()
    assert np.corrcoef(table[5:].ravel(), vectors[5:].ravel())[0, 1] > 0.99
    assert abs(table[:5].std() - 0.02) < 0.01, "special pieces have no vector"


def test_goes_on_where_it_was_cut_off(
    work: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocks, held_out = np.load(work / "train.npy"), np.load(work / "held_out.npy")
    for path in work.iterdir():
        (tmp_path / path.name).symlink_to(path)
    first = pretrain.Run(tmp_path, RECIPE)
    before = first.evaluate(held_out)
    first.train(blocks, held_out)
    figures = json.loads((tmp_path / "metrics.json").read_text())
    assert first.step == 6 and figures["held_out_loss"] < before
    longer = pretrain.Run(tmp_path, pretrain.Recipe(**{**vars(RECIPE), "tokens": 8 * 4 * 128}))
    assert longer.step == 6 and "resumed at step 6" in capsys.readouterr().out
    longer.train(blocks, held_out)
    assert longer.step == 8


def test_published_encoder_loads_and_says_the_same(
    work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    for path in work.iterdir():
        (folder / path.name).symlink_to(path)
    run = pretrain.Run(folder, RECIPE)
    run.train(np.load(work / "train.npy"), np.load(work / "held_out.npy"))
    (folder / "probe.json").write_text("{}")
    out = tmp_path / "encoder"
    monkeypatch.setattr(sys, "argv", ["publish", "--work", str(folder), "--out", str(out)])
    publish.main()
    tokenizer = AutoTokenizer.from_pretrained(out)
    ids = tokenizer(TEXT[0].replace("två", "[MASK]"), return_tensors="pt")["input_ids"]
    model = AutoModelForMaskedLM.from_pretrained(out).float().eval()
    run.model.eval()
    with torch.no_grad():
        ours, _ = run.model(ids, torch.arange(ids.shape[1]))
        theirs = model(input_ids=ids).logits[0]
    assert torch.allclose(ours, theirs, atol=0.02)
    assert AutoModel.from_pretrained(out).config.hidden_size == 64
    fewer = pretrain.Recipe(**{**vars(RECIPE), "layers": 1, "start": str(out)})
    begun = pretrain.build(fewer, tokenizer_of(work), work / "none").state_dict()
    assert sum(name.endswith("intermediate.dense.weight") for name in begun) == 1
    for name, value in run.model.state_dict().items():
        if name in begun and not name.startswith("detect"):
            assert torch.allclose(begun[name], value, atol=1e-3), name
    assert json.loads((out / "metrics.json").read_text())["recipe"]["layers"] == 2
