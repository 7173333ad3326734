"""The auditors' desk: held gifts, why each gift was decided as it was, and the decision of a person."""
