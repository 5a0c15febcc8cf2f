"""What is minimised: errors of labels, and of status and scope where a label holds."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional

from pipeline.training.classifier.batches import Targets
from pipeline.training.classifier.recipe import Recipe

NEVER = -1e4


def loss(said: tuple[Tensor, Tensor, Tensor], targets: Targets, recipe: Recipe) -> Tensor:
    """Weighted mean over sentences of binary cross-entropy, summed over labels, plus kinds.

    Disputed labels count neither way. Of status and scope, the probability of all classes that
    annotators allow counts together.
    """
    labels, statuses, scopes = (table.float() for table in said)
    smooth = targets.labels * (1 - recipe.label_smoothing) + recipe.label_smoothing / 2
    errors = functional.binary_cross_entropy_with_logits(
        labels,
        smooth,
        reduction="none",
        pos_weight=labels.new_tensor(recipe.positive_weight),
    )
    per_sentence = (errors * targets.scored).sum(dim=1)
    value = (targets.weights * per_sentence).sum() / targets.weights.sum()
    for logits, allowed in ((statuses, targets.statuses), (scopes, targets.scopes)):
        value = value + recipe.kind_weight * _kinds(logits, allowed, targets.kind_weights)
    return value


def _kinds(logits: Tensor, allowed: Tensor, weights: Tensor) -> Tensor:
    """Weighted mean over labels that hold of the surprise at the classes allowed; 0 of none."""
    holds = allowed.any(dim=2)
    counts = holds * weights[:, None]
    right = logits.log_softmax(dim=2).masked_fill(~allowed, NEVER).logsumexp(dim=2)
    return -(counts * right.masked_fill(~holds, 0.0)).sum() / counts.sum().clamp(min=1e-6)
