"""Settings as an operator would set them, made up."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from factually.settings import Settings, read_settings
from tests.support.databases import ROOT
from tests.support.small_indexes import DERIVED

if TYPE_CHECKING:
    from tests.support.databases import TestDatabase

ENVIRONMENT = {
    "FACTUALLY_MODE": "demonstration",
    "FACTUALLY_BASE_URL": "http://localhost",
    "DATABASE_URL": "postgresql:///none?host=/nowhere",
    "SECRET_KEY": "a made-up secret key of 32 characters or more",
    "FACTUALLY_DATA_KEY": base64.b64encode(b"a made-up key for tests, 32 bytes").decode(),
    "STRIPE_SECRET_KEY": "sk_test_made_up",
    "STRIPE_PUBLISHABLE_KEY": "pk_test_made_up",
    "STRIPE_WEBHOOK_SECRET": "whsec_made_up",
    "STRIPE_SANDBOX_URL": "http://127.0.0.1:9",
    "SMTP_STARTTLS": "no",
}


def made_up_settings(database: TestDatabase, **changes: str) -> Settings:
    """Return checked settings for a test's database, with some variables changed."""
    environment = {
        **ENVIRONMENT,
        "DATABASE_URL": database.app_url,
        "FACTUALLY_DERIVED_FILES": str(DERIVED),
        **changes,
    }
    return read_settings(environment, ROOT)
