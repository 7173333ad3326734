"""The donor's own pages: sign-in by mail, gifts, receipts, anonymity, a copy of all data, its deletion."""
