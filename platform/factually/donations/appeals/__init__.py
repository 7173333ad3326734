"""Appeals: a donor contests a held or refused gift by a signed link, and a second person answers."""
