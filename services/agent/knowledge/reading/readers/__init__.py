"""One reader a format, from its bytes to blocks; never what becomes of them."""
