"""Packets: sockets, order, loss, codecs and how good a line is; whether there is speech in them is not asked here."""
