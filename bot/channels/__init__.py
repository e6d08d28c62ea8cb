"""Channels translate between their medium and the core's messages; they never decide."""
