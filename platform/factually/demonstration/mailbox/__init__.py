"""The demonstration's mailbox: takes whatever is sent to it and shows it; no mail leaves the machine."""
