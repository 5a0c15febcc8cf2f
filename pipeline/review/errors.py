"""What a reviewer or the commands of the review page can do wrong."""

from __future__ import annotations

from pipeline.errors import ExitCode, KommunluppError


class ReviewError(KommunluppError):
    """The review database cannot be used as asked."""

    code = "review"
    exit_code = ExitCode.USAGE
    remedy = "Run `kommunlupp review --help`; the database lies beside the run unless named."


class LogBroken(ReviewError):
    """The log of decisions was changed from outside: an event is edited, dropped or moved."""

    code = "review-log"
    exit_code = ExitCode.SOME_FAILED
    remedy = "Restore the database, or `review restore` an export that verifies."


class Refused(ReviewError):
    """A request that cannot be done; `status` is the HTTP status that says why."""

    code = "review-refused"
    remedy = "Reload the page and try again."
    status = 400


class NotAllowed(Refused):
    """The account's role does not allow it."""

    code = "review-not-allowed"
    remedy = "Ask an administrator of the review for the role."
    status = 403


class NotHere(Refused):
    """There is no such finding, document or page in this review."""

    code = "review-not-here"
    remedy = "Go back to the queue."
    status = 404


class KeyReused(Refused):
    """An idempotency key came again with another request."""

    code = "review-key-reused"
    remedy = "Reload the page: it makes a new key for each decision."
    status = 422
