"""A winter replayed through the alert rules, to see what thresholds would have done."""
