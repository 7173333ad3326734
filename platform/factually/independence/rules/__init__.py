"""The rules a policy can name, one small pure object each (reference/donor-source-rules.md, section 2)."""
