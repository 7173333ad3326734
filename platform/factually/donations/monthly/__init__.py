"""Monthly gifts: a card kept at Stripe, a subscription, and a screened gift for each month."""
