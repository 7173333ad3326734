"""Measurements of the real processes: ratios taken side by side in one run, never seconds alone."""
