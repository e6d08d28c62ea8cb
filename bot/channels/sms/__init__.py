"""The SMS channel: a carrier's webhook brings a message, the reply waits in the store and goes out through the carrier's interface.

Each gateway is one file that turns its carrier's words into the few of `gateway`; `channel` is the same for all of them.
"""
