"""From demo to mine: what is set up, what is missing, and a try of the two lines to the outside.

For the set-up pages alone. `checklist` says the state of each step in words, `mailbox` and `model`
try them, `owners` gives accounts without an owner to somebody, `uploads` keeps the files of an
import between its preview and its commit.
"""
