"""What all tests share."""

from pathlib import Path

import pytest
from hypothesis import settings
from must_have import lacks
from other_tools import CannotBeMade, OtherTools

from pipeline.batch.run import run
from pipeline.config import Config

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

EXAMPLES = Path(__file__).parents[1] / "corpus" / "examples" / "documents"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder `shared/` beside the checkout; the test is skipped where it is absent."""
    folder = Path(__file__).parents[1].parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs shared/ beside the checkout")
    return folder


@pytest.fixture(scope="session")
def example_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder of all example documents, made once."""
    folder = tmp_path_factory.mktemp("examples") / "run"
    run([EXAMPLES], Config(), folder)
    return folder


@pytest.fixture(scope="session")
def rival_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a second measure model: linear, trained on a part of the corpus."""
    from pipeline.training.corpus_data import read_labelled
    from pipeline.training.linear import Recipe, train

    sentences = read_labelled(EXAMPLES.parents[1] / "measures" / "validation.jsonl")
    folder = tmp_path_factory.mktemp("rival") / "model"
    train(sentences[:800], sentences[800:], Recipe(min_sentences=4)).save(folder)
    return folder


@pytest.fixture(scope="session")
def other_tools(tmp_path_factory: pytest.TempPathFactory) -> OtherTools:
    """Label Studio's and doccano's own readers."""
    try:
        return OtherTools(tmp_path_factory.mktemp("other_tools") / "venv")
    except CannotBeMade as error:
        lacks(f"the readers of other tools cannot be installed: {error}")
