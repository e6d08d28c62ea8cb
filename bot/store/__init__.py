"""The store: what must outlive the process, in SQLite by default or in any database that SQLAlchemy knows.

Times are whole seconds since 1970 (UTC). Of a person only the chat's address and a short-lived session are kept, never what was written.
"""
