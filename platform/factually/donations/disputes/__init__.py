"""Money a bank takes back or asks about: disputes with their deadlines, our answers, fraud warnings."""
