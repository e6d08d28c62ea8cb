"""The tables; migrations/ builds them step by step, and a test holds the two together."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, String, Table, Text, UniqueConstraint, false

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
"""Replies that wait to be sent, as the channel has rendered them, `at`: when what they answer was asked; a row is deleted once its fate is known."""

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

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("chat", String(200), primary_key=True),
    Column("topic", String(40), primary_key=True),
    Column("lang", String(5), nullable=False),
    Column("consent", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("subscriptions_by_topic", "topic"),
)
"""Who wants to be told of what, with the words of the consent and its date."""

rule_states = Table("rule_states", metadata, Column("rule", String(60), primary_key=True), Column("state", Text, nullable=False))
"""What each alert rule remembers."""

alerts = Table(
    "alerts",
    metadata,
    Column("id", String(120), primary_key=True),
    Column("rule", String(60), nullable=False),
    Column("level", Integer, nullable=False),
    Column("status", String(20), nullable=False, index=True),
    Column("manual", Boolean, nullable=False),
    Column("alert", Text, nullable=False),
    Column("decide_by", BigInteger),
    Column("decided_by", String(200)),
    Column("onset", BigInteger, nullable=False),
    Column("until", BigInteger),
    Column("at", BigInteger, nullable=False),
)
"""Alerts and what became of them: proposed, approved, ended, cancelled or expired. An approved one is active from `onset` on."""

pushes = Table(
    "pushes",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("alert", String(120), index=True),
    Column("audience", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("not_before", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("resend", Boolean, nullable=False),
    Column("highest", Boolean, nullable=False, server_default=false()),
)
"""Messages to many: waiting (for its time), running (its deliveries exist), stopped or done."""

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", _NUMBER, primary_key=True, autoincrement=True),
    Column("push", String(200), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("chat", String(200), nullable=False),
    Column("lang", String(5), nullable=False),
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("holder", String(60)),
    Column("at", BigInteger, nullable=False),
    Column("parts", Integer, nullable=False, server_default="0"),
    Column("fate", Integer, nullable=False, server_default="0"),
    UniqueConstraint("push", "channel", "chat"),
    Index("deliveries_due", "state", "due", "id"),
    Index("deliveries_of_chat", "channel", "chat"),
)
"""One message to one person: queued, held, claimed, sent, uncertain, blocked, failed or expired; `parts`: of an SMS; `fate`: the best that its carrier reported."""

sms_spent = Table("sms_spent", metadata, Column("day", String(10), primary_key=True), Column("parts", Integer, nullable=False))
"""SMS parts of messages to many, by local day (ISO)."""

leases = Table(
    "leases",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("holder", String(60), nullable=False),
    Column("until", BigInteger, nullable=False),
)
"""Who leads, and until when unless it is renewed."""

notices = Table(
    "notices",
    metadata,
    Column("id", _NUMBER, primary_key=True, autoincrement=True),
    Column("place", String(80), nullable=False),
    Column("text", Text, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("first", String(10), nullable=False),
    Column("last", String(10), nullable=False, index=True),
)
"""Dated temporary messages of the centre's staff; `first` and `last` are ISO dates, `place` a place's id."""

questions = Table(
    "questions",
    metadata,
    Column("id", _NUMBER, primary_key=True, autoincrement=True),
    Column("text", Text, nullable=False),
    Column("at", BigInteger, nullable=False, index=True),
)
"""Questions that got no answer, without who asked, names and numbers blotted out."""

audit = Table(
    "audit",
    metadata,
    Column("id", _NUMBER, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False, index=True),
    Column("operator", String(200), nullable=False),
    Column("action", String(40), nullable=False),
    Column("detail", Text, nullable=False),
)
"""Everything that operators did."""
