"""`python -m factually.stripe_sandbox`."""

from factually.stripe_sandbox.command import main

if __name__ == "__main__":
    main()
