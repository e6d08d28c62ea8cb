"""The Telegram channel: updates become events of the inbox, replies become messages with buttons.

What Telegram delivers is acknowledged only after the inbox has it in the store; what waits there is sent in the order of each chat.
"""

import os
import sys
from importlib.util import find_spec

os.environ.setdefault("PTB_TIMEDELTA", "true")  # python-telegram-bot warns of its older way to tell how long to wait
if find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment]  # httpcore looks for it several times a request; now that it is not there is known
