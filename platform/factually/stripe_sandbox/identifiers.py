"""Identifiers with Stripe's prefixes."""

import base64
import secrets


def new_id(prefix: str) -> str:
    """Make an identifier such as `pi_3QxV…`, unguessable, as Stripe's are."""
    return f"{prefix}_{random_text(24)}"


def random_text(length: int) -> str:
    """Make random letters and digits, for ids and secrets."""
    # Base64 with letters in place of its two signs: one draw for all characters.
    return base64.b64encode(secrets.token_bytes(length), altchars=b"xX")[:length].decode()
