"""The first tables: people, articles, gifts, decisions, letters.

Revision: 0002
After: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('editor', 'reviewer', 'auditor', 'admin')", name=op.f("ck_account_role_known")
        ),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_account_email_lower")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
    )
    op.create_table(
        "article",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("published_number", sa.BigInteger(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status = 'published') = (published_number IS NOT NULL)",
            name=op.f("ck_article_published_has_number"),
        ),
        sa.CheckConstraint(
            "kind IN ('claim_check', 'explainer', 'analysis')", name=op.f("ck_article_kind_known")
        ),
        sa.CheckConstraint("origin IN ('legacy_import', 'newsroom')", name=op.f("ck_article_origin_known")),
        sa.CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name=op.f("ck_article_slug_shape")),
        sa.CheckConstraint("status IN ('draft', 'published')", name=op.f("ck_article_status_known")),
        sa.CheckConstraint(
            "(published_number IS NULL) = (published_at IS NULL)", name=op.f("ck_article_published_has_time")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint("slug", name=op.f("uq_article_slug")),
    )
    op.create_index(
        "ix_article_latest",
        "article",
        [sa.literal_column("published_at DESC"), sa.literal_column("id DESC")],
        unique=False,
        postgresql_where=sa.text("status = 'published'"),
    )
    op.create_table(
        "gift",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("client_key", sa.Uuid(), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Text(), nullable=False),
        sa.Column("political_group", sa.Boolean(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("from_article", sa.Text(), nullable=True),
        sa.Column("attestation_version", sa.Text(), nullable=False),
        sa.Column("attested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("donor_name", sa.LargeBinary(), nullable=False),
        sa.Column("donor_email", sa.LargeBinary(), nullable=False),
        sa.Column("organisation_name", sa.LargeBinary(), nullable=True),
        sa.Column("true_donor_name", sa.LargeBinary(), nullable=True),
        sa.Column("email_index", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("instruction", sa.Text(), nullable=True),
        sa.Column("release_reason", sa.Text(), nullable=True),
        sa.Column("policy_version", sa.Text(), nullable=True),
        sa.Column("deciding_rule", sa.Text(), nullable=True),
        sa.Column("deciding_reason", sa.Text(), nullable=True),
        sa.Column("payment_intent_id", sa.Text(), nullable=True),
        sa.Column("charge_id", sa.Text(), nullable=True),
        sa.Column("capture_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("captured_minor", sa.BigInteger(), nullable=False),
        sa.Column("refunded_minor", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(instruction IS NOT DISTINCT FROM 'release') = (release_reason IS NOT NULL)",
            name=op.f("ck_gift_release_has_reason"),
        ),
        sa.CheckConstraint(
            "capacity IN ('own_money', 'organisation', 'someone_else')", name=op.f("ck_gift_capacity_known")
        ),
        sa.CheckConstraint("currency = 'USD'", name=op.f("ck_gift_currency_known")),
        sa.CheckConstraint("instruction IN ('capture', 'release')", name=op.f("ck_gift_instruction_known")),
        sa.CheckConstraint(
            "release_reason IN ('refused_by_policy', 'refused_by_reviewer', 'not_decided_in_time', 'abandoned')",
            name=op.f("ck_gift_release_reason_known"),
        ),
        sa.CheckConstraint(
            "state <> 'held' OR review_deadline IS NOT NULL", name=op.f("ck_gift_held_has_deadline")
        ),
        sa.CheckConstraint(
            "state IN ('pledged', 'refused', 'authorising', 'authorised', 'held', 'captured', 'released', 'partly_refunded', 'refunded', 'disputed', 'won', 'lost', 'expired', 'failed')",
            name=op.f("ck_gift_state_known"),
        ),
        sa.CheckConstraint(
            "amount_minor > 0 AND amount_minor <= 500000", name=op.f("ck_gift_amount_within_limits")
        ),
        sa.CheckConstraint(
            "captured_minor >= 0 AND captured_minor <= amount_minor AND refunded_minor >= 0 AND refunded_minor <= captured_minor",
            name=op.f("ck_gift_no_more_back_than_taken"),
        ),
        sa.CheckConstraint("octet_length(email_index) = 32", name=op.f("ck_gift_email_index_length")),
        sa.CheckConstraint("octet_length(request_hash) = 32", name=op.f("ck_gift_request_hash_length")),
        sa.CheckConstraint("review_deadline < capture_before", name=op.f("ck_gift_deadline_before_lapse")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gift")),
        sa.UniqueConstraint("charge_id", name=op.f("uq_gift_charge_id")),
        sa.UniqueConstraint("client_key", name=op.f("uq_gift_client_key")),
        sa.UniqueConstraint("payment_intent_id", name=op.f("uq_gift_payment_intent_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_gift_public_id")),
    )
    op.create_index(op.f("ix_gift_email_index"), "gift", ["email_index"], unique=False)
    op.create_index(
        "ix_gift_held", "gift", ["review_deadline"], unique=False, postgresql_where="state = 'held'"
    )
    op.create_index("ix_gift_newest", "gift", ["created_at", "id"], unique=False)
    op.create_index(
        "ix_gift_open",
        "gift",
        ["updated_at"],
        unique=False,
        postgresql_where="state IN ('pledged', 'authorising', 'authorised')",
    )
    op.create_index("ix_gift_state_newest", "gift", ["state", "created_at", "id"], unique=False)
    op.create_table(
        "journal_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(
            "actor_kind IN ('account', 'donor', 'system', 'stripe')",
            name=op.f("ck_journal_entry_actor_kind_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entry")),
        info={"append_only": True},
    )
    op.create_index("ix_journal_entry_subject", "journal_entry", ["subject", "id"], unique=False)
    op.create_table(
        "outgoing_letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_letter")),
        sa.UniqueConstraint("key", name=op.f("uq_outgoing_letter_key")),
    )
    op.create_table(
        "policy_version",
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("effective_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("approver", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_policy_version_sha256_hex")),
        sa.CheckConstraint("author <> approver", name=op.f("ck_policy_version_two_people")),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_policy_version")),
        sa.UniqueConstraint("effective_from", name=op.f("uq_policy_version_effective_from")),
        info={"append_only": True},
    )
    op.create_table(
        "rate_limit_counter",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_limit_counter")),
    )
    op.create_index(
        op.f("ix_rate_limit_counter_expires_at"), "rate_limit_counter", ["expires_at"], unique=False
    )
    op.create_table(
        "register_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_register_version_sha256_hex")),
        sa.CheckConstraint("row_count > 0", name=op.f("ck_register_version_not_empty")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_version")),
        sa.UniqueConstraint("kind", "sha256", name=op.f("uq_register_version_kind_sha256")),
        info={"append_only": True},
    )
    op.create_table(
        "web_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_web_session_token_hash")),
    )
    op.create_index(op.f("ix_web_session_account_id"), "web_session", ["account_id"], unique=False)
    op.create_table(
        "article_revision",
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("previous_sha256", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("evidence_errors", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("approver_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "sha256 = encode(sha256(document), 'hex')", name=op.f("ck_article_revision_hash_of_document")
        ),
        sa.CheckConstraint(
            "(number = 1) = (previous_sha256 IS NULL)", name=op.f("ck_article_revision_chained")
        ),
        sa.CheckConstraint("author_id <> approver_id", name=op.f("ck_article_revision_four_eyes")),
        sa.CheckConstraint("evidence_errors >= 0", name=op.f("ck_article_revision_errors_counted")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_article_revision_number_from_one")),
        sa.ForeignKeyConstraint(
            ["approver_id"], ["account.id"], name=op.f("fk_article_revision_approver_id")
        ),
        sa.ForeignKeyConstraint(
            ["article_id", "previous_sha256"],
            ["article_revision.article_id", "article_revision.sha256"],
            name="fk_article_revision_previous",
        ),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_revision_article_id")),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_article_revision_author_id")),
        sa.PrimaryKeyConstraint("article_id", "number", name=op.f("pk_article_revision")),
        sa.UniqueConstraint(
            "article_id",
            "number",
            "evidence_errors",
            name=op.f("uq_article_revision_article_id_number_evidence_errors"),
        ),
        sa.UniqueConstraint("article_id", "sha256", name=op.f("uq_article_revision_article_id_sha256")),
        info={"append_only": True},
    )
    op.create_table(
        "gift_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("gift_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact", sa.Text(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("payment_intent_id", sa.Text(), nullable=True),
        sa.Column("charge_id", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(fact = 'pledged') = (from_state IS NULL)", name=op.f("ck_gift_event_first_step_is_the_pledge")
        ),
        sa.CheckConstraint(
            "actor_kind IN ('account', 'donor', 'system', 'stripe')",
            name=op.f("ck_gift_event_actor_kind_known"),
        ),
        sa.CheckConstraint(
            "fact IN ('pledged', 'screened_out', 'attempted', 'authorised', 'held', 'captured', 'released', 'lapsed', 'abandoned', 'partly_refunded', 'refunded', 'disputed', 'dispute_won', 'dispute_lost')",
            name=op.f("ck_gift_event_fact_known"),
        ),
        sa.CheckConstraint(
            "to_state IN ('pledged', 'refused', 'authorising', 'authorised', 'held', 'captured', 'released', 'partly_refunded', 'refunded', 'disputed', 'won', 'lost', 'expired', 'failed')",
            name=op.f("ck_gift_event_to_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["gift_id"], ["gift.id"], name=op.f("fk_gift_event_gift_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gift_event")),
        sa.UniqueConstraint("gift_id", "fact", name=op.f("uq_gift_event_gift_id_fact")),
        info={"append_only": True},
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_invitation_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_index(op.f("ix_invitation_account_id"), "invitation", ["account_id"], unique=False)
    op.create_table(
        "payment_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gift_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("confirmation_token", sa.Text(), nullable=True),
        sa.Column("sends", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("decline_code", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'authorise') = (confirmation_token IS NOT NULL)",
            name=op.f("ck_payment_attempt_card_has_token"),
        ),
        sa.CheckConstraint(
            "kind IN ('authorise', 'capture', 'release')", name=op.f("ck_payment_attempt_kind_known")
        ),
        sa.CheckConstraint(
            "number >= 1 AND (kind <> 'authorise' OR number <= 5)",
            name=op.f("ck_payment_attempt_attempts_capped"),
        ),
        sa.CheckConstraint(
            "outcome IN ('accepted', 'declined', 'refused', 'unanswered')",
            name=op.f("ck_payment_attempt_outcome_known"),
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (finished_at IS NULL)", name=op.f("ck_payment_attempt_finished_has_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["gift_id"], ["gift.id"], name=op.f("fk_payment_attempt_gift_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_attempt")),
        sa.UniqueConstraint("confirmation_token", name=op.f("uq_payment_attempt_confirmation_token")),
        sa.UniqueConstraint("gift_id", "kind", "number", name=op.f("uq_payment_attempt_gift_id_kind_number")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_payment_attempt_idempotency_key")),
    )
    op.create_index(
        "uq_payment_attempt_open",
        "payment_attempt",
        ["gift_id", "kind"],
        unique=True,
        postgresql_where="outcome IS NULL",
    )
    op.create_table(
        "register_entry",
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("namesake", sa.Boolean(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["register_version.id"], name=op.f("fk_register_entry_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "key", name=op.f("pk_register_entry")),
        info={"append_only": True},
    )
    op.create_table(
        "register_retrieval",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("retrieved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["register_version.id"], name=op.f("fk_register_retrieval_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_retrieval")),
        info={"append_only": True},
    )
    op.create_index(
        op.f("ix_register_retrieval_version_id"), "register_retrieval", ["version_id"], unique=False
    )
    op.create_table(
        "screening",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("gift_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("policy_version", sa.Text(), nullable=True),
        sa.Column("matcher", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("inputs", sa.LargeBinary(), nullable=False),
        sa.Column("inputs_hash", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("outcome IN ('allow', 'hold', 'refuse')", name=op.f("ck_screening_outcome_known")),
        sa.CheckConstraint(
            "policy_version IS NOT NULL OR outcome = 'hold'", name=op.f("ck_screening_no_policy_holds")
        ),
        sa.CheckConstraint(
            "stage IN ('before_authorisation', 'after_authorisation')", name=op.f("ck_screening_stage_known")
        ),
        sa.CheckConstraint("octet_length(inputs_hash) = 32", name=op.f("ck_screening_inputs_hash_size")),
        sa.ForeignKeyConstraint(
            ["policy_version"], ["policy_version.version"], name=op.f("fk_screening_policy_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening")),
        sa.UniqueConstraint("number", name=op.f("uq_screening_number")),
        info={"append_only": True},
    )
    op.create_index("ix_screening_gift_id", "screening", ["gift_id", "number"], unique=False)
    op.create_table(
        "webhook_event",
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("api_version", sa.Text(), nullable=True),
        sa.Column("gift_id", sa.Uuid(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("processed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("damaged_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["gift_id"], ["gift.id"], name=op.f("fk_webhook_event_gift_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_webhook_event")),
    )
    op.create_index(
        "ix_webhook_event_waiting",
        "webhook_event",
        ["received_at"],
        unique=False,
        postgresql_where="processed_at IS NULL",
    )
    op.create_table(
        "article_publication",
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("evidence_errors", sa.BigInteger(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("override_reason", sa.Text(), nullable=True),
        sa.Column("override_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "override_reason ~ '\\S' AND override_by ~ '\\S'",
            name=op.f("ck_article_publication_override_is_said"),
        ),
        sa.CheckConstraint(
            "(override_reason IS NULL) = (override_by IS NULL)",
            name=op.f("ck_article_publication_override_is_named"),
        ),
        sa.CheckConstraint(
            "evidence_errors = 0 OR override_reason IS NOT NULL",
            name=op.f("ck_article_publication_errors_need_override"),
        ),
        sa.ForeignKeyConstraint(
            ["article_id", "number", "evidence_errors"],
            ["article_revision.article_id", "article_revision.number", "article_revision.evidence_errors"],
            name="fk_article_publication_revision",
        ),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_article_publication_article_id")
        ),
        sa.PrimaryKeyConstraint("article_id", "number", name=op.f("pk_article_publication")),
        info={"append_only": True},
    )
    op.create_table(
        "gift_decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gift_id", sa.Uuid(), nullable=False),
        sa.Column("screening_id", sa.Uuid(), nullable=False),
        sa.Column("policy_version", sa.Text(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("reviewer_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("verdict IN ('accept', 'refuse')", name=op.f("ck_gift_decision_verdict_known")),
        sa.CheckConstraint("octet_length(reason) >= 39", name=op.f("ck_gift_decision_reason_given")),
        sa.ForeignKeyConstraint(
            ["policy_version"], ["policy_version.version"], name=op.f("fk_gift_decision_policy_version")
        ),
        sa.ForeignKeyConstraint(["reviewer_id"], ["account.id"], name=op.f("fk_gift_decision_reviewer_id")),
        sa.ForeignKeyConstraint(
            ["screening_id"], ["screening.id"], name=op.f("fk_gift_decision_screening_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gift_decision")),
        sa.UniqueConstraint("gift_id", name=op.f("uq_gift_decision_gift_id")),
        sa.UniqueConstraint("screening_id", name=op.f("uq_gift_decision_screening_id")),
        info={"append_only": True},
    )
    op.create_table(
        "register_name",
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("generic", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('name', 'former_name', 'alias')", name=op.f("ck_register_name_kind_known")
        ),
        sa.ForeignKeyConstraint(
            ["version_id", "key"],
            ["register_entry.version_id", "register_entry.key"],
            name="fk_register_name_entry",
        ),
        sa.PrimaryKeyConstraint("version_id", "canonical", "key", "kind", name=op.f("pk_register_name")),
        info={"append_only": True},
    )
    op.create_table(
        "screening_finding",
        sa.Column("screening_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason_text", sa.Text(), nullable=False),
        sa.Column("detail", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('allow', 'hold', 'refuse')", name=op.f("ck_screening_finding_outcome_known")
        ),
        sa.ForeignKeyConstraint(
            ["screening_id"], ["screening.id"], name=op.f("fk_screening_finding_screening_id")
        ),
        sa.PrimaryKeyConstraint("screening_id", "position", name=op.f("pk_screening_finding")),
        sa.UniqueConstraint(
            "screening_id", "rule_id", name=op.f("uq_screening_finding_screening_id_rule_id")
        ),
        info={"append_only": True},
    )
    # The two tables point at each other, so one of the keys comes after both.
    op.create_foreign_key(
        "fk_article_publication",
        "article",
        "article_publication",
        ["id", "published_number"],
        ["article_id", "number"],
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_constraint("fk_article_publication", "article", type_="foreignkey")
    op.drop_table("screening_finding")
    op.drop_table("register_name")
    op.drop_table("gift_decision")
    op.drop_table("article_publication")
    op.drop_index(
        "ix_webhook_event_waiting", table_name="webhook_event", postgresql_where="processed_at IS NULL"
    )
    op.drop_table("webhook_event")
    op.drop_index("ix_screening_gift_id", table_name="screening")
    op.drop_table("screening")
    op.drop_index(op.f("ix_register_retrieval_version_id"), table_name="register_retrieval")
    op.drop_table("register_retrieval")
    op.drop_table("register_entry")
    op.drop_index("uq_payment_attempt_open", table_name="payment_attempt", postgresql_where="outcome IS NULL")
    op.drop_table("payment_attempt")
    op.drop_index(op.f("ix_invitation_account_id"), table_name="invitation")
    op.drop_table("invitation")
    op.drop_table("gift_event")
    op.drop_table("article_revision")
    op.drop_index(op.f("ix_web_session_account_id"), table_name="web_session")
    op.drop_table("web_session")
    op.drop_table("register_version")
    op.drop_index(op.f("ix_rate_limit_counter_expires_at"), table_name="rate_limit_counter")
    op.drop_table("rate_limit_counter")
    op.drop_table("policy_version")
    op.drop_table("outgoing_letter")
    op.drop_index("ix_journal_entry_subject", table_name="journal_entry")
    op.drop_table("journal_entry")
    op.drop_index("ix_gift_state_newest", table_name="gift")
    op.drop_index(
        "ix_gift_open",
        table_name="gift",
        postgresql_where="state IN ('pledged', 'authorising', 'authorised')",
    )
    op.drop_index("ix_gift_newest", table_name="gift")
    op.drop_index("ix_gift_held", table_name="gift", postgresql_where="state = 'held'")
    op.drop_index(op.f("ix_gift_email_index"), table_name="gift")
    op.drop_table("gift")
    op.drop_index("ix_article_latest", table_name="article", postgresql_where=sa.text("status = 'published'"))
    op.drop_table("article")
    op.drop_table("account")
