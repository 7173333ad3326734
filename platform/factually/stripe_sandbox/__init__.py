"""A Stripe-shaped server for loopback, so that a gift can be tried whole without money or network.

It covers the one-off card path as Stripe documents it: objects, states, errors, idempotency, signed webhooks
and a Stripe.js stand-in. It imports nothing else of this project and nothing imports it: it is another
party's server, spoken to over HTTP only.
"""
