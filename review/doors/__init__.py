"""What may come in over HTTP from other programs, and what they are told.

`tokens` says who asks, `webhooks` who signed, `signals` and `drafts` take what they bring,
`bodies` reads it, and every refusal is a `problems.Problem`. Called by `review.views` alone.
"""
