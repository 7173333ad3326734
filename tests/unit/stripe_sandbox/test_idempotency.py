import pytest

from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.idempotency import KeyedRequest, KeysInFlight


def test_a_key_is_free_again_when_its_request_ends_however_it_ends() -> None:
    keys = KeysInFlight()
    request = KeyedRequest("k", "POST", "/v1/customers", "")

    with pytest.raises(KeyError), keys.hold(request):
        raise KeyError
    with keys.hold(request), pytest.raises(ApiError) as conflict, keys.hold(request):
        pass

    assert conflict.value.status == 409


@pytest.mark.parametrize(
    "other",
    [
        KeyedRequest("k", "POST", "/v1/refunds", "amount=1"),
        KeyedRequest("k", "POST", "/v1/customers", "amount=2"),
        KeyedRequest("k", "DELETE", "/v1/customers", "amount=1"),
    ],
)
def test_method_path_and_parameters_tell_requests_apart(other: KeyedRequest) -> None:
    assert KeyedRequest("k", "POST", "/v1/customers", "amount=1").fingerprint != other.fingerprint
