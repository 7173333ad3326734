import pytest

from factually.stripe_sandbox.operations import OPERATIONS, find
from tests.support.stripe_openapi import stripe_description


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.route)
def test_each_operation_and_its_parameters_are_stripes(operation: object) -> None:
    known = next(each for each in OPERATIONS if each == operation)
    path = known.path.replace("{}", "some_id")

    described = stripe_description().parameters(known.method, path)

    assert set(known.shape.fields) <= described
    assert find(known.method, path) == (known, ("some_id",) * known.path.count("{}"))


def test_every_operation_of_the_description_is_served() -> None:
    served = {(operation.method, operation.path) for operation in OPERATIONS}

    assert served == stripe_description().operations()


def test_a_path_is_matched_whole() -> None:
    assert find("GET", "/v1/customers/cus_1/sources") is None
    assert find("PUT", "/v1/customers") is None
