"""What decides the outcome of a fine-tuning."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """Kept in the checkpoint and in metrics.json; the model card says what was tried.

    Attributes:
        runs: fine-tunings that differ by chance alone and whose weights are averaged.
        units: of each of the encoder's feed-forward layers, kept when it has been trained: a
            smaller and faster network; 0: all.
        epochs, patience: the most rounds through the data; rounds without a better F1 on the
            validation sentences after which it ends. The best round's weights are kept.
        batch_pieces: word pieces of a batch, padding counted.
        rate_width: learning rate of the encoder's last layer times its width (so that wide models
            learn slower); each layer below learns at `layer_decay` of the one above.
        embedding_rate: how much of what is left of that rate the embeddings learn at: rare pieces
            take a whole step of Adam's each time that they occur, and would be learned by heart.
        head_rate: learning rate of what is new.
        warm_up: share of the steps in which rates rise; then they fall to nothing.
        label_smoothing: how far from 0 and 1 the targets of labels lie.
        positive_weight: how much a label that holds counts against one that does not.
        kind_weight: how much status and scope count against labels.
        masked: share of the pieces that are masked in training.
        single_weight, silver_weight: how much a sentence counts that was labelled once outside the
            corpus, and one of public prose that a model helped to label.
        silver_kind_weight: how much the status and scope of public prose count: the state acts in
            most of it, and nobody names it.
        headless: share of the sentences whose heading is left out: with a heading on all of the
            corpus and on nothing else, its absence would say who acts.
        misspelt: share of the sentences that the network reads with slips in some of their words.
        joined: share of the sentences that the network reads as one with the next, if there is one
            and both are not too long.
        taught: how much of what a label should be is what a teacher thinks of it, where there is
            one (Hinton et al. 2015); the rest is what annotators said.
        mix: put a linear model beside, where that helps on the validation sentences.
    """

    runs: int = 1
    units: int = 0
    epochs: int = 8
    patience: int = 3
    batch_pieces: int = 2048
    rate_width: float = 0.05
    layer_decay: float = 0.9
    embedding_rate: float = 1.0
    head_rate: float = 1e-3
    warm_up: float = 0.1
    weight_decay: float = 0.01
    dropout: float = 0.1
    label_smoothing: float = 0.0
    positive_weight: float = 1.5
    kind_weight: float = 0.5
    masked: float = 0.0
    single_weight: float = 0.5
    silver_weight: float = 0.7
    silver_kind_weight: float = 0.15
    headless: float = 0.5
    misspelt: float = 0.0
    joined: float = 0.0
    taught: float = 0.5
    mix: bool = True
    seed: int = 1
