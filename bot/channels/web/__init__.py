"""The web channel: a chat page, cards to forward, an index, a JSON API, and what watches over them.

Pages are made on the server and work without JavaScript; app.js makes them better. Nothing is asked of any other server.
"""
