"""SMS: parts of each delivery, which messages go out over a cap, parts sent by day; what carriers reported."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add what caps are counted with, and reports."""
    op.add_column("pushes", sa.Column("highest", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("deliveries", sa.Column("parts", sa.Integer, nullable=False, server_default="0"))
    op.add_column("deliveries", sa.Column("fate", sa.Integer, nullable=False, server_default="0"))
    op.create_table("sms_spent", sa.Column("day", sa.String(10), primary_key=True), sa.Column("parts", sa.Integer, nullable=False))


def downgrade() -> None:
    """Take it away."""
    op.drop_table("sms_spent")
    op.drop_column("deliveries", "fate")
    op.drop_column("deliveries", "parts")
    op.drop_column("pushes", "highest")
