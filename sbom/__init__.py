"""The list of components of all images, as CycloneDX JSON; it looks at what it is given, and starts nothing."""
