"""`make bench`: run all measurements and write their reports."""

from __future__ import annotations

from benchmarks import reading

if __name__ == "__main__":
    reading.main()
