"""From demo to mine: what is set up, what is missing, and a try of the two lines to the outside.

For the set-up pages, and for what works on behind them (`jobs` by the queue). `checklist` says the
state of each step in words, `mailbox`, `own_mailbox` and `model` try the lines, `owners` gives
accounts without an owner to somebody, `links` lets invited people in, and `uploads` keeps the files
of an import. `agents`, `team`, `trying` and `rehearsing` are what the agents' pages show and do.
"""
