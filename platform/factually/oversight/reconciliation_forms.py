"""The form of an explanation: shape only; `donations.reconciliation.explaining` has the last word."""

from __future__ import annotations

from wtforms import HiddenField

from factually.oversight.forms import ReasonedForm


class ExplanationForm(ReasonedForm):
    """Why a difference is as it should be; `extent` is what of it the person has seen."""

    extent = HiddenField()
