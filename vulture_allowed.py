"""Names that nothing in our Python calls, each group with who does."""

# Flask-Login and Flask read these attributes.
_.is_active
_.is_anonymous
_.get_id
_.session_protection
_.login_view
_.login_message
_.trim_blocks
_.lstrip_blocks
_.log_exception
_.exc_info
_.csp_sources

# Click asks a group for these.
_.list_commands
_.get_command
_.obj

# WTForms reads it of a validator.
_.field_flags

# SQLAlchemy reads these of a type and a mapped base.
_.impl
_.cache_ok
_.process_bind_param
_.process_result_value
_.type_annotation_map

# `limits` calls these of a storage.
_.STORAGE_SCHEME
_.base_exceptions
_.incr
_.get_expiry

# Named in quoted casts, which the reader of names does not see.
_.Principal

# The standard library and its kin call these.
_.formatException
_.readable
_.handle_DATA
_.log_request
_.size
_.disable_nagle_algorithm
_.trust_env
_.response_class

# Flask calls what is registered by `before_request`, `after_request` and their like.
_.answer_api
_.set_common_headers
_.protect

# Templates ask for these, which the reader of names does not see.
_.signed_in
_.steerable
_.cancellable
_.takes_card

# Stripe's word for a state that we never name; the migration's list is compared with the other.
_.PAID
_.LEGAL_STEPS

# Columns that are written for people and for SQL, and read by no code yet.
_.author_id
_.approver_id
_.attested_at
_.changed_by
_.checked_at
_.created_by
_.damaged_reason
_.email_index
_.entry_count
_.from_state
_.judged_at
_.loaded_at
_.needs_second
_.posted_at
_.processed_at
_.received_at
_.to_state

# Kept in a stored document.
_.gate_version

# A state of Stripe's that we name to be complete.
_.REQUIRES_CONFIRMATION

# The migration's trigger holds the same table; a test compares them.
_.LEGAL_TRANSITIONS

# Read by templates.
_.CAPACITIES
_.STATES
_.address_above
_.arrived
_.can_be_decided
_.donor_damaged
_.donor_erased
_.explanation
_.field_names
_.fund_waits
_.note
_.older
_.published_above
_.register_row_address
_.time_left
_.timeline

# WSGI servers load it.
_.application

# An application that ends before its process does calls it: the tests' applications.
_.stop_listening

# Read by templates of the article and methodology pages.
_.blocks
_.uncited_sentences

# Read by templates of the pages on corrections.
_.answered_by_mail
_.has_ended
_.is_shown
_.oldest_open
_.verdicts_changed

# Read by templates of the history pages.
_.by_newsroom
_.lead

# Read by templates of the pages on doubts, appeals and letters.
_.contested
_.decided_by
_.given_at
_.given_up_at
_.goes_back
_.in_doubt
_.judged_before
_.money_is_here
_.still_held
_.undecided

# Read by templates of the pages on refunds, disputes, reconciliation and payment events.
_.ANSWER_STATES
_.DIFFERENCES
_.DISPUTE_STATES
_.MENDINGS
_.REFUND_CAUSES
_.REFUND_STATES
_.answerable
_.damaged
_.foreign
_.last_received_at
_.needs_person
_.plain_code
_.received
_.waiting_count
_.with_us

# Read by SQL, and by the form that names a choice.
_.KEEP
_.shard

# Read by templates of the donor's own pages, and asked for by WTForms.
_.accepted_by_person
_.understood
_.validate_last

# Named in a quoted cast, as above.
_.DriverConnection

# Werkzeug's request handler calls the one and reads the other.
_.connection_dropped
_.close_connection

# Columns that only SQL and people with a terminal read.
_.approved_at
_.token_sha256

# Flask reads these of its own request.
_.max_content_length
_.max_form_memory_size
