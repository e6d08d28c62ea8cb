"""The least that python-telegram-bot can do, to compare with: it answers every message with the message.

`python bench/echo_bot.py polling|webhook`, with TELEGRAM_BOT_TOKEN, TELEGRAM_API_BASE and, for the webhook, PORT in the environment.
"""

import asyncio
import os
import signal
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Update
from telegram.ext import Application, ApplicationBuilder, ContextTypes, MessageHandler, filters


async def echo(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    if update.message:
        await update.message.reply_text(update.message.text or "")


def builder() -> "ApplicationBuilder":  # type: ignore[type-arg]
    base = os.environ["TELEGRAM_API_BASE"]
    return Application.builder().token(os.environ["TELEGRAM_BOT_TOKEN"]).base_url(f"{base}/bot").concurrent_updates(True)


def poll() -> None:
    application = builder().build()
    application.add_handler(MessageHandler(filters.ALL, echo))
    application.run_polling()


async def listen() -> None:
    """As python-telegram-bot's example of a webhook of one's own."""
    application = builder().updater(None).build()
    application.add_handler(MessageHandler(filters.ALL, echo))

    async def deliver(request: Request) -> Response:
        await application.update_queue.put(Update.de_json(await request.json(), application.bot))
        return Response()

    port = int(os.environ["PORT"])
    app = Starlette(routes=[Route("/telegram", deliver, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, access_log=False, lifespan="off"))
    async with application:
        await application.bot.set_webhook(f"http://127.0.0.1:{port}/telegram")
        await application.start()
        await server.serve()
        await application.stop()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    poll() if sys.argv[1] == "polling" else asyncio.run(listen())
