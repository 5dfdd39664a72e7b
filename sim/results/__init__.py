"""The results folder: written by block, whole or absent, read back without running anything."""
