"""The parsing child: killed on its deadline and limit, restarted, and gone with its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from child_calls import add, die, exhaust, fail, hang, nest, noise, process_id, recall, warn_of

from pipeline.errors import DocumentError
from pipeline.stages.extract.child import Child

ROOT = Path(__file__).parents[1]


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch) -> Iterator[Child]:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    one = Child(memory_mib=512)
    yield one
    one.close()


def code(child: Child, *call: object, deadline_s: float = 20) -> str:
    function, *args = call
    assert callable(function)
    with pytest.raises(DocumentError) as caught:
        child.call(function, *args, deadline_s=deadline_s)
    return caught.value.code


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits for its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except FileNotFoundError:
        return False


def wait_until_gone(pid: int) -> bool:
    until = time.monotonic() + 10
    while is_alive(pid) and time.monotonic() < until:
        time.sleep(0.02)
    return not is_alive(pid)


def test_one_process_serves_many_calls(child: Child) -> None:
    assert child.call(add, 2, 3, deadline_s=20) == 5
    first = child.call(process_id, deadline_s=20)
    assert first == child.call(process_id, deadline_s=20) != os.getpid()


def test_what_a_library_prints_does_no_harm(child: Child) -> None:
    assert child.call(noise, deadline_s=20) == "quiet"


def test_document_errors_come_back_whole(child: Child) -> None:
    with pytest.raises(DocumentError) as caught:
        child.call(warn_of, 7, deadline_s=20)
    issue = caught.value.issue()
    assert (issue.code, issue.page, issue.remedy) == ("no-text", 7, "Look again.")


def test_other_errors_get_a_code(child: Child) -> None:
    assert code(child, fail) == "parse-failed"
    assert code(child, nest) == "parse-too-deep"
    assert child.call(add, 1, 1, deadline_s=20) == 2


def test_a_hanging_call_is_killed_on_the_deadline(child: Child) -> None:
    pid = child.call(process_id, deadline_s=20)
    assert code(child, hang, deadline_s=0.3) == "parse-timeout"
    # Not even a zombie is left.
    assert not Path(f"/proc/{pid}").exists()
    assert child.call(add, 1, 1, deadline_s=20) == 2


def test_a_call_that_eats_memory_is_stopped(child: Child) -> None:
    assert code(child, exhaust) == "parse-memory"
    assert child.call(add, 1, 1, deadline_s=20) == 2


@pytest.mark.parametrize("sign", [signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL])
def test_a_crash_is_survived(child: Child, sign: signal.Signals) -> None:
    with pytest.raises(DocumentError) as caught:
        child.call(die, int(sign), deadline_s=20)
    assert caught.value.code == "parse-crash"
    assert sign.name in caught.value.message
    assert child.call(add, 1, 1, deadline_s=20) == 2


def test_what_was_read_before_does_not_decide(child: Child) -> None:
    """Memory that an earlier file left behind costs a restart, not the next file."""
    child.call(recall, 250, deadline_s=20)
    assert child.call(recall, 200, deadline_s=20) == 200


def test_a_child_killed_between_calls_is_replaced(child: Child) -> None:
    os.kill(child.call(process_id, deadline_s=20), signal.SIGKILL)
    assert child.call(add, 1, 1, deadline_s=20) == 2


def test_closing_ends_the_process(child: Child) -> None:
    pid = child.call(process_id, deadline_s=20)
    child.close()
    assert not Path(f"/proc/{pid}").exists()


def test_the_least_memory_that_may_be_set_is_enough_to_start() -> None:
    child = Child(memory_mib=256)
    assert child.call(abs, -1, deadline_s=20) == 1
    child.close()


@pytest.mark.parametrize("busy", [False, True])
def test_the_child_ends_when_its_parent_is_killed(busy: bool) -> None:
    script = (
        "import child_calls, threading, time\n"
        "from pipeline.stages.extract.child import Child\n"
        "child = Child(512)\n"
        "print(child.call(child_calls.process_id, deadline_s=20), flush=True)\n"
        + ("child.call(child_calls.hang, deadline_s=100)\n" if busy else "time.sleep(100)\n")
    )
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": paths},
    ) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        time.sleep(0.2)
        assert is_alive(pid)
        parent.kill()
        parent.wait()
        assert wait_until_gone(pid)


def test_the_parent_loads_no_parser() -> None:
    script = (
        "import sys\n"
        "from pipeline.config import ExtractConfig\n"
        "from pipeline.stages.extract import Extract\n"
        "Extract(ExtractConfig())\n"
        "heavy = {'pdfminer', 'pypdfium2', 'lxml', 'ftfy', 'PIL', 'docx', 'numpy'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=True
    )
    assert done.stdout == "[]\n"
