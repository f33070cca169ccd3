"""What takes longer than a test: reference models, ablations, timings. `make results` runs them."""
