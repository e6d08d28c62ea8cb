"""One incoming message: its session is found, it is answered, and what to remember is kept."""
