"""What can go wrong with a fine-tuning; needs no torch, so that the documentation can list it."""

from __future__ import annotations

from pipeline.errors import KommunluppError, UsageError


class CheckpointError(UsageError):
    """The checkpoint of a fine-tuning belongs to other data, another encoder or other settings."""

    code = "checkpoint"
    remedy = "Start anew with --anew, or name another folder with --out."


class ExportError(KommunluppError):
    """No export of the fine-tuned network answers as the network does."""

    code = "export"
    remedy = "Train longer or with another encoder; report it with the message if that fails too."
