"""Records of all cells in one PostgreSQL: copied there from each cell's own database, and read there. Its tables."""
