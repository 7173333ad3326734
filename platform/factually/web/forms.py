"""The base of all forms: Flask-WTF with CSRF on, and types that its own code lacks."""

from __future__ import annotations

from flask_wtf import FlaskForm


class CheckedForm(FlaskForm):
    """A form that reads the current request and holds a CSRF token."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Flask-WTF ships no types

    def passes(self) -> bool:
        """Tell whether the request sends this form and every field's shape is right."""
        return bool(self.validate_on_submit())  # type: ignore[no-untyped-call]  # the same
