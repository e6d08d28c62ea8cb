"""What Alembic runs: the migrations, on the connection that bot.store.migrate holds."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
