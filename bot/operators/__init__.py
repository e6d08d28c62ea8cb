"""What operators can do from their chat and from the command line. All that changes something is audited."""
