import pytest
import stripe

from tests.support.stripe_sandbox import RunningSandbox, take

_DAY = 24 * 3600
_CHARGEBACK = "pm_card_createDispute"
_INQUIRY = "pm_card_createDisputeInquiry"


def _disputed(client: stripe.StripeClient, card: str = _CHARGEBACK) -> tuple[stripe.Charge, stripe.Dispute]:
    charge = take(client, card, amount=2000)
    (dispute,) = client.v1.disputes.list({"charge": charge.id}).data
    return charge, dispute


def _types(client: stripe.StripeClient, dispute: stripe.Dispute) -> list[str]:
    """Read the types of a dispute's events, oldest first."""
    events = client.v1.events.list({"type": "charge.dispute.*", "limit": 100}).data
    return [event.type for event in reversed(events) if getattr(event.data.object, "id", None) == dispute.id]


@pytest.mark.parametrize(
    ("card", "reason"),
    [(_CHARGEBACK, "fraudulent"), ("pm_card_createDisputeProductNotReceived", "product_not_received")],
)
def test_a_dispute_takes_the_amount_and_a_fee_out_of_the_balance(
    client: stripe.StripeClient, card: str, reason: str
) -> None:
    charge, dispute = _disputed(client, card)

    assert (dispute.status, dispute.reason, dispute.amount) == ("needs_response", reason, 2000)
    assert (dispute.charge, dispute.payment_intent) == (charge.id, charge.payment_intent)
    (withdrawn,) = dispute.balance_transactions
    assert (withdrawn.type, withdrawn.reporting_category) == ("adjustment", "dispute")
    assert (withdrawn.amount, withdrawn.fee, withdrawn.net, withdrawn.source) == (
        -2000,
        1500,
        -3500,
        dispute.id,
    )
    assert [line.description for line in withdrawn.fee_details] == ["Dispute fee"]
    assert client.v1.charges.retrieve(charge.id).disputed
    assert _types(client, dispute) == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]
    assert client.v1.disputes.list({"payment_intent": str(charge.payment_intent)}).data[0].id == dispute.id


def test_evidence_is_staged_then_submitted(client: stripe.StripeClient) -> None:
    _, dispute = _disputed(client)
    assert dispute.evidence.customer_name == "Ann Donor"
    assert dispute.evidence_details.due_by is not None
    assert 9 * _DAY <= dispute.evidence_details.due_by - dispute.created <= 10 * _DAY

    staged = client.v1.disputes.update(
        dispute.id,
        {"evidence": {"product_description": "A gift"}, "submit": False, "metadata": {"gift": "g1"}},
    )
    sent = client.v1.disputes.update(dispute.id, {"submit": True})

    assert (staged.status, staged.evidence_details.has_evidence) == ("needs_response", True)
    assert staged.metadata.to_dict() == {"gift": "g1"}
    assert (sent.status, sent.evidence_details.submission_count) == ("under_review", 1)
    assert sent.evidence.product_description == "A gift"
    assert _types(client, dispute)[2:] == ["charge.dispute.updated"] * 2
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.disputes.update(dispute.id, {"evidence": {"product_description": "More"}})
    assert refused.value.code == "dispute_unexpected_state"


def test_a_change_that_changes_nothing_is_not_told(client: stripe.StripeClient) -> None:
    _, dispute = _disputed(client)

    client.v1.disputes.update(dispute.id, {})

    assert "charge.dispute.updated" not in _types(client, dispute)


def test_won_the_amount_comes_back_and_the_fee_does_not(
    sandbox: RunningSandbox, client: stripe.StripeClient
) -> None:
    charge, dispute = _disputed(client)
    client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "winning_evidence"}})
    assert client.v1.disputes.retrieve(dispute.id).status == "under_review"

    sandbox.advance(3600)

    won = client.v1.disputes.retrieve(dispute.id)
    assert won.status == "won"
    assert [(part.amount, part.fee) for part in won.balance_transactions] == [(-2000, 1500), (2000, 0)]
    assert won.balance_transactions[1].reporting_category == "dispute_reversal"
    assert _types(client, dispute)[-2:] == ["charge.dispute.funds_reinstated", "charge.dispute.closed"]
    assert client.v1.refunds.create({"charge": charge.id}).status == "succeeded"


def test_lost_the_money_stays_away(sandbox: RunningSandbox, client: stripe.StripeClient) -> None:
    charge, dispute = _disputed(client)
    client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "losing_evidence"}})

    sandbox.advance(3600)

    lost = client.v1.disputes.retrieve(dispute.id)
    assert (lost.status, len(lost.balance_transactions)) == ("lost", 1)
    assert _types(client, dispute)[-1] == "charge.dispute.closed"
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"charge": charge.id})
    assert refused.value.code == "charge_disputed"


def test_evidence_that_convinces_nobody_is_decided_by_the_bank_in_time(
    sandbox: RunningSandbox, client: stripe.StripeClient
) -> None:
    _, dispute = _disputed(client)
    client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "please"}})

    sandbox.advance(59 * _DAY)
    assert client.v1.disputes.retrieve(dispute.id).status == "under_review"
    sandbox.advance(_DAY)

    assert client.v1.disputes.retrieve(dispute.id).status == "lost"


def test_a_dispute_nobody_answers_is_lost_at_its_deadline(
    sandbox: RunningSandbox, client: stripe.StripeClient
) -> None:
    _, dispute = _disputed(client)

    sandbox.advance(10 * _DAY)

    lost = client.v1.disputes.retrieve(dispute.id)
    assert (lost.status, lost.evidence_details.past_due) == ("lost", True)
    closed = client.v1.events.list({"type": "charge.dispute.closed", "limit": 1}).data[0]
    assert closed.created == dispute.evidence_details.due_by


def test_closing_a_dispute_gives_it_up(client: stripe.StripeClient) -> None:
    _, dispute = _disputed(client)

    assert client.v1.disputes.close(dispute.id).status == "lost"
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.disputes.close(dispute.id)
    assert refused.value.code == "dispute_unexpected_state"


def test_an_inquiry_takes_no_money_and_ends_with_a_refund(client: stripe.StripeClient) -> None:
    charge, inquiry = _disputed(client, _INQUIRY)
    assert (inquiry.status, inquiry.balance_transactions) == ("warning_needs_response", [])
    assert inquiry.is_charge_refundable
    assert _types(client, inquiry) == ["charge.dispute.created"]

    client.v1.refunds.create({"charge": charge.id, "amount": 500})
    assert client.v1.disputes.retrieve(inquiry.id).status == "warning_needs_response"
    client.v1.refunds.create({"charge": charge.id})

    assert client.v1.disputes.retrieve(inquiry.id).status == "warning_closed"


@pytest.mark.parametrize(
    ("evidence", "status", "withdrawn"),
    [
        ("winning_evidence", "warning_closed", 0),
        ("escalate_inquiry_evidence", "needs_response", 1),
        ("please", "warning_under_review", 0),
    ],
)
def test_an_inquiry_closes_or_becomes_a_dispute(
    sandbox: RunningSandbox, client: stripe.StripeClient, evidence: str, status: str, withdrawn: int
) -> None:
    _, inquiry = _disputed(client, _INQUIRY)
    sent = client.v1.disputes.update(inquiry.id, {"evidence": {"uncategorized_text": evidence}})
    assert sent.status == "warning_under_review"

    sandbox.advance(3600)

    after = client.v1.disputes.retrieve(inquiry.id)
    assert (after.status, len(after.balance_transactions)) == (status, withdrawn)


def test_an_inquiry_nobody_answers_closes_by_itself(
    sandbox: RunningSandbox, client: stripe.StripeClient
) -> None:
    _, ignored = _disputed(client, _INQUIRY)
    _, answered = _disputed(client, _INQUIRY)
    client.v1.disputes.update(answered.id, {"evidence": {"uncategorized_text": "please"}})

    sandbox.advance(61 * _DAY)

    assert client.v1.disputes.retrieve(ignored.id).status == "warning_closed"
    assert client.v1.disputes.retrieve(answered.id).status == "warning_closed"


def test_a_dispute_in_another_currency_is_settled_in_dollars(
    sandbox: RunningSandbox, client: stripe.StripeClient
) -> None:
    charge = take(client, amount=1000, currency="gbp")

    made = sandbox.force("disputes", {"charge": charge.id, "reason": "duplicate"})

    dispute = client.v1.disputes.retrieve(made["id"])
    assert (dispute.amount, dispute.currency, dispute.reason) == (1000, "gbp", "duplicate")
    (withdrawn,) = dispute.balance_transactions
    assert (withdrawn.amount, withdrawn.currency, withdrawn.exchange_rate) == (-1310, "usd", 1.31)


def test_a_partly_refunded_charge_is_disputed_for_the_rest(
    sandbox: RunningSandbox, client: stripe.StripeClient
) -> None:
    charge = take(client, amount=2000)
    client.v1.refunds.create({"charge": charge.id, "amount": 500})

    assert sandbox.force("disputes", {"charge": charge.id})["amount"] == 1500


@pytest.mark.parametrize(
    ("evidence", "param"),
    [
        ({"evidence[receipt]": "file_1"}, "evidence[receipt]"),
        ({"evidence[uncategorized_text]": "x" * 20_001}, "evidence[uncategorized_text]"),
        ({"evidence[opinion]": "x"}, "evidence[opinion]"),
        (
            {
                f"evidence[{name}]": "x" * 20_000
                for name in (
                    "access_activity_log",
                    "billing_address",
                    "cancellation_rebuttal",
                    "customer_name",
                    "product_description",
                    "refund_refusal_explanation",
                    "service_date",
                    "uncategorized_text",
                )
            },
            "evidence",
        ),
    ],
)
def test_evidence_that_cannot_be_taken_is_refused(
    sandbox: RunningSandbox, client: stripe.StripeClient, evidence: dict[str, str], param: str
) -> None:
    _, dispute = _disputed(client)

    answer = sandbox.post(f"/v1/disputes/{dispute.id}", evidence)

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)


def test_evidence_can_be_emptied(sandbox: RunningSandbox, client: stripe.StripeClient) -> None:
    _, dispute = _disputed(client)
    form = {"evidence[customer_name]": "", "evidence[receipt]": "", "submit": "false"}

    assert sandbox.post(f"/v1/disputes/{dispute.id}", form).json()["evidence"]["customer_name"] is None
