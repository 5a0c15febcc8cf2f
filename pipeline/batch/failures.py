"""What can go wrong with a document in a batch, beside what its stages say."""

from __future__ import annotations

from pipeline.errors import DocumentError, KommunluppError, OutputError, UsageError


class Copy(DocumentError):
    """The same content was read under another name."""

    code = "copy"
    severity = "warning"
    remedy = "Nothing to do: a document counts once."


class StageCrash(DocumentError):
    """The process that handled the document died in a stage, twice."""

    code = "stage-crash"
    remedy = (
        "Run the command again, in case memory was short. If that does not help, it is a fault in "
        "kommunlupp or a library: please report it with the message."
    )


class StageHang(DocumentError):
    """A stage did not come to an end in time."""

    code = "stage-hang"
    remedy = (
        "Raise `batch.stage_deadline_s` and run the command again; if it still hangs, please "
        "report it."
    )


class WorkerLost(KommunluppError):
    """Worker processes die or do not start, and no document is to blame."""

    code = "worker-lost"
    remedy = "Look for lack of memory (dmesg, limits of the container); then run the command again."


class StoreFailed(OutputError):
    """An object store does not answer, or refuses."""

    code = "store-failed"
    remedy = (
        "Look at address (AWS_ENDPOINT_URL), credentials and bucket; then run the command again: "
        "what is done is not done again."
    )


class NoRunFolderThere(OutputError):
    """The URL is of something that does not write files whole: no run folder can lie there."""

    code = "no-run-folder-there"
    remedy = "Give a folder of a disk or of an object store (s3://); inputs may lie at any URL."


class NotOnDisk(UsageError):
    """Only `kommunlupp run` works in an object store; all else reads run folders of a disk."""

    code = "not-on-a-disk"
    remedy = "Copy the run folder to a disk, as with `aws s3 sync URL run/`, and name that."


class RunBusy(OutputError):
    """Another process works in the run folder, with other inputs or settings."""

    code = "run-busy"
    remedy = "Wait for it to end, stop it, or choose another folder with --out."
