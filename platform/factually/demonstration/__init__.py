"""The demonstration: everything a stranger needs to see the whole product on one machine, in one command."""
