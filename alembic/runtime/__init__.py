"""One database being migrated."""
