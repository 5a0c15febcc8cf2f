"""Train the character tagger on rendered pages and on noise drawn from them.

`python -m pipeline.training.train_tagger --pairs DIR --text DIR --work DIR --minutes N`
keeps a checkpoint in the work folder and goes on from it when started again; pages that are
rendered meanwhile are taken in. `export_tagger` turns the checkpoint into ONNX.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from pipeline.stages.restore.alphabet import Alphabet
from pipeline.training.aligned_pages import (
    MASKED,
    PagePair,
    build_alphabet,
    labels,
    load_pages,
)
from pipeline.training.noise import NoiseSampler
from pipeline.training.ocr_pairs import SOURCE_SHARES, wrap
from pipeline.training.seen_text import SeenText, paragraphs_unseen
from pipeline.training.tagger_network import Tagger

CROP, BATCH = 384, 48
REAL_SHARE, CLEAN_SHARE = 0.5, 0.05
EMA_DECAY = 0.998
PAGE_LENGTH = 2600
CHARACTERS, OUTPUTS = 200, 256
"""Most input characters and outputs that the tagger knows."""

SAVE_EVERY_S = 120.0
DEVELOPMENT_PAGES = 12

Example = tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.int64]]


class PageStream:
    """Endless training pages: rendered ones, sampled ones and clean ones."""

    def __init__(self, pairs: Path, pool: dict[str, list[str]], seed: int) -> None:
        self._folder, self._pool = pairs, pool
        self._random = random.Random(seed)
        self._seed = seed
        self.pages: list[PagePair] = []
        self.development: list[PagePair] = []
        self.reload()

    def reload(self) -> None:
        """Take in the pages rendered since."""
        pages = load_pages(self._folder)
        self.development = [page for page in pages if page.held_out]
        self.pages = [page for page in pages if not page.held_out]
        self._seed += 1
        self._noise = NoiseSampler(self.pages, self._seed)

    def draw(self) -> tuple[str, str]:
        """Return a page as (read, printed)."""
        if self._random.random() < REAL_SHARE:
            page = self._random.choice(self.pages)
            return page.raw, page.gold
        gold = self._compose()
        return (gold if self._random.random() < CLEAN_SHARE else self._noise(gold)), gold

    def _compose(self) -> str:
        source = self._random.choices(list(SOURCE_SHARES), weights=list(SOURCE_SHARES.values()))[0]
        width = self._random.choice((60, 75, 85, 95, 100_000))
        hyphenate = self._random.choice((0.0, 0.5))
        lines: list[str] = []
        while sum(map(len, lines)) < PAGE_LENGTH:
            paragraph = self._random.choice(self._pool[source])[:PAGE_LENGTH]
            lines += wrap(paragraph, width, self._random, hyphenate)
        return "\n".join(lines)


def crops(stream: PageStream, alphabet: Alphabet, seed: int) -> Iterator[Example]:
    """Cut pages into crops of `CROP` characters: ids, the page's profile, labels."""
    shuffle = random.Random(seed)
    waiting: list[Example] = []
    while True:
        while len(waiting) < 40 * BATCH:
            raw, gold = stream.draw()
            ids, wanted = alphabet.encode(raw), labels(raw, gold, alphabet)
            profile = alphabet.profile(ids)
            for start in range(-shuffle.randrange(CROP), len(ids), CROP):
                low, high = max(0, start), min(len(ids), start + CROP)
                if high - low > 40:
                    waiting.append((ids[low:high], profile, wanted[low:high]))
        shuffle.shuffle(waiting)
        for _ in range(20 * BATCH):
            yield waiting.pop()


def collate(examples: list[Example]) -> tuple[Tensor, Tensor, Tensor]:
    """Pad crops to one length: ids, profiles, labels (`MASKED` in the padding)."""
    length = max(len(ids) for ids, _, _ in examples)
    ids = np.zeros((len(examples), length), dtype=np.int64)
    wanted = np.full((len(examples), length), MASKED, dtype=np.int64)
    for row, (crop, _, truth) in enumerate(examples):
        ids[row, : len(crop)] = crop
        wanted[row, : len(crop)] = truth
    profiles = np.stack([profile for _, profile, _ in examples])
    return torch.from_numpy(ids), torch.from_numpy(profiles), torch.from_numpy(wanted)


def development_score(model: Tagger, pages: list[PagePair], alphabet: Alphabet) -> dict[str, float]:
    """Share of the labels that differ from `keep` found, and precision of what is changed."""
    right = changed = wanted_total = 0
    model.eval()
    with torch.no_grad():
        for page in pages:
            ids = alphabet.encode(page.raw)
            truth = labels(page.raw, page.gold, alphabet)
            logits = model(
                torch.from_numpy(ids)[None], torch.from_numpy(alphabet.profile(ids))[None]
            )
            said = logits[0].argmax(0).numpy()
            known = truth != MASKED
            right += int(((said == truth) & (truth > 0) & known).sum())
            changed += int(((said > 0) & known).sum())
            wanted_total += int(((truth > 0) & known).sum())
    model.train()
    return {"precision": right / max(1, changed), "recall": right / max(1, wanted_total)}


def rate_at(share: float) -> float:
    """Learning rate at a share (0 to 1) of the time budget: warm-up, plateau, linear decay."""
    return 2e-3 * min(1.0, share / 0.01 + 0.05, max(0.02, (1.0 - share) / 0.4))


class Trainer:
    """Network, optimiser, running average of the weights, and the checkpoint they live in."""

    def __init__(self, path: Path, pages: list[PagePair]) -> None:
        self._path = path
        state: dict[str, Any] = torch.load(path) if path.exists() else {}
        self.alphabet = (
            Alphabet(*state["alphabet"]) if state else build_alphabet(pages, CHARACTERS, OUTPUTS)
        )
        self.model = Tagger(self.alphabet.size, len(self.alphabet.outputs))
        self._optimizer = torch.optim.AdamW(self.model.parameters(), lr=2e-3, weight_decay=0.01)
        self.spent, self.steps, self.loss = 0.0, 0, 0.0
        if state:
            self.model.load_state_dict(state["model"])
            self._optimizer.load_state_dict(state["optimizer"])
            self.spent, self.steps = state["spent"], state["steps"]
        self._average: dict[str, Tensor] = state.get("average") or {
            name: value.clone() for name, value in self.model.state_dict().items()
        }

    def step(self, examples: list[Example], rate: float, *, bf16: bool) -> None:
        """Take one step of gradient descent and move the average."""
        ids, profiles, wanted = collate(examples)
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        with torch.autocast("cpu", dtype=torch.bfloat16) if bf16 else nullcontext():
            logits = self.model(ids, profiles)
        loss = functional.cross_entropy(logits.float(), wanted, ignore_index=MASKED)
        self._optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self._optimizer.step()
        self.steps += 1
        self.loss = 0.98 * self.loss + 0.02 * loss.item() if self.loss else loss.item()
        decay = min(EMA_DECAY, (1 + self.steps) / (10 + self.steps))
        for name, value in self.model.state_dict().items():
            if value.is_floating_point():
                self._average[name].lerp_(value, 1 - decay)

    def averaged(self) -> Tagger:
        """A network with the running average of the weights."""
        copy = Tagger(self.alphabet.size, len(self.alphabet.outputs))
        copy.load_state_dict(self._average)
        return copy

    def save(self) -> None:
        """Write the checkpoint; a run that is cut off leaves the one before."""
        state = {
            "alphabet": (self.alphabet.characters, self.alphabet.outputs),
            "model": self.model.state_dict(),
            "average": self._average,
            "optimizer": self._optimizer.state_dict(),
            "spent": self.spent,
            "steps": self.steps,
        }
        partial = self._path.with_suffix(".part")
        torch.save(state, partial)
        partial.replace(self._path)


def train(options: argparse.Namespace) -> None:
    """Train until the time budget is spent; the checkpoint is written every two minutes."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    options.work.mkdir(parents=True, exist_ok=True)
    seen = SeenText.of_beds(options.bed).with_pages(options.pairs)
    pool = {
        name: list(paragraphs_unseen(options.text, name, seen))[:: options.thin]
        for name in SOURCE_SHARES
    }
    stream = PageStream(options.pairs, pool, options.seed)
    trainer = Trainer(options.work / "tagger.pt", stream.pages)
    examples = crops(stream, trainer.alphabet, options.seed + trainer.steps)
    began, saved, budget = time.time() - trainer.spent, time.time(), 60.0 * options.minutes
    while trainer.spent < budget:
        batch = [next(examples) for _ in range(BATCH)]
        trainer.step(batch, rate_at(trainer.spent / budget), bf16=options.bf16)
        trainer.spent = time.time() - began
        if time.time() - saved > SAVE_EVERY_S or trainer.spent >= budget:
            saved = time.time()
            trainer.save()
            score = development_score(
                trainer.averaged(), stream.development[:DEVELOPMENT_PAGES], trainer.alphabet
            )
            print(
                f"{trainer.spent / 60:.1f} min, {trainer.steps} steps, {len(stream.pages)} pages, "
                f"loss {trainer.loss:.4f}, {score}",
                flush=True,
            )
            stream.reload()


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=re.split(r"\n", __doc__ or "")[0])
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--text", type=Path, default=Path("../shared/text"))
    parser.add_argument("--bed", type=Path, action="append", default=[], help="bed to keep out")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--thin", type=int, default=4, help="take every n-th paragraph")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bf16", action=argparse.BooleanOptionalAction, default=True)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
