"""One call's conversation, its turn-taking put into practice on media plane and Redis; no menus, no people,
no channels of Asterisk beyond a leg."""
