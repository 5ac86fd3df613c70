"""What makes the console an app that can be installed on a home screen, and works there like the pages that it is."""
