"""The only library that services share: messages, bus, settings, logs, the frame of a service; nothing that
only one of them needs."""
