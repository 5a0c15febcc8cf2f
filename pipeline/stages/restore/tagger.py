"""The character tagger at run time: for each character, which outputs are likely."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from pipeline.stages.restore.alphabet import PAD, Alphabet

WINDOW, MARGIN = 4096, 48
"""Characters read at once at most, to keep memory flat; how many on each side are context only."""

LogProbabilities = NDArray[np.float32]


@dataclass(frozen=True)
class Tagger:
    """An ONNX session with its alphabet."""

    session: onnxruntime.InferenceSession
    alphabet: Alphabet

    @classmethod
    def load(cls, model: Path, alphabet: Alphabet) -> Tagger:
        """Open the model file; errors as ONNX Runtime gives them."""
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        # A batch's workers are told to keep to one thread; ONNX Runtime itself does not listen.
        options.intra_op_num_threads = int(os.environ.get("OMP_NUM_THREADS") or 0)
        # Waiting threads that spin take the processor from the batch's other documents.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        return cls(
            onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"]),
            alphabet,
        )

    def log_probabilities(self, text: str) -> LogProbabilities:
        """Log probability of each output for each character: (characters, outputs).

        `text` is one page with its white space folded; its profile is taken from all of it.
        """
        ids = self.alphabet.encode(text)
        profile = self.alphabet.profile(ids)
        count = max(1, -(-len(ids) // (WINDOW - 2 * MARGIN)))
        step = -(-len(ids) // count)
        padded = np.full(MARGIN + count * step + MARGIN, PAD, dtype=np.int64)
        padded[MARGIN : MARGIN + len(ids)] = ids
        windows = np.lib.stride_tricks.sliding_window_view(padded, step + 2 * MARGIN)[::step]
        return np.concatenate([self._run(window, profile) for window in windows])[: len(ids)]

    def _run(self, window: NDArray[np.int64], profile: NDArray[np.float32]) -> LogProbabilities:
        (found,) = self.session.run(None, {"ids": window[None], "profile": profile[None]})
        inner: LogProbabilities = found[0, MARGIN:-MARGIN]
        return inner
