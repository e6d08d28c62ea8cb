"""Alerts: subscribers, alert rules, messages to many and their deliveries, leases, notices, questions, audit."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create the tables of alerts."""
    op.create_table(
        "subscriptions",
        sa.Column("channel", sa.String(20), primary_key=True),
        sa.Column("chat", sa.String(200), primary_key=True),
        sa.Column("topic", sa.String(40), primary_key=True),
        sa.Column("lang", sa.String(5), nullable=False),
        sa.Column("consent", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "rule_states",
        sa.Column("rule", sa.String(60), primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
    )
    op.create_table(
        "alerts",
        sa.Column("id", sa.String(120), primary_key=True),
        sa.Column("rule", sa.String(60), nullable=False),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("status", sa.String(20), nullable=False, index=True),
        sa.Column("manual", sa.Boolean, nullable=False),
        sa.Column("alert", sa.Text, nullable=False),
        sa.Column("decide_by", sa.BigInteger),
        sa.Column("decided_by", sa.String(200)),
        sa.Column("onset", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "pushes",
        sa.Column("id", sa.String(200), primary_key=True),
        sa.Column("alert", sa.String(120), index=True),
        sa.Column("audience", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("state", sa.String(20), nullable=False, index=True),
        sa.Column("not_before", sa.BigInteger, nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
        sa.Column("resend", sa.Boolean, nullable=False),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("push", sa.String(200), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("chat", sa.String(200), nullable=False),
        sa.Column("lang", sa.String(5), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.Column("holder", sa.String(60)),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("push", "channel", "chat"),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("holder", sa.String(60), nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "notices",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("place", sa.String(80), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("closed", sa.Boolean, nullable=False),
        sa.Column("first", sa.String(10), nullable=False),
        sa.Column("last", sa.String(10), nullable=False, index=True),
    )
    op.create_table(
        "questions",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False, index=True),
    )
    op.create_table(
        "audit",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("at", sa.BigInteger, nullable=False, index=True),
        sa.Column("operator", sa.String(200), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
    )
    op.create_index("subscriptions_by_topic", "subscriptions", ["topic"])
    op.create_index("deliveries_due", "deliveries", ["state", "due", "id"])
    op.create_index("deliveries_of_chat", "deliveries", ["channel", "chat"])


def downgrade() -> None:
    """Drop them."""
    for table in ("alerts", "audit", "questions", "notices", "leases", "deliveries", "pushes", "rule_states", "subscriptions"):
        op.drop_table(table)
