"""The child process that parses files: calls what it is sent, until its parent is gone.

Started by `child.py` as `python -m pipeline.stages.extract.worker`. A file that makes it hang,
crash or eat memory takes nothing with it but this process.
"""

from __future__ import annotations

import gc
import logging
import os
import resource
import signal
from functools import partial
from math import ceil
from typing import Any

from pipeline.errors import DocumentError
from pipeline.processes import serve
from pipeline.stages.extract.child import MEMORY_EXIT
from pipeline.stages.extract.failures import ParseFailed, ParseTooDeep

_GRACE_S = 5
_MAX_WRITTEN_BYTES = 1 << 20


def main() -> None:
    """Serve calls: results, or the `DocumentError` met, go back."""
    calls, replies = serve()
    logging.disable(logging.CRITICAL)
    limit_mib: int = calls.get()
    _limit(limit_mib << 20)
    # Pages are many small objects and hardly any garbage: looking for it seldom saves a tenth.
    gc.set_threshold(100_000, 20, 50)
    replies.send(None)
    while True:
        deadline_s, call = calls.get()
        # The parent kills at the deadline; should it be gone, the alarm does.
        signal.alarm(ceil(deadline_s) + _GRACE_S)
        try:
            replies.send(_answer(call))
        except MemoryError:
            os._exit(MEMORY_EXIT)
        signal.alarm(0)


def _limit(address_space: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_MAX_WRITTEN_BYTES, _MAX_WRITTEN_BYTES))


def _answer(call: partial[Any]) -> Any:
    try:
        return call()
    except DocumentError as error:
        return error
    except MemoryError:
        raise
    except RecursionError as error:
        return ParseTooDeep(f"nested too deep: {error}")
    except Exception as error:
        return ParseFailed(f"{type(error).__name__}: {error}"[:500])


if __name__ == "__main__":
    main()
