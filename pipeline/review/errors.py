"""What a reviewer or the commands of the review page can do wrong.

What `Refused` says reaches the browser: `swedish.tsv` holds each of its sentences in Swedish.
"""

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
    """A request that cannot be done; `status` is the HTTP status that says why.

    Args:
        message, remedy: sentences with the names of `facts` in braces.
    """

    code = "review-refused"
    remedy = "Reload the page and try again."
    status = 400

    def __init__(self, message: str, *, remedy: str | None = None, **facts: object) -> None:
        self.sentences = message, remedy or self.remedy
        self.facts = facts
        told, advice = (sentence.format(**facts) for sentence in self.sentences)
        super().__init__(told, remedy=advice)


class NotLoggedIn(Refused):
    """Nobody is logged in, or the session has ended."""

    code = "review-login"
    remedy = "Log in."
    status = 401


class Forged(Refused):
    """A form does not carry the token of the session: another site may have sent it."""

    code = "review-forged"
    remedy = "Reload the page and send the form again."
    status = 403


class RoleTooLow(Refused):
    """The account's role does not allow it."""

    code = "review-role"
    remedy = "Ask an administrator of the review for the role."
    status = 403


class NotYours(Refused):
    """The finding is somebody else's to judge: coded double, or to be ruled on by a third."""

    code = "review-not-yours"
    remedy = "Go on to the next finding."
    status = 403


class NothingToRule(Refused):
    """A ruling on a finding on which nobody disagrees, or that coders have not judged yet."""

    code = "review-nothing-to-rule"
    remedy = "Reload the finding and judge it like any other."
    status = 422


class Misfilled(Refused):
    """A form or an address holds something that it cannot hold."""

    code = "review-misfilled"
    remedy = "Check what was filled in."
    status = 422


class Broken(Refused):
    """Something that the review needs fails: a model, a file, the database."""

    code = "review-broken"
    remedy = "Tell whoever runs the review."
    status = 503


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
