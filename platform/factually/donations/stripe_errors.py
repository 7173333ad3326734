"""Translates the Stripe SDK's errors into the gateway's, once for all adapters (stripe.md section 2)."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import stripe

from factually.donations.gateway import (
    CardDeclined,
    GatewayBusy,
    GatewayFailed,
    GatewayRefused,
    GatewayUnavailable,
    IdempotencyConflict,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_SERVER_ERROR: Final = 500


@contextmanager
def translated() -> Iterator[None]:
    """Say in our words how a call failed, so that nothing above an adapter knows the SDK."""
    try:
        yield
    except stripe.CardError as error:
        details = error.error
        intent = getattr(details, "payment_intent", None)
        raise CardDeclined(
            error.user_message or "The card was declined.",
            code=error.code or "card_declined",
            decline_code=getattr(details, "decline_code", None),
            intent_id=getattr(intent, "id", None),
        ) from error
    except stripe.IdempotencyError as error:
        raise IdempotencyConflict(str(error)) from error
    except (stripe.InvalidRequestError, stripe.AuthenticationError, stripe.PermissionError) as error:
        raise GatewayRefused(str(error), code=error.code or type(error).__name__) from error
    except stripe.StripeError as error:
        raise _failure(error)(str(error)) from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # Well-formed JSON of another shape: a proxy's page or a broken answer, never a reason to answer 500.
        raise GatewayUnavailable("The payment provider's answer could not be understood.") from error


def _failure(error: stripe.StripeError) -> type[GatewayUnavailable]:
    if error.code == "idempotency_key_in_use":
        return GatewayBusy
    return GatewayFailed if (error.http_status or 0) >= _SERVER_ERROR else GatewayUnavailable
