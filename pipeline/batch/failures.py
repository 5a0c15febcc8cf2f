"""What can go wrong with a document in a batch, beside what its stages say."""

from __future__ import annotations

from pipeline.errors import DocumentError, KommunluppError, OutputError


class Copy(DocumentError):
    """The same content was read under another name."""

    code = "copy"
    severity = "warning"
    remedy = "Nothing to do: a document counts once."


class StageCrash(DocumentError):
    """The process that handled the document died in a stage, twice."""

    code = "stage-crash"
    remedy = "This is a fault in kommunlupp or a library: please report it with the message."


class StageHang(DocumentError):
    """A stage did not come to an end in time."""

    code = "stage-hang"
    remedy = "Raise `batch.stage_deadline_s`; if it still hangs, please report it."


class WorkerLost(KommunluppError):
    """Worker processes die or do not start, and no document is to blame."""

    code = "worker-lost"
    remedy = "Look for lack of memory (dmesg, limits of the container); then run the command again."


class RunBusy(OutputError):
    """Another process works in the run folder, with other inputs or settings."""

    code = "run-busy"
    remedy = "Wait for it to end, stop it, or choose another folder with --out."
