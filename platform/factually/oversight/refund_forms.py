"""Forms on refunds: shape only; `donations.refunds.asking` has the last word."""

from __future__ import annotations

import uuid

from wtforms import HiddenField, StringField
from wtforms.validators import UUID, AnyOf, InputRequired

from factually.oversight.forms import ReasonedForm
from factually.web.forms import CheckedForm

APPROVE = "approve"
DECLINE = "decline"


class RefundForm(ReasonedForm):
    """What an auditor wants to give back, and why; `key` makes two clicks one refund."""

    amount = StringField("Amount", [InputRequired("Enter an amount.")])
    key = HiddenField(
        default=lambda: str(uuid.uuid4()), validators=[UUID("Please reload the page and try again.")]
    )


class JudgementForm(CheckedForm):
    """The second person's word; each button sends its own."""

    judgement = HiddenField(validators=[AnyOf([APPROVE, DECLINE], "Choose to approve or to decline.")])
