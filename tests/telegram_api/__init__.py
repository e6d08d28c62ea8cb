"""A fake Telegram Bot API on loopback, faithful enough that the real python-telegram-bot client cannot tell.

async with in_thread(Settings(limits=Limits())) as telegram:
app = Application.builder().token(telegram.token).base_url(telegram.base_url).build()
...
anna = await telegram.person("Anna")
await anna.say("Gdzie jest noclegownia?")
reply = await anna.reply()
"""

from tests.telegram_api.client import FakeTelegram
from tests.telegram_api.errors import ApiError, Json
from tests.telegram_api.faults import Fault
from tests.telegram_api.limits import Limits
from tests.telegram_api.people import ATTACHMENTS, Talk, buttons
from tests.telegram_api.server import in_process, in_thread
from tests.telegram_api.telegram import Settings

__all__ = ["ATTACHMENTS", "ApiError", "FakeTelegram", "Fault", "Json", "Limits", "Settings", "Talk", "buttons", "in_process", "in_thread"]
