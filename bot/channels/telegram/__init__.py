"""The Telegram channel: updates become events of the inbox, replies become messages with buttons.

What Telegram delivers is acknowledged only after the inbox has it in the store; what waits there is sent in the order of each chat.
"""

import os

os.environ.setdefault("PTB_TIMEDELTA", "true")  # python-telegram-bot warns of its older way to tell how long to wait
