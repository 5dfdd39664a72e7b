"""Pictures of finished folders: tables in, PNG and SVG out; nothing is simulated again. `gallery` has them all."""
