"""Tables brought to the state that this program needs (Alembic)."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy.exc import SQLAlchemyError

from bot.store.database import Database, StoreError, why

_MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(database: Database, to: str = "head") -> None:
    """Carry out the migrations that the database still lacks, up to one; raises StoreError."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    try:
        with database.engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, to)
    except CommandError as error:
        raise StoreError(f"the database was written by another version of this program: {error}") from error
    except SQLAlchemyError as error:
        raise StoreError(f"the database cannot be used: {why(error)}") from error
