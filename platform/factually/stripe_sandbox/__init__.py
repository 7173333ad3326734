"""A Stripe-shaped server for loopback, so that money can be tried whole without money or network.

It serves every operation of the OpenAPI subset its tests hold, as Stripe documents it: one-off and monthly
payments, refunds, disputes, balance and payouts, states, errors, idempotency, signed webhooks, and a
Stripe.js stand-in. Its own routes under /_sandbox move the clock, force what banks do, and ask for faults.
It imports nothing else of this project and nothing imports it: it is another party's server, spoken to over
HTTP only.
"""
