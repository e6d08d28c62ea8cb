"""A fake Telegram Bot API on loopback, which the real python-telegram-bot talks to over HTTP.

    async with in_thread(Settings(limits=Limits())) as telegram:
        application = Application.builder().token(telegram.token).base_url(telegram.base_url).build()
        ...
        anna = await telegram.person("Anna")
        await anna.say("Gdzie jest noclegownia?")
        reply = await anna.reply()
        await anna.press(reply, "Adres")
        assert "Prosta" in (await anna.edited())["text"]

`in_thread` runs it beside the test in a thread with its own event loop. `in_process` (or `python -m tests.telegram_api --port 0`) runs it as its
own process, which outlives bots that are killed; the same operations then go through `/_control/<operation>`, for curl as well.

What it follows: long polls (offset, limit, timeout, allowed_updates, 409), webhooks (secret, order within a chat, repeats until 2xx, max_connections,
a method in the answer), forms, multipart and JSON, HTML with UTF-16 offsets and its refusals, sizes of texts, keyboards and results, edits, blocked and
unknown chats, topics, queries that grow old, commands by scope and language, rates. Like a self-hosted Bot API server it accepts webhooks over plain HTTP.

What it is stricter in: an & that is no known entity is refused (as documented) unless `strict_html=False`; who was told to wait is refused until the
time is over.

What it knows of inline mode: queries, their answers (sizes, ids, texts, cache), results that are sent into chats; of pictures sent: PNG headers and a hash.

What it leaves out: one bot only; parse modes other than HTML; nesting rules of pre and code; phone numbers, cashtags and cards found in text; contents of
files and getFile; media groups, polls, payments, stickers, business, games, reactions; members' rights; reply keyboards are accepted and forgotten;
inline messages are the person's own, editing one always succeeds; results other than articles cannot be chosen; what Telegram caches is asked anew; a poll's 409 comes at once, while Telegram's may take seconds; logOut and close take effect
without their ten minutes.

How it is built, bottom up: `entities`, `keyboards`, `params`, `limits`, `faults`, `journal`, `chats` and `updates` each know one thing; `telegram` holds them;
`about_bot`, `sending` and `answering` are the methods; `api` takes a call from arrival to answer; `webhook` delivers; `control` is the tests' door;
`people` and `client` are what tests hold; `app`, `connection` and `server` put it on the network.
"""

from tests.telegram_api.client import FakeTelegram
from tests.telegram_api.errors import ApiError, Json
from tests.telegram_api.faults import Fault
from tests.telegram_api.limits import Limits
from tests.telegram_api.people import ATTACHMENTS, Talk, buttons
from tests.telegram_api.server import in_process, in_thread
from tests.telegram_api.telegram import Settings

__all__ = ["ATTACHMENTS", "ApiError", "FakeTelegram", "Fault", "Json", "Limits", "Settings", "Talk", "buttons", "in_process", "in_thread"]
