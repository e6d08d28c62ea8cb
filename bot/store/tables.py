"""The tables; migrations/ builds them step by step, and a test holds the two together."""

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table, Text

metadata = MetaData()

_NUMBER = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts up by itself only in a column of its own type INTEGER."""

sessions = Table(
    "sessions",
    metadata,
    Column("chat", String(200), primary_key=True),
    Column("state", Text, nullable=False),
    Column("at", BigInteger, nullable=False, index=True),
)
"""The short memory of a conversation; rows lapse after minutes."""

events = Table(
    "events",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("event", String(100), primary_key=True),
    Column("at", BigInteger, nullable=False, index=True),
)
"""Ids of the messages that were taken in, so that none is answered twice."""

replies = Table(
    "replies",
    metadata,
    Column("id", _NUMBER, primary_key=True, autoincrement=True),
    Column("channel", String(20), nullable=False),
    Column("chat", String(200), nullable=False),
    Column("body", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""Replies that wait to be sent, as the channel has rendered them; a row is deleted once its fate is known."""

answered = Table(
    "answered",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("chat", String(200), primary_key=True),
    Column("message", String(100), primary_key=True),
    Column("replies", Text, nullable=False),
    Column("at", BigInteger, nullable=False, index=True),
)
"""Which messages of ours answer which message of a chat, for as long as people edit what they wrote."""

Index("replies_waiting", replies.c.channel, replies.c.id)
