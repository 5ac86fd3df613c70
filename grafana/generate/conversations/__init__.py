"""The dashboard of what calls and chats tell once they are over."""
