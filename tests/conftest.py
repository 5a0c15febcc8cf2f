"""What all tests share."""

from pathlib import Path

import pytest

from pipeline.batch.run import run
from pipeline.config import Config

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
