"""The one error a launcher shows: a sentence a person can act on."""

from factually.foundation.errors import Unavailable


class CannotStart(Unavailable):
    """Something needed cannot be started; the message says what, and what to do about it."""

    code = "cannot_start"
