"""Identifiers with Stripe's prefixes."""

import secrets
import string

_ALPHABET = string.ascii_letters + string.digits


def new_id(prefix: str) -> str:
    """Make an identifier such as `pi_3QxV…`, unguessable, as Stripe's are."""
    return f"{prefix}_{random_text(24)}"


def random_text(length: int) -> str:
    """Make random letters and digits, for ids and secrets."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))
