"""What the product exists for: understanding, time, safety and replies. No I/O, no clock, no framework."""
