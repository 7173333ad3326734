from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from factually.stripe_sandbox.store import Planned, Selection, Store, StoreClosedError, public


@pytest.fixture
def store() -> Iterator[Store]:
    opened = Store()
    yield opened
    opened.close()


def test_a_transaction_that_fails_leaves_nothing_behind(store: Store) -> None:
    told: list[Sequence[Planned]] = []
    store.on_commit = told.append
    with pytest.raises(KeyError), store.transaction() as records:
        records.save({"object": "customer", "id": "cus_1"})
        records.outbox.append(Planned("dlv_1", "charge.failed"))
        raise KeyError

    with store.transaction() as records:
        assert records.find("customer", "cus_1") is None
    assert told == [[]]


def test_work_can_return_to_its_mark(store: Store) -> None:
    with store.transaction() as records:
        records.save({"object": "customer", "id": "cus_1"})
        records.mark()
        records.save({"object": "customer", "id": "cus_2"})
        records.outbox.append(Planned("dlv_1", "charge.failed"))
        records.return_to_mark()
        assert records.outbox == []

    with store.transaction() as records:
        assert [found["id"] for found in records.select("customer")] == ["cus_1"]


def test_a_changed_document_keeps_its_place(store: Store) -> None:
    with store.transaction() as records:
        for number in range(3):
            records.save(
                {"object": "event", "id": f"evt_{number}", "created": number, "type": "charge.failed"}
            )
        records.save({"object": "event", "id": "evt_0", "created": 0, "type": "charge.failed", "seen": True})

        assert [found["id"] for found in records.select("event")] == ["evt_2", "evt_1", "evt_0"]
        assert [found["id"] for found in records.select("event", Selection(equal={"seen": True}))] == [
            "evt_0"
        ]
        assert [found["id"] for found in records.select("event", Selection(earliest=1, latest=1))] == [
            "evt_1"
        ]
        assert records.select("event", Selection(types=("customer.*",))) == []
        assert len(records.select("event", Selection(types=("charge.*",), limit=2))) == 2
        assert records.sequence("evt_none") is None


def test_a_closed_store_does_no_more_work(tmp_path: Path) -> None:
    store = Store(tmp_path / "state.sqlite")
    store.close()

    with pytest.raises(StoreClosedError), store.transaction():
        pass


def test_what_is_the_sandboxs_own_never_leaves_it() -> None:
    document = {"id": "a", "_number": "4242", "card": {"_x": 1, "last4": "4242"}, "list": [{"_y": 1}, "z"]}

    assert public(document) == {"id": "a", "card": {"last4": "4242"}, "list": [{}, "z"]}
