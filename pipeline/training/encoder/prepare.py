"""Prepare pre-training: learn a WordPiece vocabulary, then pack the text as token blocks.

`python -m pipeline.training.encoder.prepare --text ../shared/text --pages PAIRS --work DIR` writes
`DIR/tokenizer/` (a `transformers` fast tokenizer) and `DIR/train.npy`, `DIR/held_out.npy`:
arrays (blocks, 128) of uint16 token ids, every block `[CLS] … [SEP]`, shuffled. `PAIRS` is what
`pipeline.training.ocr_pairs` rendered and read: these pages are repaired and join the text, so that
the encoder knows what repair leaves behind.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import (
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)
from tqdm import tqdm
from transformers import PreTrainedTokenizerFast

from pipeline.stages.restore import restore
from pipeline.training.aligned_pages import load_pages
from pipeline.training.corpus_data import read_labelled
from pipeline.training.seen_text import LabelledText, SeenText, paragraphs_unseen
from pipeline.training.source_text import corpus_paragraphs

BLOCK = 128
VOCABULARY = 32_000
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
SHARES = {
    "government": 1.0,
    "parliament": 1.0,
    "city_council_debate": 1.0,
    "law": 0.5,
    "finland_law": 0.05,
}
"""How much of each source is used; statutes are plenty and unlike what municipalities write."""


def source_paragraphs(
    folder: Path, seen: SeenText, labelled: LabelledText, *, held_out: bool
) -> Iterator[str]:
    """Yield paragraphs of all sources, each thinned to its share, none with a labelled sentence."""
    rng = random.Random(1)
    for source, share in SHARES.items():
        for paragraph in paragraphs_unseen(folder, source, seen, held_out=held_out):
            if rng.random() < share and not labelled.in_paragraph(paragraph):
                yield paragraph


def repaired_pages(folder: Path) -> Iterator[str]:
    """Yield pages that were read by wrong-language OCR and repaired by the shipped restorer."""
    for page in load_pages(folder):
        yield restore(page.raw)[0].replace("\n", " ")


def train_tokenizer(texts: Iterator[str]) -> PreTrainedTokenizerFast:
    """Learn a cased WordPiece vocabulary; text is taken in NFC, accents kept."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.BertNormalizer(strip_accents=False, lowercase=False)]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(
        vocab_size=VOCABULARY, special_tokens=list(SPECIAL), min_frequency=4
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.BertProcessing(
        ("[SEP]", SPECIAL.index("[SEP]")), ("[CLS]", SPECIAL.index("[CLS]"))
    )
    named = {f"{token[1:-1].lower()}_token": token for token in SPECIAL}
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=512, **named)


def pack(texts: Iterator[str], tokenizer: PreTrainedTokenizerFast, seed: int) -> NDArray[np.uint16]:
    """Cut the tokens of all texts, one after the other, into blocks; shuffle these."""
    backend = tokenizer.backend_tokenizer
    body = BLOCK - 2
    stream: list[NDArray[np.uint16]] = []
    progress = tqdm(desc="tokens", unit_scale=True, disable=None)
    while batch := list(islice(texts, 2000)):
        for encoding in backend.encode_batch(batch, add_special_tokens=False):
            stream.append(np.array(encoding.ids, dtype=np.uint16))
            progress.update(len(encoding.ids))
    tokens = np.concatenate(stream)
    tokens = tokens[: len(tokens) // body * body].reshape(-1, body)
    blocks = np.empty((len(tokens), BLOCK), dtype=np.uint16)
    blocks[:, 0], blocks[:, -1] = tokenizer.cls_token_id, tokenizer.sep_token_id
    blocks[:, 1:-1] = tokens
    np.random.default_rng(seed).shuffle(blocks)
    return blocks


def main() -> None:
    """Read the command line, learn the vocabulary, write the blocks."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--text", type=Path, default=Path("../shared/text"))
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--bed", type=Path, action="append", default=[], help="bed to keep out")
    parser.add_argument(
        "--labelled", type=Path, nargs="*", default=[], help="sets that will be tested on"
    )
    parser.add_argument("--pages", type=Path, help="rendered and read pages")
    parser.add_argument("--work", type=Path, required=True)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    seen = SeenText.of_beds(options.bed)
    labelled = LabelledText.of(
        one.example.text for path in options.labelled for one in read_labelled(path)
    )

    def texts(held_out: bool) -> Iterator[str]:
        yield from source_paragraphs(options.text, seen, labelled, held_out=held_out)
        if not held_out:
            yield from corpus_paragraphs(options.corpus / "measures" / "train.jsonl")
            if options.pages:
                yield from repaired_pages(options.pages)

    folder = options.work / "tokenizer"
    if folder.exists():
        tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    else:
        tokenizer = train_tokenizer(islice(texts(False), 0, None, 3))
        tokenizer.save_pretrained(folder)
    for name, held_out in (("train", False), ("held_out", True)):
        np.save(options.work / f"{name}.npy", pack(texts(held_out), tokenizer, seed=1))


if __name__ == "__main__":
    main()
