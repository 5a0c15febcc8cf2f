"""The model card: made from the figures; what a person adds below a mark is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

BY_HAND = "<!-- What stands below is written by hand and kept when the model is trained anew. -->"

_CARD = """---
{front}---

# {name}: measures, status and scope by a fine-tuned encoder

A classifier of kommunlupp, fine-tuned from `{encoder}`. For a Swedish sentence with its neighbours
and heading it gives zero or more of twelve measures, each with a status, an actor scope and a
calibrated probability. The scheme is `corpus/CODEBOOK.md`.

| file | |
| --- | --- |
| `model.json` | labels, limits, calibration, thresholds, `review_below` |
| `encoder.onnx` | the network, {parameters:,} parameters, {precision} |
| `tokenizer.json` | its word pieces |
| `model.safetensors`, `config.json`, `tokenizer_config.json` | the encoder alone, \
in half precision, for `AutoModel`, `AutoTokenizer` and the next fine-tuning |
{linear_row}| `metrics.json` | the figures below, and what was learned from with which settings |

## How it works

`[CLS] heading [SEP] before [SEP] sentence [SEP] after [SEP]`; neighbours are cut to what stands
next to the sentence, and to the opening of the one before. Each label attends to the sentence's
own pieces (Mullenbach et al. 2018), and from what it attends to tells whether it holds, its status
and its scope. {mixture} Platt scaling
(one slope, a shift a label), thresholds and the rounds of training were chosen on the validation
sentences. ONNX Runtime runs it; sentences of one length run together, unpadded, so that company
does not change an answer.

Exported as {precision}: {flips:.2%} of all decisions on the validation sentences ({given:.2%} of
the labels given) differ from the network's, and micro-F1 is {lost:.3f} lower.

## Data and training

{trained_on:,} sentences, by weight: {weights}. {rounds} micro-F1 on
validation by round: {history}. Settings: `about.recipe` in `metrics.json`.

## Figures

95 % intervals by bootstrap over documents. Nothing was fitted to sets other than `validation`.

{figures}

Peers trained on the same sentences, or on none; micro-F1:

{peers}
"""

_ROWS: dict[str, Callable[[dict[str, Any]], str]] = {
    "sentences": lambda s: f"{s['sentences']:,}",
    "micro-F1": lambda s: f"{s['micro_f1']:.3f} ({s['micro_f1_low']:.2f}–{s['micro_f1_high']:.2f})",
    "macro-F1": lambda s: f"{s['macro_f1']:.3f}",
    "kappa, any measure": lambda s: f"{s['any_kappa']:.3f}",
    "status accuracy on found labels": lambda s: f"{s['status_accuracy']:.3f}",
    "scope accuracy on found labels": lambda s: f"{s['scope_accuracy']:.3f}",
    "ECE, labels given": lambda s: f"{s['ece_given']:.3f}",
    "ECE, all labels": lambda s: f"{s['ece_every']:.3f}",
    "precision at `review_below` and above": lambda s: (
        f"{s['sure_precision']:.3f} of {s['sure_share']:.0%}"
    ),
}


def card(measured: dict[str, Any], licence: str | None, old: str, name: str) -> str:
    """Return the card of a model with these figures; `old` is the card that it replaces."""
    about = measured["about"]
    sets = [one for one in measured if one not in ("about", "baselines")]
    shares, kind_share = about["linear_shares"]
    mixed = any(shares) or kind_share
    difference = about["differences"][about["precision"]]
    rows = [[title, *(cell(measured[one]) for one in sets)] for title, cell in _ROWS.items()]
    peers = [
        [peer, *(f"{found[one]['micro_f1']:.3f}" for one in sets)]
        for peer, found in measured["baselines"].items()
    ]
    text = _CARD.format(
        front=_front(about["encoder"], licence),
        name=name,
        encoder=about["encoder"],
        parameters=about["parameters"],
        precision=about["precision"],
        linear_row="| `linear/` | the linear model that is mixed in |\n" if mixed else "",
        mixture=(
            "A linear model (TF-IDF, logistic regression) is mixed in: its log odds count for "
            f"{min(shares):.0%} to {max(shares):.0%}, by label, in status and scope its log "
            f"probabilities for {kind_share:.0%}."
            if mixed
            else "A linear model beside it did not help enough to be taken up."
            if about["surprises"]
            else ""
        ),
        flips=difference["flips"],
        given=difference["flips_of_given"],
        lost=round(difference["f1_lost"], 3) + 0.0,
        trained_on=about["trained_on"],
        weights=", ".join(f"{n:,} at {weight}" for weight, n in about["weights"].items()),
        rounds=(
            "The best round is kept;"
            if len(about["rounds"]) == 1
            else f"Weights of {len(about['rounds'])} runs, of the best round of each, are averaged;"
        ),
        history="; ".join(
            ", ".join(f"{one['micro_f1']:.3f}" for one in rounds) for rounds in about["rounds"]
        ),
        figures=_table(["", *sets], rows),
        peers=_table(["", *sets], peers),
    )
    _, mark, kept = old.partition(BY_HAND)
    return f"{text}\n{BY_HAND}{kept if mark else chr(10)}"


def _front(encoder: str, licence: str | None) -> str:
    lines = [f"license: {licence}"] if licence else []
    lines += ["language:", "- sv", "library_name: kommunlupp", "pipeline_tag: text-classification"]
    if "/" in encoder:
        lines.append(f"base_model: {encoder}")
    return "".join(f"{line}\n" for line in lines)


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
