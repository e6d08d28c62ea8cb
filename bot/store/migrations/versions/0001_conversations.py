"""Sessions, the messages taken in, replies that wait, and what answers what."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create the tables of conversations."""
    op.create_table(
        "sessions",
        sa.Column("chat", sa.String(200), primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False, index=True),
    )
    op.create_table(
        "events",
        sa.Column("channel", sa.String(20), primary_key=True),
        sa.Column("event", sa.String(100), primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False, index=True),
    )
    op.create_table(
        "replies",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("chat", sa.String(200), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index("replies_waiting", "replies", ["channel", "id"])
    op.create_table(
        "answered",
        sa.Column("channel", sa.String(20), primary_key=True),
        sa.Column("chat", sa.String(200), primary_key=True),
        sa.Column("message", sa.String(100), primary_key=True),
        sa.Column("replies", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False, index=True),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("answered", "replies", "events", "sessions"):
        op.drop_table(table)
