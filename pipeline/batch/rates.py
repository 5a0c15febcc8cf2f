"""The errors of the classifier that made a run, from the figures that lie beside its model."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pipeline.aggregate.uncertainty import Rates, read_rates
from pipeline.errors import ModelError
from pipeline.resources import model_folder
from pipeline.stages.classify import SHIPPED
from pipeline.stages.classify.load import version_of


def rates_of(manifests: Iterable[dict[str, Any]]) -> Rates:
    """Return the errors of the one model that all runs used.

    Raises:
        ModelError: the runs used different models, the model is another by now, or its figures
            are missing.
    """
    used = {(m["stages"]["classify"], m["config"]["classify"]["model"]) for m in manifests}
    if len(used) != 1:
        raise ModelError("the runs used different classifiers")
    version, model = used.pop()
    folder = Path(model) if model else model_folder(SHIPPED)
    if version_of(folder) != version.partition("-")[0]:
        raise ModelError(f"the model in {folder} is not the one that the runs used")
    return read_rates(folder / "metrics.json")
