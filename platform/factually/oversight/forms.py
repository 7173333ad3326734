"""Forms of the desk: shape only; `donations.reviewing` has the last word."""

from __future__ import annotations

from wtforms import HiddenField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, Length

from factually.independence.results import Verdict
from factually.independence.reviewing import LONGEST_REASON, SHORTEST_REASON
from factually.oversight.cases import SHORTEST_LOOK_REASON
from factually.web.forms import CheckedForm


def _stripped(text: str | None) -> str:
    return (text or "").strip()


class ReasonedForm(CheckedForm):
    """A decision of a person, which always needs a reason."""

    reason = TextAreaField(
        "Your reason",
        [
            InputRequired("Give your reason."),
            Length(
                min=SHORTEST_REASON,
                max=LONGEST_REASON,
                message=f"Give your reason in {SHORTEST_REASON} to {LONGEST_REASON:,} characters.",
            ),
        ],
        filters=[_stripped],
    )


class DecisionForm(ReasonedForm):
    """A person's decision on a held gift; each button sends its own verdict."""

    verdict = HiddenField(
        validators=[AnyOf([verdict.value for verdict in Verdict], "Choose to accept or to refuse.")]
    )


class DonorLookForm(CheckedForm):
    """Why an auditor needs to know who gave; kept in the journal."""

    look_reason = TextAreaField(
        "Why do you need to know who gave?",
        [
            InputRequired("Say why you need to know who gave."),
            Length(
                min=SHORTEST_LOOK_REASON,
                max=LONGEST_REASON,
                message=f"Say why in {SHORTEST_LOOK_REASON} to {LONGEST_REASON:,} characters.",
            ),
        ],
        filters=[_stripped],
    )
